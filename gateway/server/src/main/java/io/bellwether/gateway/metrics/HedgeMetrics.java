package io.bellwether.gateway.metrics;

import io.bellwether.gateway.worker.HedgeCounts;
import io.bellwether.gateway.worker.HedgeCounts.Result;
import io.bellwether.gateway.worker.Hedging.Delay;
import io.bellwether.routing.hedge.HedgeVerdict;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The metrics about copies of requests that went to a second worker. */
public final class HedgeMetrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry registry;
    private final MultiGauge delays;

    public HedgeMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.delays = MultiGauge.builder("bellwether.gateway.hedge.delay")
                .description("How long an answer is waited for before a copy of its request is thought of")
                .baseUnit("seconds")
                .register(registry);
    }

    /** Exports what is counted elsewhere. */
    public void observe(HedgeCounts counts) {
        for (Result result : Result.values()) {
            counter(
                    "bellwether.gateway.hedges",
                    "Copies of requests that went to a second worker, by what became of them",
                    Tags.of("result", result.name().toLowerCase(Locale.ROOT)),
                    counts,
                    all -> all.sent(result));
        }
        for (HedgeVerdict why : HedgeVerdict.values()) {
            if (why != HedgeVerdict.GOES) {
                counter(
                        "bellwether.gateway.hedges.withheld",
                        "Late requests of which no copy went to a second worker, by the reason",
                        Tags.of("reason", why.name().toLowerCase(Locale.ROOT)),
                        counts,
                        all -> all.notSent(why));
            }
        }
    }

    /** Shows these delays, and no others any more. */
    public void show(List<Delay> known) {
        delays.register(
                known.stream()
                        .map(delay -> MultiGauge.Row.of(
                                Tags.of("model", delay.model(), "version", delay.version()),
                                delay.nanos() / NANOS_PER_SECOND))
                        .toList(),
                true);
    }

    private void counter(
            String name, String description, Tags tags, HedgeCounts counts, ToDoubleFunction<HedgeCounts> value) {
        FunctionCounter.builder(name, counts, value)
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
