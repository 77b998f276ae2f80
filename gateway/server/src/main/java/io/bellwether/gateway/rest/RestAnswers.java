package io.bellwether.gateway.rest;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.call.RetryAfter;
import io.bellwether.gateway.http.ContentCoding;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.InferResponseJson;
import io.bellwether.protocol.MetadataJson;
import io.bellwether.protocol.OutputPreferences;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.WireNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/**
 * Writes answers: always a body with its length, never in chunks, because some clients read the JSON head of a binary
 * answer in one go. Writes nothing to a client that has left.
 */
final class RestAnswers {
    /** When the edge itself fails. */
    static final Refusal FAULT =
            new Refusal(FailureReason.INTERNAL, "the gateway could not answer because of a fault of its own");

    private static final String JSON = "application/json";
    private static final String BINARY = "application/octet-stream";
    /** Below this compressing costs more than it saves. */
    private static final int COMPRESSED_BYTES_MIN = 1024;

    private RestAnswers() {}

    static void json(HttpServerResponse response, int status, byte[] json) {
        send(response, status, JSON, Buffer.buffer(json));
    }

    /** Whether something is ready. */
    static void readiness(HttpServerResponse response, boolean ready, byte[] json) {
        if (!ready) {
            response.putHeader(WireNames.HEADER_REASON, FailureReason.NOT_READY.name());
        }
        json(response, ready ? RestStatus.OK : RestStatus.NOT_READY, json);
    }

    /**
     * How a client wants its answer.
     *
     * @param outputs as JSON or as raw bytes
     * @param coding how it may be compressed
     */
    record Wishes(OutputPreferences outputs, ContentCoding coding) {}

    static void served(HttpServerResponse response, InferenceResult.Served served, Wishes wishes) {
        InferResponseJson.Body body = InferResponseJson.encode(served.response(), wishes.outputs());
        headers(response, served.trace());
        if (body.binary()) {
            response.putHeader(
                    WireNames.HEADER_JSON_LENGTH, Integer.toString(body.json().size()));
        }
        byte[] bytes = new byte[Math.toIntExact(body.length())];
        body.json().copyTo(bytes, 0);
        int at = body.json().size();
        for (ByteString tensor : body.tensors()) {
            tensor.copyTo(bytes, at);
            at += tensor.size();
        }
        if (wishes.coding() != ContentCoding.IDENTITY && bytes.length >= COMPRESSED_BYTES_MIN) {
            response.putHeader("Content-Encoding", wishes.coding().label()).putHeader("Vary", "Accept-Encoding");
            bytes = wishes.coding().compress(bytes);
        }
        send(response, RestStatus.OK, body.binary() ? BINARY : JSON, Buffer.buffer(bytes));
    }

    static void refused(HttpServerResponse response, Refusal refusal, Trace trace) {
        headers(response, trace);
        refused(response, refusal);
    }

    static void refused(HttpServerResponse response, Refusal refusal) {
        response.putHeader(WireNames.HEADER_REASON, refusal.reason().name());
        RetryAfter.of(refusal).ifPresent(later -> later.write(response::putHeader));
        json(response, RestStatus.of(refusal.reason()), MetadataJson.error(refusal.message()));
    }

    private static void headers(HttpServerResponse response, Trace trace) {
        response.putHeader(WireNames.HEADER_REQUEST_ID, trace.requestId());
        if (!trace.version().isEmpty()) {
            response.putHeader(WireNames.HEADER_MODEL_VERSION, trace.version());
        }
        if (!trace.arm().isEmpty()) {
            response.putHeader(WireNames.HEADER_ARM, trace.arm());
        }
        if (trace.isRouted()) {
            response.putHeader(WireNames.HEADER_ROUTE_VERSION, Long.toString(trace.routeVersion()));
        }
        if (!trace.rolloutId().isEmpty()) {
            response.putHeader(WireNames.HEADER_ROLLOUT, trace.rolloutId());
        }
    }

    private static void send(HttpServerResponse response, int status, String type, Buffer body) {
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", type)
                .putHeader("Content-Length", Integer.toString(body.length()))
                .end(body);
    }
}
