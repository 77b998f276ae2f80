package io.bellwether.worker.hop;

import io.bellwether.batching.Forecast;
import io.bellwether.batching.Lane;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.worker.lane.LaneReading;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * How the versions that take requests stand. However many streams ask, it is read at most once in {@value #READ_MILLIS} ms.
 * Safe for several threads; takes the lock of each lane for some microseconds.
 *
 * <p>A version has two lanes, with instances of their own, and a gateway does not say which of them it asks for. So the times
 * are the mean of both, weighed by what arrives there lately.
 */
final class Standing {
    private static final int READ_MILLIS = 10;
    private static final long READ_NANOS = READ_MILLIS * 1_000_000L;

    private final Supplier<ServedModels> models;
    private final LongSupplier clock;
    private volatile Reading last;

    private record Reading(List<HopStatus> statuses, long atNanos) {}

    /**
     * @param clock monotonic nanoseconds
     */
    Standing(Supplier<ServedModels> models, LongSupplier clock) {
        this.models = models;
        this.clock = clock;
        this.last = new Reading(List.of(), clock.getAsLong() - READ_NANOS);
    }

    long nowNanos() {
        return clock.getAsLong();
    }

    /** One for each version that takes requests, by model and version. */
    List<HopStatus> statuses() {
        long nowNanos = clock.getAsLong();
        Reading known = last;
        if (nowNanos - known.atNanos() >= READ_NANOS) {
            // Two streams may read at once; both are right.
            known = new Reading(read(models.get()), nowNanos);
            last = known;
        }
        return known.statuses();
    }

    private static List<HopStatus> read(ServedModels served) {
        List<HopStatus> statuses = new ArrayList<>();
        for (ServedVersion version : served.versions()) {
            if (version.state().takesRequests()) {
                statuses.add(status(version));
            }
        }
        return List.copyOf(statuses);
    }

    private static HopStatus status(ServedVersion version) {
        HopStatus.Builder status = HopStatus.newBuilder()
                .setModel(version.files().model())
                .setVersion(version.files().version());
        Mean mean = new Mean();
        for (Lane lane : Lane.values()) {
            LaneReading reading = version.queue(lane).reading();
            status.setWaiting(status.getWaiting() + reading.state().requests())
                    .setRunning(status.getRunning() + reading.state().runningRequests());
            reading.forecast()
                    .ifPresent(forecast -> mean.add(forecast, reading.state().itemsPerSecond()));
        }
        mean.forecast().ifPresent(forecast -> status.setWaitNanos(forecast.waitNanos())
                .setRunNanos(forecast.runNanos())
                .setEachNanos(forecast.eachNanos()));
        return status.build();
    }

    /** Of the lanes that something is known of. */
    private static final class Mean {
        /** Where nothing arrives the lanes weigh alike. */
        private static final double LEAST_PER_SECOND = 1e-3;

        private double weight;
        private double waitNanos;
        private double runNanos;
        private double eachNanos;

        void add(Forecast forecast, double perSecond) {
            double of = perSecond + LEAST_PER_SECOND;
            weight += of;
            waitNanos += of * forecast.waitNanos();
            runNanos += of * forecast.runNanos();
            eachNanos += of * forecast.eachNanos();
        }

        Optional<Forecast> forecast() {
            return weight == 0
                    ? Optional.empty()
                    : Optional.of(new Forecast(
                            Math.round(waitNanos / weight),
                            Math.round(runNanos / weight),
                            Math.round(eachNanos / weight)));
        }
    }
}
