package io.bellwether.gateway.worker;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The seats of a fleet; those of an earlier fleet that are still taken are the same ones. Taken by one thread. */
final class Seats {
    private final Map<Place, Seat> earlier;
    private final Map<Place, Seat> taken = new HashMap<>();
    private final long nowNanos;

    /**
     * @param before the seats of the fleet before, or null if there was none
     */
    Seats(@Nullable Seats before, long nowNanos) {
        this.earlier = before == null ? Map.of() : before.taken;
        this.nowNanos = nowNanos;
    }

    Seat of(Worker worker, String model, String version) {
        return taken.computeIfAbsent(new Place(worker, model, version), place -> {
            Seat known = earlier.get(place);
            return known == null ? new Seat(worker, nowNanos) : known;
        });
    }

    /** The seat that a worker has for a version; null where it has none. Safe for several threads once all are taken. */
    @Nullable
    Seat find(Worker worker, String model, String version) {
        return taken.get(new Place(worker, model, version));
    }

    private record Place(Worker worker, String model, String version) {}
}
