package io.bellwether.gateway.hostile;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.grpc.Status;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One gRPC call that something is wrong with, and what must come of it.
 *
 * @param what names the slot and the value
 * @param method of the inference service
 * @param metadata beside the message
 * @param sent values that may come back in words, because the client sent them
 */
record GrpcCase(
        String what,
        String method,
        ByteString message,
        Map<String, String> metadata,
        Expected expected,
        List<String> sent) {

    /**
     * What must come of it.
     *
     * @param reasons any of these; empty where the transport refuses and not the service
     */
    record Expected(Set<Status.Code> codes, Set<String> reasons) {
        static Expected of(Status.Code code, String... reasons) {
            return new Expected(Set.of(code), Set.of(reasons));
        }

        static Expected invalid() {
            return of(Status.Code.INVALID_ARGUMENT, "INVALID_INPUT", "TOO_LARGE");
        }

        static Expected notFound() {
            return of(Status.Code.NOT_FOUND, "MODEL_NOT_FOUND");
        }

        static Expected ok() {
            return of(Status.Code.OK);
        }
    }

    GrpcCase {
        metadata = Map.copyOf(metadata);
        sent = List.copyOf(sent);
    }

    static GrpcCase of(String what, String method, MessageLite message, Expected expected, String... sent) {
        return new GrpcCase(what, method, message.toByteString(), Map.of(), expected, List.of(sent));
    }

    static GrpcCase infer(String what, MessageLite message, Expected expected, String... sent) {
        return of(what, "ModelInfer", message, expected, sent);
    }

    GrpcCase with(String key, String value) {
        return new GrpcCase(what, method, message, Map.of(key, value), expected, sent);
    }

    @Override
    public String toString() {
        String clean = what.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= 100 ? clean : clean.substring(0, 100);
    }
}
