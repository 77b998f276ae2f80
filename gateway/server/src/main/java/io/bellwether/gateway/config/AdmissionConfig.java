package io.bellwether.gateway.config;

import io.bellwether.protocol.WireNames;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalDouble;

/** Who may send how much to a gateway; beside {@link GatewayConfig}, under the same prefix. */
@ConfigMapping(prefix = "gateway")
public interface AdmissionConfig {

    /** How many requests of a model may be in flight. */
    Limits admission();

    /**
     * Header, or metadata key, whose value names the tenant of a request. It is not looked at while no tenant but
     * {@code default} is declared. Nothing proves that a client is who it says: let whatever authenticates clients set it.
     */
    @WithDefault(WireNames.HEADER_TENANT)
    String tenantHeader();

    /**
     * Tenants by name. Whoever names none of them shares the tenant {@code default}, which may be declared here like the
     * others. What is not declared is not limited.
     */
    Map<String, Tenant> tenants();

    /** The adaptive limits on requests in flight: one for each version, and one for the compared arms of a rollout. */
    interface Limits {
        /** Mean wait at the worker that is allowed; where it is longer, the limit falls. */
        @WithDefault("100ms")
        Duration waitMean();

        /** No limit falls below it. As large as {@code gateway.limits.in-flight-max}: the limits are off. */
        @WithDefault("16")
        int inFlightLeast();

        /** Where each limit begins. */
        @WithDefault("512")
        int inFlightInitial();
    }

    /** What a tenant may send to this gateway. With several gateways, give each its part. */
    interface Tenant {
        /** Requests a second, fractions allowed. Default: no limit. */
        OptionalDouble requestsPerSecond();

        /** Elements of input tensors a second; each byte of a BYTES tensor is one. Default: no limit. */
        OptionalDouble elementsPerSecond();

        /** After a pause, so many seconds' worth may come at once. */
        @WithDefault("1s")
        Duration burst();

        /** Its part of a busy model, relative to other tenants that use it too, 1 to 1000. */
        @WithDefault("1")
        int weight();
    }
}
