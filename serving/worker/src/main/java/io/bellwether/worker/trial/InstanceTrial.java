package io.bellwether.worker.trial;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.batching.InstanceProfile;
import io.bellwether.batching.InstanceProfile.Measured;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.WarmUp;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.engine.WarmUpProfile.SizeTiming;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.trial.ClosedLoop.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Measures what a version does with more instances and more threads inside an operation. Each pair runs in several rounds, the
 * pairs in turn, and the best round of each counts: what else goes on here makes rounds worse, never better. To be used where
 * nobody is served.
 */
public final class InstanceTrial {
    /** Largest batch that is measured. */
    static final int BATCH_ITEMS_MAX = 32;
    /** Bytes of the inputs of one thread. */
    static final int INPUT_BYTES_MAX = 4 << 20;
    /** A run of the batch may take so long; with slow programs the batch is smaller. */
    static final long RUN_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(250);

    private static final int WARM_RUNS_FIRST = 3;

    private final InferenceEngine engine;
    private final Limits limits;
    private final LongSupplier clock;

    /**
     * How long it may take.
     *
     * @param windowNanos of one pair at one size of batch in one round; at least one run, however long
     * @param rounds at most
     * @param nanosMax no pair begins after this time
     */
    record Limits(long windowNanos, int rounds, long nanosMax) {
        static final Limits USUAL = new Limits(TimeUnit.MILLISECONDS.toNanos(100), 3, TimeUnit.SECONDS.toNanos(10));
    }

    /** The best that was seen of one pair. */
    private record Best(Seen batch, long rowNanos) {
        Best or(Best other) {
            return new Best(
                    batch.itemsPerSecond() >= other.batch().itemsPerSecond() ? batch : other.batch(),
                    Math.min(rowNanos, other.rowNanos()));
        }
    }

    /** Further rounds end where the share of a number of threads does, so that the others get theirs. */
    private record Time(long endNanos, long shareEndNanos) {}

    /** One that takes ten seconds and the program's slowest runs at most. */
    public static InstanceTrial usual(InferenceEngine engine) {
        return new InstanceTrial(engine, Limits.USUAL, System::nanoTime);
    }

    /**
     * @param clock monotonic nanoseconds
     */
    InstanceTrial(InferenceEngine engine, Limits limits, LongSupplier clock) {
        this.engine = engine;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Measures a version that has passed its trial.
     *
     * @param warm what its runs took there
     * @param processors of the machine
     * @return empty when there is nothing to choose, or when the version could not be measured
     */
    public Optional<InstanceProfile> measure(Loadable version, WarmUpProfile warm, int processors)
            throws InterruptedException {
        if (!version.spec().parallelism().isOpen(processors) || warm.timings().isEmpty()) {
            return Optional.empty();
        }
        List<InstanceChoice> pairs = version.spec().parallelism().candidates(processors);
        int items = batchItems(version, warm);
        Map<InstanceChoice, Best> best = new LinkedHashMap<>();
        TreeMap<Integer, List<InstanceChoice>> byThreads = new TreeMap<>();
        pairs.forEach(pair -> byThreads
                .computeIfAbsent(pair.threads(), threads -> new ArrayList<>())
                .add(pair));
        long endNanos = clock.getAsLong() + limits.nanosMax();
        int groupsLeft = byThreads.size();
        try {
            for (List<InstanceChoice> group : byThreads.values()) {
                long nowNanos = clock.getAsLong();
                long shareNanos = Math.max(0, endNanos - nowNanos) / groupsLeft;
                groupsLeft--;
                measure(
                        version.with(group.get(0)).source(),
                        group,
                        items,
                        new Time(endNanos, nowNanos + shareNanos),
                        best);
            }
        } catch (EngineFault | OutOfMemoryError e) {
            // What was measured until then is known; a pair for which there is no memory is none to choose.
            return profile(items, pairs, best);
        }
        return profile(items, pairs, best);
    }

    private void measure(
            ModelSource source, List<InstanceChoice> group, int items, Time time, Map<InstanceChoice, Best> best)
            throws EngineFault, InterruptedException {
        if (isPast(time.endNanos())) {
            return;
        }
        try (LoadedModel program = engine.load(source)) {
            ClosedLoop loop = new ClosedLoop(program, source, clock);
            for (int round = 0; round < limits.rounds(); round++) {
                for (InstanceChoice pair : group) {
                    if (isPast(round == 0 ? time.endNanos() : time.shareEndNanos())) {
                        return;
                    }
                    int warmRuns = round == 0 ? WARM_RUNS_FIRST : 1;
                    Seen row = loop.run(pair.instances(), 1, warmRuns, limits.windowNanos());
                    Seen batch = items == 1 ? row : loop.run(pair.instances(), items, warmRuns, limits.windowNanos());
                    best.merge(pair, new Best(batch, row.runNanos()), Best::or);
                }
            }
        }
    }

    private boolean isPast(long nanos) {
        return clock.getAsLong() - nanos >= 0;
    }

    /** Nothing is said of pairs that were not measured, and nothing at all without the first. */
    private static Optional<InstanceProfile> profile(
            int items, List<InstanceChoice> pairs, Map<InstanceChoice, Best> best) {
        if (!best.containsKey(pairs.get(0))) {
            return Optional.empty();
        }
        List<Measured> table = new ArrayList<>();
        for (InstanceChoice pair : pairs) {
            @Nullable Best seen = best.get(pair);
            if (seen != null) {
                table.add(new Measured(
                        pair,
                        seen.batch().itemsPerSecond(),
                        seen.rowNanos(),
                        seen.batch().readyShare()));
            }
        }
        return Optional.of(new InstanceProfile(items, table));
    }

    /** Half of the largest batch, as far as time and memory for it are in proportion. */
    static int batchItems(Loadable version, WarmUpProfile warm) {
        int rowsMax = version.spec().forwardRowsMax();
        int rowBytes = WarmUp.neutral(version.source(), 1).inputs().stream()
                .mapToInt(input -> input.data().remaining())
                .sum();
        int items = Math.min(
                Math.min(BATCH_ITEMS_MAX, (rowsMax + 1) / 2), Math.max(1, INPUT_BYTES_MAX / Math.max(1, rowBytes)));
        long runNanos = warm.timings().stream()
                .filter(timing -> timing.items() >= items)
                .min(Comparator.comparingInt(SizeTiming::items))
                .map(SizeTiming::bestWallNanos)
                .orElse(0L);
        return runNanos <= RUN_NANOS_MAX ? items : Math.toIntExact(Math.max(1, items * RUN_NANOS_MAX / runNanos));
    }
}
