package io.bellwether.gateway.hostile;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.gateway.openai.EmbeddingBody;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.MessageCost;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.RequestCheck;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the gateway does with one body before it asks a worker, once, in a process of its own: read it, check it, and if it
 * is good write it for the worker. The heap of the process is the measure: it ends well or for want of memory.
 */
public final class HostileMemory {
    private static final ProtocolLimits LIMITS = ProtocolLimits.DEFAULT;

    private HostileMemory() {}

    /**
     * @param args name of the edge, file with the body
     */
    public static void main(String[] args) throws IOException {
        byte[] body = Files.readAllBytes(Path.of(args[1]));
        Object result =
                switch (HostileBody.Edge.valueOf(args[0])) {
                    case REST ->
                        forwarded(
                                InferRequestJson.decode("m", "", body, body.length, InferRequestJson.ALL_JSON, LIMITS));
                    case REST_BINARY ->
                        forwarded(InferRequestJson.decode("m", "", body, body.length, HostileBody.HEAD_BYTES, LIMITS));
                    case OPENAI -> EmbeddingBody.read(body);
                    case GRPC -> grpc(body);
                };
        System.out.println(result.getClass().getSimpleName() + body.length);
    }

    private static Object grpc(byte[] body) throws InvalidProtocolBufferException {
        Decoded<Long> cost = MessageCost.of(new ByteArrayInputStream(body), LIMITS);
        return cost instanceof Decoded.Refused<Long>
                ? cost
                : forwarded(RequestCheck.normalise(ModelInferRequest.parseFrom(body), LIMITS));
    }

    private static Object forwarded(Decoded<ModelInferRequest> decoded) {
        return decoded instanceof Decoded.Valid<ModelInferRequest> valid
                ? valid.value().toByteString()
                : decoded;
    }
}
