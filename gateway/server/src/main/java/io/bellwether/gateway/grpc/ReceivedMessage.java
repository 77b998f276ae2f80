package io.bellwether.gateway.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.protocol.MessageCost;
import io.bellwether.protocol.Refusal;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A message as the bytes that it is. They are taken at once: what listens may hear of the message later, and gRPC closes its
 * stream before.
 *
 * @param bytes of the message
 * @param refusal why there are none; null if there are
 */
record ReceivedMessage(ByteString bytes, @Nullable Refusal refusal) {

    /** Takes requests in. */
    static final MethodDescriptor.Marshaller<ReceivedMessage> REQUESTS = new MethodDescriptor.Marshaller<>() {
        @Override
        public ReceivedMessage parse(InputStream stream) {
            return read(stream);
        }

        @Override
        public InputStream stream(ReceivedMessage message) {
            return message.bytes().newInput();
        }
    };

    /** Lets answers through as they are. */
    static final MethodDescriptor.Marshaller<InputStream> ANSWERS = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream parse(InputStream stream) {
            return stream;
        }

        @Override
        public InputStream stream(InputStream stream) {
            return stream;
        }
    };

    private static ReceivedMessage read(InputStream stream) {
        try {
            if (!(stream instanceof KnownLength)) {
                return new ReceivedMessage(UnsafeByteOperations.unsafeWrap(stream.readAllBytes()), null);
            }
            byte[] bytes = new byte[stream.available()];
            int length = stream.readNBytes(bytes, 0, bytes.length);
            return new ReceivedMessage(UnsafeByteOperations.unsafeWrap(bytes, 0, length), null);
        } catch (StatusRuntimeException e) {
            return new ReceivedMessage(
                    ByteString.EMPTY, Refusal.tooLarge("the message is too large after decompression"));
        } catch (IOException e) {
            return new ReceivedMessage(ByteString.EMPTY, MessageCost.broken());
        }
    }
}
