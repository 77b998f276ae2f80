package io.bellwether.deploy.chaos;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Asks every gateway again and again what it gives to one rollout, and keeps what they say. */
final class Observer implements AutoCloseable {
    private static final long PERIOD_MILLIS = 100;
    private static final int SIGHTINGS_MAX = 1_000_000;

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(Cluster.GATEWAYS);
    private final Queue<Sighting> sightings = new ConcurrentLinkedQueue<>();
    private final Control control;
    private volatile String watched = "";

    Observer(Control control) {
        this.control = control;
        for (int i = 0; i < Cluster.GATEWAYS; i++) {
            int gateway = i;
            var unused = clock.scheduleWithFixedDelay(() -> look(gateway), 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    void watch(String rollout) {
        watched = rollout;
    }

    List<Sighting> sightings() {
        return List.copyOf(sightings);
    }

    @Override
    public void close() throws InterruptedException {
        clock.shutdownNow();
        var unused = clock.awaitTermination(5, TimeUnit.SECONDS);
    }

    private void look(int gateway) {
        var id = watched;
        if (id.isEmpty() || sightings.size() > SIGHTINGS_MAX) {
            return;
        }
        long askedNanos = System.nanoTime();
        try {
            var rollout = control.rollout(gateway, id);
            if (rollout != null) {
                boolean ended =
                        rollout.has("guard") || rollout.path("state").asText().matches("ROLLED_BACK|ABORTED");
                sightings.add(new Sighting(
                        gateway,
                        id,
                        askedNanos,
                        System.nanoTime(),
                        rollout.path("weightPercent").asDouble(),
                        ended));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
