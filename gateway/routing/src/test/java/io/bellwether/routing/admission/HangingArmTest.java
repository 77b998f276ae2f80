package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Arm;
import io.bellwether.routing.Route;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One of two arms of an A/B/n hangs from the first moment on, and is taken back half a second after its first deadline. In
 * virtual time, with the settings of a gateway; everything else is answered in 5 ms without a wait.
 */
class HangingArmTest {
    private static final LimitSettings GATEWAY =
            new LimitSettings(16, 4_096, 512, 1, 100_000_000, 1_000_000_000, 100_000_000);
    private static final long SECOND = 1_000_000_000L;
    private static final long SERVICE_NANOS = 5_000_000;
    private static final int SECONDS = 40;

    private final AdmissionControl control = new AdmissionControl(new Tenants(Map.of()), GATEWAY, 0);
    private final PriorityQueue<Event> agenda =
            new PriorityQueue<>((one, other) -> Long.compare(one.atNanos(), other.atNanos()));
    private final int[] refusedOfOthers = new int[SECONDS];
    private final int[] refusedOfRest = new int[SECONDS];

    private record Event(long atNanos, Runnable what) {}

    @Test
    void whileAnArmHangsTheComparedArmsAreRefusedAndNobodyElse() {
        // When each compared arm gets 300 requests/s, and as many are not compared
        run(300, 5 * SECOND);

        // Then the lane is full after 1.7 s, and has room again with the first deadline
        assertThat(refusedOfRest).containsOnly(0);
        assertThat(refusedOfOthers[0]).isZero();
        assertThat(refusedOfOthers[3]).isGreaterThan(500);
        assertThat(lastRefused()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"100, 5", "300, 1"})
    void anArmOfWhichFewerHangThanTheLaneHoldsHoldsUpNobody(double perSecond, long deadlineSeconds) {
        // When
        run(perSecond, deadlineSeconds * SECOND);

        // Then
        assertThat(refusedOfOthers).containsOnly(0);
        assertThat(refusedOfRest).containsOnly(0);
    }

    private int lastRefused() {
        int last = -1;
        for (int second = 0; second < SECONDS; second++) {
            last = refusedOfOthers[second] > 0 ? second : last;
        }
        return last;
    }

    private void run(double perSecond, long deadlineNanos) {
        long takenBackNanos = deadlineNanos + SECOND / 2;
        SplittableRandom random = new SplittableRandom(1);
        arrive(
                random,
                perSecond,
                new Route.Routed("1", Arm.CONTROL, "r"),
                SERVICE_NANOS,
                refusedOfOthers,
                Long.MAX_VALUE);
        arrive(
                random,
                perSecond,
                new Route.Routed("2", Arm.CANDIDATE, "r"),
                SERVICE_NANOS,
                refusedOfOthers,
                Long.MAX_VALUE);
        arrive(
                random,
                perSecond,
                new Route.Routed("1", Arm.STABLE_REST, "r"),
                SERVICE_NANOS,
                refusedOfRest,
                Long.MAX_VALUE);
        arrive(
                random,
                perSecond,
                new Route.Routed("3", Arm.CANDIDATE, "r"),
                deadlineNanos,
                new int[SECONDS],
                takenBackNanos);
        while (!agenda.isEmpty()) {
            agenda.poll().what().run();
        }
    }

    private void arrive(
            SplittableRandom random,
            double perSecond,
            Route.Routed route,
            long takesNanos,
            int[] refused,
            long untilNanos) {
        long atNanos = 0;
        while (true) {
            atNanos += (long) (-Math.log(1 - random.nextDouble()) / perSecond * SECOND);
            if (atNanos >= Math.min(untilNanos, SECONDS * SECOND)) {
                return;
            }
            long now = atNanos;
            agenda.add(new Event(now, () -> ask(route, takesNanos, refused, now)));
        }
    }

    private void ask(Route.Routed route, long takesNanos, int[] refused, long nowNanos) {
        AdmissionControl.Lane lane = control.lane("m", route, nowNanos);
        if (control.admit(lane, 0, 0, nowNanos) instanceof Admission.Refused) {
            refused[(int) (nowNanos / SECOND)]++;
            return;
        }
        long end = nowNanos + takesNanos;
        agenda.add(new Event(end, () -> {
            if (takesNanos == SERVICE_NANOS) {
                control.answered(lane, 0, 0, takesNanos, end);
            } else {
                control.dropped(lane, 0, takesNanos, end);
            }
        }));
    }
}
