package io.bellwether.benchmark.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Seeds are 1 unless said; every figure is what the scenario promises, with room for chance at that seed's size. */
class TraceTest {
    private static Scenario scenario(String name, int minutes) {
        return Scenarios.named(name).orElseThrow().lasting(minutes);
    }

    /** All requests of one arm, one value each, sorted. */
    private static double[] values(Scenario scenario, ToDoubleFunction<TraceSlot> count) {
        return Stream.iterate(Trace.of(scenario, 1), Trace::hasNext, trace -> trace)
                .mapToDouble(trace -> count.applyAsDouble(trace.next()))
                .toArray();
    }

    private static double sum(Scenario scenario, ToDoubleFunction<TraceSlot> count) {
        return Arrays.stream(values(scenario, count)).sum();
    }

    private static double p(double q, Scenario scenario, Function<TraceSlot, ArmSlot> arm) {
        Trace trace = Trace.of(scenario, 1);
        List<Double> all = new ArrayList<>();
        while (trace.hasNext()) {
            ArmSlot slot = arm.apply(trace.next());
            for (int i = 0; i < slot.requests(); i++) {
                all.add(slot.latencyMillis(i));
            }
        }
        double[] sorted = all.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted[(int) (q * (sorted.length - 1))];
    }

    private static double costs(ArmSlot arm) {
        double sum = 0;
        for (int i = 0; i < arm.requests(); i++) {
            sum += arm.costMicroUsd(i);
        }
        return sum;
    }

    @Test
    void theSameSeedGivesTheSameSecondsAndAnotherOneOthers() {
        for (Scenario scenario : Scenarios.all()) {
            assertThat(digest(scenario.lasting(1), 1))
                    .as(scenario.name())
                    .isEqualTo(digest(scenario.lasting(1), 1))
                    .isNotEqualTo(digest(scenario.lasting(1), 2));
        }
    }

    private static long digest(Scenario scenario, long seed) {
        Trace trace = Trace.of(scenario, seed);
        long digest = 1;
        while (trace.hasNext()) {
            TraceSlot slot = trace.next();
            for (ArmSlot arm : new ArmSlot[] {slot.control(), slot.candidate(), slot.rest()}) {
                for (int i = 0; i < arm.requests(); i++) {
                    digest = 31 * digest + Double.hashCode(arm.latencyMillis(i));
                    digest = 31 * digest + Double.hashCode(arm.costMicroUsd(i)) + (arm.failed(i) ? 7 : 0);
                }
            }
        }
        return digest;
    }

    @Test
    void ratesSharesErrorsAndLatenciesAreThoseOfTheScenario() {
        Scenario plain = scenario("aa-6000", 60);
        assertThat(sum(plain, slot -> slot.candidate().requests())).isCloseTo(36_000, withPercentage(3));
        assertThat(sum(plain, slot -> slot.control().requests())).isCloseTo(36_000, withPercentage(3));
        assertThat(sum(plain, slot -> slot.rest().requests())).isCloseTo(288_000, withPercentage(1));
        assertThat(sum(plain, slot -> slot.rest().failures())).isCloseTo(288, withPercentage(20));
        assertThat(p(0.99, plain, TraceSlot::rest)).isCloseTo(400, withPercentage(2));
        assertThat(sum(plain, slot -> costs(slot.rest())) / 288_000).isCloseTo(50, withPercentage(3));
    }

    @Test
    void equalCandidatesDoNoHarmAndTheOthersWhatTheyPromise() {
        for (Scenario scenario : Scenarios.all()) {
            if (scenario.truth() == Scenario.Truth.EQUAL) {
                Scenario shorter = scenario.lasting(2);
                assertThat(sum(
                                shorter,
                                slot -> slot.harm().badRequests()
                                        + Math.abs(slot.harm().costMicroUsd())))
                        .as(scenario.name())
                        .isZero();
            }
        }
        Scenario errors = scenario("errors2-600", 180);
        assertThat(sum(errors, slot -> slot.harm().badRequests())).isCloseTo(10_800 * 0.019, withPercentage(20));
        Scenario cost = scenario("cost-6000", 60);
        assertThat(sum(cost, slot -> slot.harm().costMicroUsd())).isCloseTo(36_000 * 50 * 0.15, withPercentage(6));
        Scenario slice = scenario("slice-6000", 60);
        assertThat(sum(slice, slot -> slot.harm().badRequests())).isCloseTo(36_000 * 0.05 * 0.099, withPercentage(25));
    }

