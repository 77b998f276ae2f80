package io.bellwether.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The local guard: which candidates this gateway takes back by itself, without anybody else. */
@ConfigMapping(prefix = "gateway.guard")
public interface GuardConfig {
    /** Whether this gateway finds candidates to take back. Kills of before, of people and of other gateways count without it too. */
    @WithDefault("true")
    boolean enabled();

    /** How often the answers are looked at. */
    @WithDefault("50ms")
    Duration interval();

    /**
     * Largest probability that a rollout is taken back although its candidate does not fail hard, over its whole life; for
     * each gateway.
     */
    @WithDefault("0.0001")
    double alpha();

    /** Share of failed requests up to which a candidate is left to monitoring. */
    @WithDefault("0.1")
    double failureFloor();

    /** Requests of both versions that one comparison needs. */
    @WithDefault("10")
    int sliceRequestsMin();

    /** Different keys of the split whose requests must have failed, 1 to 16. */
    @WithDefault("3")
    int keysMin();

    /** Rollouts that are watched at once; further ones are not. */
    @WithDefault("256")
    int rolloutsMax();
}
