package io.bellwether.gateway.grpc;

import io.bellwether.gateway.config.GatewayConfig;
import io.quarkus.grpc.api.ServerBuilderCustomizer;
import io.quarkus.grpc.runtime.config.GrpcServerConfiguration;
import io.vertx.grpc.VertxServerBuilder;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * What the framework has no property for: calls of one connection at once, deflate, and an answer for methods that are not
 * offered.
 */
@ApplicationScoped
public class GrpcServerSetup implements ServerBuilderCustomizer<VertxServerBuilder> {
    private final int callsPerConnectionMax;

    GrpcServerSetup(GatewayConfig config) {
        this.callsPerConnectionMax = config.limits().callsPerConnectionMax();
    }

    @Override
    public void customize(GrpcServerConfiguration configuration, VertxServerBuilder builder) {
        builder.nettyBuilder().maxConcurrentCallsPerConnection(callsPerConnectionMax);
        builder.decompressorRegistry(DeflateCodec.decompressors());
        builder.fallbackHandlerRegistry(new NotOfferedMethods());
    }
}
