package io.bellwether.gateway.grpc;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/** The compression that gRPC calls deflate, which is zlib. Clients may use it, and the library has only gzip. */
public final class DeflateCodec implements Codec {

    /** Everything that messages may be compressed with. The limit on messages holds after decompression. */
    public static DecompressorRegistry decompressors() {
        return DecompressorRegistry.getDefaultInstance().with(new DeflateCodec(), true);
    }

    @Override
    public String getMessageEncoding() {
        return "deflate";
    }

    @Override
    public InputStream decompress(InputStream packed) {
        return new InflaterInputStream(packed);
    }

    @Override
    public OutputStream compress(OutputStream packed) {
        return new DeflaterOutputStream(packed);
    }
}
