package io.bellwether.deploy.chaos;

import io.bellwether.deploy.Await;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Whether telemetry has counted what the gateways answered. */
final class CountCheck {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private CountCheck() {}

    /** Ends the load, and waits until each answered request is counted once in Kafka; fails when it is not. */
    static void endsWithEachRequestCountedOnce(World world, Report report) throws Exception {
        world.load.close();
        var answered = new HashMap<String, Long>();
        world.load.answers(0, world.load.due()).stream()
                .filter(Answer::isAnswered)
                .forEach(answer -> answered.merge("gateway-" + (answer.gateway() + 1), 1L, Long::sum));
        answered.merge("gateway-1", (long) world.oracle.asked(), Long::sum);
        var moved = new HashMap<String, Long>();
        for (int gateway = 0; gateway < Cluster.GATEWAYS; gateway++) {
            moved.put("gateway-" + (gateway + 1), world.load.movedBy(gateway));
        }
        var counted = new AtomicReference<Map<String, Long>>(Map.of());
        try {
            Await.until("what the gateways counted is in Kafka: " + answered, LIMIT, () -> {
                counted.set(world.kafka.counted());
                return isRight(answered, moved, counted.get());
            });
        } finally {
            report.row("answered and counted", Map.of("answered", answered, "moved", moved, "counted", counted.get()));
        }
    }

    /** Each answered request once; one that a gateway could not serve and that went elsewhere was counted there or not. */
    private static boolean isRight(Map<String, Long> answered, Map<String, Long> moved, Map<String, Long> counted) {
        return answered.keySet().stream().allMatch(gateway -> {
            long beyond = counted.getOrDefault(gateway, 0L) - answered.get(gateway);
            return beyond >= 0 && beyond <= moved.getOrDefault(gateway, 0L);
        });
    }
}
