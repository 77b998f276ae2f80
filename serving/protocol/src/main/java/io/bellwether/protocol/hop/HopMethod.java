package io.bellwether.protocol.hop;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import java.io.IOException;
import java.io.InputStream;

/**
 * The method of the stream. Its messages are read into one array each, and the tensors in them are views of it: a copy less
 * than the generated method makes. A message stays in memory as long as one of its tensors does, so senders keep messages
 * with several requests small ({@link #TURN_BYTES}).
 */
public final class HopMethod {
    /** Kills in one message, the newest; older ones go by the control log alone. */
    public static final int KILLS_MAX = 64;

    /** A message with several requests or answers is about this long at most; one alone may be longer. */
    public static final int TURN_BYTES = 64 * 1024;

    /** What a message has beside the inference and origin of its one request or answer: ids, lengths, budget, account. */
    public static final int ENVELOPE_BYTES_MAX = 128;

    /** Opens the stream. */
    public static final MethodDescriptor<GatewayTurn, WorkerTurn> OPEN = InferenceHopGrpc.getOpenMethod().toBuilder(
                    marshaller(GatewayTurn.getDefaultInstance(), GatewayTurn.parser()),
                    marshaller(WorkerTurn.getDefaultInstance(), WorkerTurn.parser()))
            .build();

    /** The service with this method. */
    public static final ServiceDescriptor SERVICE = ServiceDescriptor.newBuilder(InferenceHopGrpc.SERVICE_NAME)
            .setSchemaDescriptor(InferenceHopGrpc.getServiceDescriptor().getSchemaDescriptor())
            .addMethod(OPEN)
            .build();

    private HopMethod() {}

    private static <T extends Message> MethodDescriptor.Marshaller<T> marshaller(T empty, Parser<T> parser) {
        MethodDescriptor.Marshaller<T> usual = ProtoUtils.marshaller(empty);
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(T message) {
                return usual.stream(message);
            }

            @Override
            public T parse(InputStream stream) {
                return read(stream, parser);
            }
        };
    }

    private static byte[] bytes(InputStream stream) throws IOException {
        if (!(stream instanceof KnownLength)) {
            return stream.readAllBytes();
        }
        byte[] bytes = new byte[stream.available()];
        int unused = stream.readNBytes(bytes, 0, bytes.length);
        return bytes;
    }

    private static <T extends Message> T read(InputStream stream, Parser<T> parser) {
        try {
            CodedInputStream input =
                    UnsafeByteOperations.unsafeWrap(bytes(stream)).newCodedInput();
            input.enableAliasing(true);
            T message = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return message;
        } catch (InvalidProtocolBufferException e) {
            throw Status.INTERNAL
                    .withDescription("the message is no protobuf")
                    .withCause(e)
                    .asRuntimeException();
        } catch (IOException e) {
            throw Status.INTERNAL.withCause(e).asRuntimeException();
        }
    }
}
