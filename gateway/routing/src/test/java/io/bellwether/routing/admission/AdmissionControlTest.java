package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Arm;
import io.bellwether.routing.Route;
import io.bellwether.routing.Seeds;
import io.bellwether.routing.admission.Admission.Admitted;
import io.bellwether.routing.admission.Admission.Reason;
import io.bellwether.routing.admission.Admission.Refused;
import io.bellwether.routing.admission.AdmissionControl.Lane;
import io.bellwether.routing.admission.AdmissionControl.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {
    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final Tenants NOBODY_IN_PARTICULAR = new Tenants(Map.of());

    private static LimitSettings fixed(int limit) {
        return new LimitSettings(limit, limit, limit, 1, 1, 1, 1);
    }

    private static Lane lane(AdmissionControl control, String version, Arm arm, String rollout) {
        return control.lane("m", new Route.Routed(version, arm, rollout), 0);
    }

    @Test
    void theComparedArmsShareALaneAndEachVersionHasOneForTheRest() {
        // Given
        AdmissionControl control = new AdmissionControl(NOBODY_IN_PARTICULAR, fixed(2), 0);
        Lane candidate = lane(control, "2", Arm.CANDIDATE, "r");
        Lane stable = lane(control, "1", Arm.STABLE_REST, "r");

        // Then
        assertThat(lane(control, "1", Arm.CONTROL, "r")).isSameAs(candidate);
        assertThat(lane(control, "1", Arm.PINNED, "")).isSameAs(stable).isNotSameAs(candidate);
        assertThat(lane(control, "2", Arm.CANDIDATE_REST, "r"))
                .isNotSameAs(stable)
                .isNotSameAs(candidate);
        assertThat(lane(control, "1", Arm.CONTROL, "other")).isNotSameAs(candidate);
        assertThat(control.lane("n", new Route.Routed("1", Arm.STABLE_REST, ""), 0))
                .isNotSameAs(stable);
    }

    @Test
    void aLaneThatTheCandidateHasFilledIsFullForItsControlToo() {
        // Given
        AdmissionControl control = new AdmissionControl(NOBODY_IN_PARTICULAR, fixed(2), 0);
        Lane candidate = lane(control, "2", Arm.CANDIDATE, "r");
        control.admit(candidate, 0, 0, 0);
        control.admit(candidate, 0, 0, 0);

        // Then
        assertThat(reason(control.admit(lane(control, "1", Arm.CONTROL, "r"), 0, 0, 0)))
                .isEqualTo(Reason.LIMIT_REACHED);
        assertThat(control.admit(lane(control, "1", Arm.STABLE_REST, "r"), 0, 0, 0))
                .isInstanceOf(Admitted.class);
    }

    /**
     * A candidate that is ten times as slow as its control, at a load that fills the lane: both arms are refused alike, and
     * so neither has a different mix of moments. The difference of two shares of n has a deviation of sqrt(2 p q / n).
     */
    @Test
    void aSlowCandidateIsNotRefusedMoreThanItsControl() {
        Seeds.forEach(8, seed -> {
            // Given: slots that each take 10 ms for the control and 100 ms for the candidate
            AdmissionControl control = new AdmissionControl(NOBODY_IN_PARTICULAR, LimitSettings.DEFAULT, 0);
            Route.Routed[] routes = {new Route.Routed("1", Arm.CONTROL, "r"), new Route.Routed("2", Arm.CANDIDATE, "r")
            };
            OverloadWorld.Door door = new OverloadWorld.Door() {
                @Override
                public Admission enter(int source, long nowNanos) {
                    return control.admit(control.lane("m", routes[source], nowNanos), 0, 0, nowNanos);
                }

                @Override
                public void answered(int source, long waitNanos, long serviceNanos, long nowNanos) {
                    control.answered(control.lane("m", routes[source], nowNanos), 0, waitNanos, serviceNanos, nowNanos);
                }

                @Override
                public void dropped(int source, long flightNanos, long nowNanos) {
                    control.dropped(control.lane("m", routes[source], nowNanos), 0, flightNanos, nowNanos);
                }
            };
            OverloadWorld world = new OverloadWorld(seed, door, 2);
            world.slowdown = source -> source == 1 ? 10 : 1;
            world.rate(0, world.capacityPerSecond());
            world.rate(1, world.capacityPerSecond());

            // When
            world.run(5);
            world.forget();
            world.run(30);

            // Then
            double refusedControls = world.tally(0).refused / (double) world.tally(0).offered;
            double refusedCandidates = world.tally(1).refused / (double) world.tally(1).offered;
            assertThat(refusedControls).isBetween(0.7, 0.95);
            assertThat(Math.abs(refusedControls - refusedCandidates)).isLessThan(0.01);
        });
    }

    @Test
    void aRequestThatFindsNoSlotIsNotChargedToItsQuota() {
        // Given
        Tenants tenants = new Tenants(Map.of("ada", new TenantQuota(1, 5, 1, 1)));
        AdmissionControl control = new AdmissionControl(tenants, fixed(1), 0);
        Lane lane = lane(control, "1", Arm.STABLE_REST, "");
        control.admit(lane, 0, 0, 0);

        // When
        Admission full = control.admit(lane, 1, 5, 0);
        control.ignored(lane, 0);
        Admission now = control.admit(lane, 1, 5, 0);
        Admission again = control.admit(lane, 1, 5, 0);

        // Then
        assertThat(reason(full)).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(now).isInstanceOf(Admitted.class);
        assertThat(again).isEqualTo(new Refused(Reason.REQUESTS_OVER_QUOTA, 1_000_000_000));
    }

    @Test
    void aPartOfARequestIsPaidForAfterwards() {
        // Given
        Tenants tenants = new Tenants(Map.of("ada", new TenantQuota(NONE, 10, 1, 1)));
        AdmissionControl control = new AdmissionControl(tenants, fixed(1), 0);
        Lane lane = lane(control, "1", Arm.PINNED, "");
        control.admit(lane, 1, 10, 0);

        // When
        control.admitPart(lane, 1, 10, 0);
        control.answered(lane, 1, 0, 1, 1);
        control.dropped(lane, 1, 1, 1);
        Admission next = control.admit(lane, 1, 10, 0);

        // Then: 10 of debt and 10 to come
        assertThat(next).isEqualTo(new Refused(Reason.ELEMENTS_OVER_QUOTA, 2_000_000_000));
    }

    @Test
    void lanesAreBoundedAndTheIdleOnesAreForgotten() {
        Seeds.forEach(10, seed -> {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            int most = 1 + random.nextInt(20);
            AdmissionControl control = new AdmissionControl(NOBODY_IN_PARTICULAR, fixed(most), 0);
            List<Lane> inFlight = new ArrayList<>();
            List<Arm> arms = List.of(Arm.values());

            for (int i = 0; i < 5_000; i++) {
                // When
                if (inFlight.size() == most || (random.nextBoolean() && !inFlight.isEmpty())) {
                    control.ignored(inFlight.remove(random.nextInt(inFlight.size())), 0);
                } else {
                    Arm arm = arms.get(random.nextInt(arms.size()));
                    Route.Routed route = new Route.Routed("" + random.nextInt(30), arm, "r" + random.nextInt(3));
                    Lane lane = control.lane("m" + random.nextInt(5), route, 0);
                    assertThat(control.admit(lane, 0, 0, 0)).isInstanceOf(Admitted.class);
                    inFlight.add(lane);
                }

                // Then
                List<Reading> readings = control.readings();
                assertThat(readings).hasSizeLessThanOrEqualTo(most + 1);
                assertThat(readings.stream().mapToInt(Reading::inFlight).sum()).isLessThanOrEqualTo(inFlight.size());
            }
        });
    }

    @Test
    void readingsNameTheLanes() {
        // Given
        AdmissionControl control = new AdmissionControl(NOBODY_IN_PARTICULAR, fixed(3), 0);
        control.admit(lane(control, "1", Arm.STABLE_REST, "r"), 0, 0, 0);
        lane(control, "1", Arm.CONTROL, "r");

        // Then
        assertThat(control.readings())
                .containsExactlyInAnyOrder(new Reading("m", "1", 3, 1), new Reading("m", "", 3, 0));
    }

    private static Reason reason(Admission admission) {
        return ((Refused) admission).reason();
    }
}
