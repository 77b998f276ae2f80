package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.MessageCost;
import io.bellwether.protocol.Refusal;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;

/** Takes a message as the bytes that it is. */
final class MessageBytes implements MethodDescriptor.Marshaller<Decoded<ByteString>> {
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

    @Override
    public Decoded<ByteString> parse(InputStream stream) {
        try {
            if (!(stream instanceof KnownLength)) {
                return Decoded.valid(UnsafeByteOperations.unsafeWrap(stream.readAllBytes()));
            }
            byte[] bytes = new byte[stream.available()];
            int length = stream.readNBytes(bytes, 0, bytes.length);
            return Decoded.valid(UnsafeByteOperations.unsafeWrap(bytes, 0, length));
        } catch (StatusRuntimeException e) {
            return Refusal.tooLarge("the message is too large after decompression")
                    .as();
        } catch (IOException e) {
            return MessageCost.broken().as();
        }
    }

    @Override
    public InputStream stream(Decoded<ByteString> message) {
        return message instanceof Decoded.Valid<ByteString> valid
                ? valid.value().newInput()
                : InputStream.nullInputStream();
    }
}
