package io.bellwether.gateway.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Copies of late requests that go to a second worker. Off until a model is named. */
@ConfigMapping(prefix = "gateway.hedging")
public interface HedgingConfig {
    /** Models whose late requests go to a second worker as well; * names all. Their inference must change nothing. */
    Optional<List<String>> models();

    /**
     * Share of the recent requests of a version that are answered before a copy is thought of, 0.5 to 0.999. Later if
     * {@link #shareMax} is so small that late requests would take more than half of the copies: with the defaults at 0.99.
     */
    @WithDefault("0.95")
    double delayQuantile();

    /** No copy is sent earlier; at least 1 ms. */
    @WithDefault("10ms")
    Duration delayMin();

    /** Copies as a share of the requests of a version, 0.001 to 0.2. */
    @WithDefault("0.02")
    double shareMax();

    /** Copies that may be saved up, 1 to 1000. */
    @WithDefault("10")
    int burst();
}
