package io.bellwether.worker;

import io.bellwether.batching.Lane;
import io.bellwether.worker.lane.Expiry;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Answers what waited too long in any queue. */
final class DeadlineSweep implements LongSupplier {
    private static final long NOTHING_WAITS_NANOS = 3_600_000_000_000L;

    private final Supplier<ServedModels> models;
    private final LongSupplier clock;

    DeadlineSweep(Supplier<ServedModels> models, LongSupplier clock) {
        this.models = models;
        this.clock = clock;
    }

    /** When the next one is over. */
    @Override
    public long getAsLong() {
        long next = clock.getAsLong() + NOTHING_WAITS_NANOS;
        for (ServedVersion version : models.get().versions()) {
            for (Lane lane : Lane.values()) {
                OptionalLong ofLane = Expiry.refuse(version.queue(lane), version.meters());
                if (ofLane.isPresent() && ofLane.getAsLong() - next < 0) {
                    next = ofLane.getAsLong();
                }
            }
        }
        return next;
    }
}
