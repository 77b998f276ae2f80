package io.bellwether.gateway.grpc;

import io.bellwether.protocol.Refusal;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** Refuses calls with too much metadata. Its size is that of HTTP/2: names, values, and 32 bytes for each (RFC 9113, 10.5.1). */
final class MetadataLimit implements ServerInterceptor {
    private static final int BYTES_OF_A_FIELD = 32;

    private final int bytesMax;

    MetadataLimit(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        long bytes = bytes(headers);
        if (bytes <= bytesMax) {
            return next.startCall(call, headers);
        }
        StatusRuntimeException status = GrpcStatus.of(
                Refusal.tooLarge("the metadata of the call takes " + bytes + " bytes; expected at most " + bytesMax));
        call.close(status.getStatus(), status.getTrailers());
        return new ServerCall.Listener<>() {};
    }

    private static long bytes(Metadata headers) {
        long bytes = 0;
        for (String name : headers.keys()) {
            if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
                Iterable<byte[]> values = headers.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
                for (byte[] value : values == null ? List.<byte[]>of() : values) {
                    // Base64 on the wire
                    bytes += field(name, (value.length + 2L) / 3 * 4);
                }
            } else {
                Iterable<String> values = headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
                for (String value : values == null ? List.<String>of() : values) {
                    bytes += field(name, value.length());
                }
            }
        }
        return bytes;
    }

    private static long field(String name, long value) {
        return name.length() + value + BYTES_OF_A_FIELD;
    }
}