    @Test
    void lateHarmBeginsLate() {
        double[] bad = values(scenario("late-6000", 180), slot -> slot.harm().badRequests());
        assertThat(Arrays.stream(bad, 0, 7_200).sum()).isZero();
        assertThat(Arrays.stream(bad, 7_200, 10_800).sum()).isCloseTo(36_000 * 0.019, withPercentage(15));
    }

    @Test
    void eachClientStaysInItsArm() {
        Trace trace = Trace.of(scenario("aa-sticky", 30), 1);
        Set<Integer> candidates = new HashSet<>();
        Set<Integer> others = new HashSet<>();
        while (trace.hasNext()) {
            TraceSlot slot = trace.next();
            collect(slot.candidate(), candidates);
            collect(slot.control(), others);
            collect(slot.rest(), others);
        }
        assertThat(candidates).hasSizeBetween(150, 200).doesNotContainAnyElementsOf(others);
    }

    private static void collect(ArmSlot arm, Set<Integer> into) {
        for (int i = 0; i < arm.requests(); i++) {
            into.add(arm.entity(i));
        }
    }

    @Test
    void batchesSpoilComparisonsWithTheRestButNotWithTheMatchedArm() {
        // Given equal versions, a tenth of the traffic at 80 % load
        Scenario batching = scenario("aa-batching", 3);
        double candidateCost = sum(batching, slot -> costs(slot.candidate()));
        double perCandidate =
                candidateCost / sum(batching, slot -> slot.candidate().requests());
        double perControl = sum(batching, slot -> costs(slot.control()))
                / sum(batching, slot -> slot.control().requests());
        double perRest = sum(batching, slot -> costs(slot.rest()))
                / sum(batching, slot -> slot.rest().requests());
        // Then the candidate seems to cost twice as much or more than the rest, and as much as its control
        assertThat(perCandidate / perRest).isGreaterThan(2);
        assertThat(perCandidate / perControl).isCloseTo(1, offset(0.03));
        // And it seems faster than the rest, though it is not
        assertThat(p(0.5, batching, TraceSlot::candidate)).isLessThan(p(0.5, batching, TraceSlot::rest) / 1.5);
        assertThat(p(0.5, batching, TraceSlot::candidate))
                .isCloseTo(p(0.5, batching, TraceSlot::control), withPercentage(3));
        // And one request of each batch speaks for it
        double witnesses = sum(batching, slot -> witnesses(slot.rest()));
        assertThat(sum(batching, slot -> slot.rest().requests()) / witnesses).isBetween(2.0, 32.0);
    }

    private static int witnesses(ArmSlot arm) {
        int count = 0;
        for (int i = 0; i < arm.requests(); i++) {
            count += arm.isWitness(i) ? 1 : 0;
        }
        return count;
    }

    @Test
    void aSlowerCandidateLooksFastAtATenthAndCollapsesWithAllTheTraffic() {
        Scenario saturation = scenario("saturation", 3);
        assertThat(p(0.5, saturation, TraceSlot::candidate)).isLessThan(p(0.5, saturation, TraceSlot::rest));
        assertThat(AfterPromotion.p99Millis(saturation, 1, 60)).isGreaterThan(5_000);
        assertThat(AfterPromotion.p99Millis(scenario("aa-batching", 3), 1, 60)).isLessThan(200);
    }

    @Test
    void impossibleScenariosAreRefused() {
        Scenario plain = scenario("aa-600", 3);
        assertThatThrownBy(() -> plain.lasting(0)).hasMessageContaining("at least a minute");
        assertThatThrownBy(() -> new Scenario(
                        "x",
                        "x",
                        Scenario.Truth.EQUAL,
                        1,
                        plain.traffic().restless(0, 0, 0.1, 0.6),
                        plain.service(),
                        plain.disturbance(),
                        Effect.NONE))
                .hasMessageContaining("one half");
    }
}
