package io.bellwether.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Who the workers are, and who of them gets how many requests. */
@ConfigMapping(prefix = "gateway.fleet")
public interface FleetConfig {
    /** How often the names of workers are resolved again. */
    @WithDefault("5s")
    Duration resolveInterval();

    /** Most workers that names may resolve to, with those that are given by address; further ones are ignored. */
    @WithDefault("256")
    int workersMax();

    /** How long a worker that begins to serve a version gets fewer requests than the others. */
    @WithDefault("10s")
    Duration slowStart();

    /**
     * How often a worker is to say how its versions stand: what waits there and how long a request would take. 20 to 250
     * ms, or 0 for never: then only the requests of this gateway count where a worker is chosen.
     */
    @WithDefault("50ms")
    Duration statusInterval();

    /** Whether a worker that fails far more often than the others gets no requests for a while. */
    @WithDefault("true")
    boolean ejectOutliers();

    /** Largest share of the workers of a version that may be out for that reason at once; at least 0, below 1. */
    @WithDefault("0.5")
    double ejectedShareMax();
}
