package io.bellwether.gateway.worker;

import io.bellwether.routing.outlier.Counts;
import io.bellwether.routing.outlier.OutlierEjection;
import io.bellwether.routing.outlier.OutlierSettings;
import io.bellwether.routing.outlier.Standing;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Looks once a second at every version that several workers serve, and gives no requests to the one that fails far more
 * often than the others. To be called by one thread; the number of those that are out may be read by any.
 */
public final class Outliers {
    private static final Logger LOG = Logger.getLogger(Outliers.class);

    private final WorkerDirectory directory;
    private final OutlierSettings settings;
    private final Map<Served, OutlierEjection<Seat>> ejections = new HashMap<>();
    private volatile Map<Worker, Integer> out = Map.of();
    private volatile long ejected;

    public Outliers(WorkerDirectory directory, OutlierSettings settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /** Versions for which a worker gets no requests, or one at a time. */
    public int out(Worker worker) {
        return out.getOrDefault(worker, 0);
    }

    /** How often a worker was taken out so far. */
    public long ejected() {
        return ejected;
    }

    /**
     * @param nowNanos on a clock that never goes back
     */
    public void look(long nowNanos) {
        Fleet fleet = directory.fleet();
        Map<Served, List<Seat>> groups = new HashMap<>();
        fleet.models().forEach((model, known) -> known.versions().forEach((version, state) -> {
            if (state.ready().size() > 1) {
                groups.put(new Served(model, version), state.ready());
            }
        }));
        Set<Served> gone = ejections.keySet().stream()
                .filter(served -> !groups.containsKey(served))
                .collect(Collectors.toSet());
        // Who is left alone with a version is no outlier any more.
        gone.forEach(served -> {
            ejections.remove(served);
            fleet.ready(served.model(), served.version()).forEach(seat -> seat.stand(Standing.IN));
        });
        Map<Worker, Integer> notIn = new HashMap<>();
        groups.forEach((served, seats) -> look(served, seats, nowNanos, notIn));
        out = Map.copyOf(notIn);
    }

    private void look(Served served, List<Seat> seats, long nowNanos, Map<Worker, Integer> notIn) {
        // In the order of the workers, so that of two equal outliers it is always the same one that goes.
        Map<Seat, Counts> totals = new LinkedHashMap<>();
        seats.forEach(seat -> totals.put(seat, seat.counts()));
        OutlierEjection<Seat> ejection = ejections.computeIfAbsent(served, unused -> new OutlierEjection<>(settings));
        ejection.look(totals, nowNanos).forEach((seat, standing) -> {
            if (standing != seat.standing()) {
                tell(served, seat, standing);
                seat.stand(standing);
            }
            if (standing != Standing.IN) {
                notIn.merge(seat.worker(), 1, Integer::sum);
            }
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    private void tell(Served served, Seat seat, Standing standing) {
        String worker = seat.worker().name();
        switch (standing) {
            case OUT -> {
                ejected++;
                LOG.warnf(
                        "worker=%s model=%s version=%s reason=\"fails far more often than the other workers\""
                                + " gets no requests for a while",
                        worker, served.model(), served.version());
            }
            case ON_TRIAL ->
                LOG.infof("worker=%s model=%s version=%s is on trial", worker, served.model(), served.version());
            case IN -> LOG.infof("worker=%s model=%s version=%s is back", worker, served.model(), served.version());
        }
    }

    private record Served(String model, String version) {}
}
