package io.bellwether.gateway.grpc;

import io.bellwether.gateway.config.GatewayConfig;
import io.grpc.netty.NettyServerBuilder;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * What the framework has no property for: calls of one connection at once, deflate, and an answer for methods that are not
 * offered. The limits on metadata are here too, where a test can see them at work:
 * the library answers what is above its own as HTTP does (431), before there is a call, so it gets more than is allowed, and
 * {@link MetadataLimit} refuses the rest in the form of the protocol.
 */
@ApplicationScoped
public class GrpcServerSetup implements ServerBuilderCustomizer<VertxServerBuilder> {
    private static final int METADATA_BYTES_MAX = 8_192;
    /** What the library reads of the metadata of a call, names of the protocol included. */
    private static final int METADATA_BYTES_READ_MAX = 65_536;

    private final int callsPerConnectionMax;

    GrpcServerSetup(GatewayConfig config) {
        this.callsPerConnectionMax = config.limits().callsPerConnectionMax();
    }

    @Override
    public void customize(GrpcServerConfiguration configuration, VertxServerBuilder builder) {
        limit(builder.nettyBuilder(), callsPerConnectionMax);
        builder.decompressorRegistry(DeflateCodec.decompressors());
        builder.fallbackHandlerRegistry(new NotOfferedMethods());
    }

    static void limit(NettyServerBuilder builder, int callsPerConnectionMax) {
        builder.maxConcurrentCallsPerConnection(callsPerConnectionMax)
                .maxInboundMetadataSize(METADATA_BYTES_READ_MAX)
                .intercept(new MetadataLimit(METADATA_BYTES_MAX));
    }
}
