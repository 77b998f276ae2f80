package io.bellwether.gateway.config;

import io.smallrye.config.WithDefault;
import java.time.Duration;

/** What applications learn later about requests, and how long this gateway remembers the requests for it. */
public interface FeedbackConfig {
    /** Copied requests of which the label may still come; the oldest are forgotten. */
    @WithDefault("50000")
    int labelsAwaitedMax();

    /** How long after its answer the label of a copied request may come; what comes later is no evidence. */
    @WithDefault("1h")
    Duration labelWaitMax();

    /** Compared requests of which an outcome may still be told; the oldest are forgotten. */
    @WithDefault("100000")
    int outcomesAwaitedMax();

    /** How long after its answer an outcome of a request may be told; what comes later is no evidence. */
    @WithDefault("1h")
    Duration outcomeWaitMax();
}
