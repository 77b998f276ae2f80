package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Arm;
import io.bellwether.routing.Route;
import io.bellwether.routing.Seeds;
import io.bellwether.routing.admission.OverloadWorld.Tally;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tenants before one server of 16 slots of 10 ms, in virtual time: quotas first, slots second. */
class FairnessSimulationTest {
    private static final int SEEDS = 8;
    private static final int SMALL = 10;
    /** Source 0 is the hog, the others are small; each has a quota of this part of the capacity. */
    private static final double QUOTA = 0.08;

    private static final Route.Routed ROUTE = new Route.Routed("1", Arm.STABLE_REST, "");

    private static final class Gateway implements OverloadWorld.Door {
        private final AdmissionControl control;

        /** Source i is tenant i, as names are sorted; the default tenant asks for nothing. */
        Gateway(double requestsPerSecond, double burstSeconds, int... weights) {
            Map<String, TenantQuota> declared = new TreeMap<>();
            for (int source = 0; source < weights.length; source++) {
                declared.put(
                        name(source),
                        new TenantQuota(requestsPerSecond, Double.POSITIVE_INFINITY, burstSeconds, weights[source]));
            }
            this.control = new AdmissionControl(new Tenants(declared), LimitSettings.DEFAULT, 0);
        }

        private static String name(int source) {
            return "t" + source;
        }

        private int tenant(int source) {
            return control.tenants().number(name(source));
        }

        private AdmissionControl.Lane lane(long nowNanos) {
            return control.lane("m", ROUTE, nowNanos);
        }

        @Override
        public Admission enter(int source, long nowNanos) {
            return control.admit(lane(nowNanos), tenant(source), 0, nowNanos);
        }

        @Override
        public void answered(int source, long waitNanos, long serviceNanos, long nowNanos) {
            control.answered(lane(nowNanos), tenant(source), waitNanos, serviceNanos, nowNanos);
        }

        @Override
        public void dropped(int source, long flightNanos, long nowNanos) {
            control.dropped(lane(nowNanos), tenant(source), flightNanos, nowNanos);
        }
    }

    private static int[] equalWeights(int sources) {
        int[] weights = new int[sources];
        Arrays.fill(weights, 1);
        return weights;
    }

    private record Small(double answeredShare, double latencyMillis) {}

    /** What the small tenants get beside a hog, each sending that many times its quota. */
    private static Small besideAHog(long seed, Gateway gateway, double smallQuotas, double hogQuotas) {
        OverloadWorld world = new OverloadWorld(seed, gateway, SMALL + 1);
        double quotaPerSecond = QUOTA * world.capacityPerSecond();
        world.rate(0, hogQuotas * quotaPerSecond);
        for (int source = 1; source <= SMALL; source++) {
            world.rate(source, smallQuotas * quotaPerSecond);
        }
        world.run(5);
        world.forget();
        world.run(20);
        double offered = 0;
        double answered = 0;
        double wait = 0;
        for (int source = 1; source <= SMALL; source++) {
            Tally tally = world.tally(source);
            offered += tally.offered;
            answered += tally.answered;
            wait += tally.waitMillis(0.99) / SMALL;
        }
        return new Small(answered / offered, wait);
    }

    @Test
    void aTenantAtTwentyTimesItsQuotaHarmsNobodyWithinTheirs() {
        Seeds.forEach(SEEDS, seed -> {
            // Given: 128 requests a second each, and up to 50 at once
            double perSecond = QUOTA * 1_600;

            // When
            Small alone = besideAHog(seed, new Gateway(perSecond, 50 / perSecond, equalWeights(SMALL + 1)), 0.95, 0.95);
            Small beside = besideAHog(seed, new Gateway(perSecond, 50 / perSecond, equalWeights(SMALL + 1)), 0.95, 20);

            // Then: a run takes 10 ms
            assertThat(beside.answeredShare()).isGreaterThan(0.99);
            assertThat(10 + beside.latencyMillis()).isLessThan(1.2 * (10 + alone.latencyMillis()) + 1);
        });
    }

    @Test
    void evenWithoutQuotasTheHogGetsOnlyWhatOthersLeave() {
        Seeds.forEach(SEEDS, seed -> {
            // When: ten tenants want 5 % of the capacity each, or 7.6 %, where the share of each of eleven is 9.1 %
            Small half = besideAHog(seed, new Gateway(1e6, 1, equalWeights(SMALL + 1)), 0.6, 20);
            Small nearly = besideAHog(seed, new Gateway(1e6, 1, equalWeights(SMALL + 1)), 0.95, 20);

            // Then
            assertThat(half.answeredShare()).isGreaterThan(0.98);
            assertThat(nearly.answeredShare()).isGreaterThan(0.9);
        });
    }

    @Test
    void greedyTenantsGetThroughputByWeightAndLoseNone() {
        Seeds.forEach(SEEDS, seed -> {
            // Given
            Gateway gateway = new Gateway(1e6, 1, 1, 3, 4);
            OverloadWorld world = new OverloadWorld(seed, gateway, 3);
            for (int source = 0; source < 3; source++) {
                world.rate(source, 2 * world.capacityPerSecond());
            }

            // When
            world.run(5);
            world.forget();
            world.run(20);

            // Then
            double all = world.tally(0).answered + world.tally(1).answered + world.tally(2).answered;
            assertThat(all / 20 / world.capacityPerSecond()).isGreaterThan(0.9);
            assertThat(world.tally(0).answered / all).isBetween(0.11, 0.15);
            assertThat(world.tally(1).answered / all).isBetween(0.35, 0.4);
        });
    }

    @Test
    void oneTenantAloneHasTheWholeServer() {
        Seeds.forEach(SEEDS, seed -> {
            // Given
            OverloadWorld world = new OverloadWorld(seed, new Gateway(1e6, 1, 1), 1);
            world.rate(0, 3 * world.capacityPerSecond());

            // When
            world.run(5);
            world.forget();
            world.run(10);

            // Then
            assertThat(world.tally(0).answered / 10.0 / world.capacityPerSecond())
                    .isGreaterThan(0.95);
        });
    }
}
