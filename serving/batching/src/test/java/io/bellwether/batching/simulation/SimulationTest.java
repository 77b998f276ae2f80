package io.bellwether.batching.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.simulation.Scenario.Device;
import io.bellwether.batching.simulation.Scenario.Outage;
import io.bellwether.batching.simulation.Scenario.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long MILLI = 1_000_000;
    /** A run of b items takes 2 + b ms, always. */
    private static final LatencyFit EXACT = LatencyFit.exact(2e6, 1e6, 0);

    private static final BatchingPolicy POLICY = new BatchingPolicy(8, 100, 1);

    private static Request at(long nanos, long budgetNanos) {
        return Request.of(new Arrival(nanos, budgetNanos, 1, 1, 1));
    }

    private static Request leaves(Request request, long afterNanos) {
        return new Request(request.arrival(), afterNanos, request.poison());
    }

    private static Version version(RunTime runTime, List<Request> requests) {
        return new Version("v", () -> new PlannerBatcher(POLICY, LatencyModel.of(EXACT, 8)), POLICY, runTime, requests);
    }

    private static Result run(Request... requests) {
        return Simulation.run(Scenario.of(version(RunTime.of(EXACT), List.of(requests)), 1))
                .get(0);
    }

    @Test
    void requestsThatComeDuringARunShareTheNext() {
        // When one runs until 3 ms, and two that come meanwhile until 7 ms
        Result result = run(at(0, 50 * MILLI), at(MILLI, 50 * MILLI), at(2 * MILLI, 50 * MILLI));

        // Then they take 3, 6 and 5 ms
        assertThat(result.count(Outcome.ON_TIME)).isEqualTo(3);
        assertThat(result.latencies()).isEqualTo(new Result.Latencies(5 * MILLI, 6 * MILLI, 6 * MILLI, 6 * MILLI));
        assertThat(result.usage()).isEqualTo(new Result.Usage(2, 3, 7e6, 0));
        assertThat(result.batchItemsMean()).isEqualTo(1.5);
        assertThat(result.spanNanos()).isEqualTo(7 * MILLI);
    }

    @Test
    void aRunThatIsSlowerThanPredictedIsForNobody() {
        // Given every run takes three times as long as the planner knows
        List<Request> one = List.of(at(0, 5 * MILLI));

        // When
        Result result = Simulation.run(Scenario.of(version(RunTime.of(EXACT).slow(1, 3), one), 1))
                .get(0);

        // Then
        assertThat(result.count(Outcome.LATE)).isOne();
        assertThat(result.wastedShare()).isEqualTo(1);
        assertThat(result.latencies().p50Nanos()).isEqualTo(9 * MILLI);
    }

    @Test
    void whatCannotBeInTimeIsRefusedOrDroppedAndNeverRuns() {
        // Given a run until 3 ms; one that cannot be answered by 5 ms, one that is expired when it comes
        Result result = run(at(0, 50 * MILLI), at(MILLI, 4 * MILLI), at(2 * MILLI, 0));

        // Then
        assertThat(result.count(Outcome.REFUSED)).isEqualTo(2);
        assertThat(result.usage().runs()).isOne();
    }

    @Test
    void aFailingBatchIsHalvedDownToItsCulprit() {
        // Given one that runs, and four that wait for it, of which the second is poison
        List<Request> requests = new ArrayList<>(List.of(at(0, 90 * MILLI)));
        for (int i = 0; i < 4; i++) {
            requests.add(new Request(at(1, 90 * MILLI).arrival(), Request.STAYS, i == 1));
        }

        // When
        Result result = Simulation.run(Scenario.of(version(RunTime.of(EXACT), requests), 1))
                .get(0);

        // Then: the four, two of them, each of these, the other two
        assertThat(result.count(Outcome.FAILED)).isOne();
        assertThat(result.count(Outcome.ON_TIME)).isEqualTo(4);
        assertThat(result.usage()).isEqualTo(new Result.Usage(6, 1 + 4 + 2 + 2 + 2, 3e6 + 6e6 + 4e6 + 6e6 + 4e6, 13e6));
    }

    @Test
    void versionsShareTheDeviceEqually() {
        // Given two versions with one run of 3 ms each, and a third with one of 3 ms that comes 3 ms later
        Scenario scenario = new Scenario(
                List.of(
                        version(RunTime.of(EXACT), List.of(at(0, 50 * MILLI))),
                        version(RunTime.of(EXACT), List.of(at(0, 50 * MILLI))),
                        version(RunTime.of(EXACT), List.of(at(3 * MILLI, 50 * MILLI)))),
                new Device(1, List.of()),
                1);

        // When
        List<Result> results = Simulation.run(scenario);

        // Then 1.5 ms of the two are left at 3 ms and take 4.5 ms among three; the third has 1.5 ms left then
        assertThat(results)
                .extracting(result -> result.latencies().mostNanos() / 1e6)
                .satisfies(millis -> {
                    assertThat(millis.get(0)).isCloseTo(7.5, within(1e-5));
                    assertThat(millis.get(1)).isCloseTo(7.5, within(1e-5));
                    assertThat(millis.get(2)).isCloseTo(6, within(1e-5));
                });
        assertThat(results).extracting(result -> result.usage().deviceNanos()).containsOnly(3e6);
    }

    @Test
    void aCrashFailsWhatRunsAndWaitsAndRefusesWhatComesUntilItIsUp() {
        // Given a device that is down from 2 to 12 ms: one runs, one waits, one comes meanwhile, one comes later
        Version version = version(
                RunTime.of(EXACT),
                List.of(
                        at(0, 90 * MILLI),
                        at(MILLI, 90 * MILLI),
                        at(5 * MILLI, 90 * MILLI),
                        at(12 * MILLI, 90 * MILLI)));

        // When
        Result result = Simulation.run(
                        new Scenario(List.of(version), new Device(1, List.of(new Outage(2 * MILLI, 10 * MILLI))), 1))
                .get(0);

        // Then
        assertThat(result.count(Outcome.FAILED)).isEqualTo(2);
        assertThat(result.count(Outcome.REFUSED)).isOne();
        assertThat(result.count(Outcome.ON_TIME)).isOne();
        assertThat(result.usage()).isEqualTo(new Result.Usage(2, 2, 5e6, 2e6));
    }

    /** Moments of a scenario: each arrival, each deadline, each end of a run, and the nanosecond before and after. */
    private static Set<Long> moments(List<Request> requests) {
        Set<Long> moments = new TreeSet<>();
        for (Request request : requests) {
            long from = request.arrival().atNanos();
            for (long at : new long[] {from, from + request.arrival().budgetNanos()}) {
                moments.addAll(List.of(at - 1, at, at + 1));
            }
        }
        for (long end = 0; end <= 40 * MILLI; end += MILLI / 2) {
            moments.addAll(List.of(end - 1, end, end + 1));
        }
        return moments;
    }

    @Test
    void aClientMayLeaveAtAnyMoment() {
        // Given batches, a poisoned one among them, a deadline that expires in the queue, all runs whole milliseconds
        List<Request> requests = List.of(
                at(0, 60 * MILLI),
                at(MILLI, 60 * MILLI),
                at(MILLI, 30 * MILLI),
                new Request(at(MILLI, 60 * MILLI).arrival(), Request.STAYS, true),
                at(2 * MILLI, 7 * MILLI),
                at(9 * MILLI, 20 * MILLI),
                at(9 * MILLI, 60 * MILLI));
        int cancelled = 0;
        int runs = 0;

        // When each leaves at each moment after its arrival
        for (int who = 0; who < requests.size(); who++) {
            for (long moment : moments(requests)) {
                long afterNanos = moment - requests.get(who).arrival().atNanos();
                if (afterNanos >= 0) {
                    List<Request> some = new ArrayList<>(requests);
                    some.set(who, leaves(requests.get(who), afterNanos));
                    Result result = Simulation.run(Scenario.of(version(RunTime.of(EXACT), some), 1))
                            .get(0);
                    cancelled += result.count(Outcome.CANCELLED);
                    runs++;
                    assertThat(result.count(Outcome.CANCELLED)).isLessThanOrEqualTo(1);
                }
            }
        }

        // Then the simulation found nothing wrong, and some came too late
        assertThat(cancelled).isBetween(runs / 10, runs - runs / 10);
    }

    @Test
    void theSameScenarioHasTheSameResults() {
        // Given
        RunTime noisy = RunTime.of(LatencyFit.exact(2e6, 1e6, 0.1)).slow(0.05, 4);
        List<Request> requests = IntStream.range(0, 2_000)
                .mapToObj(i -> at(i * MILLI, (5 + i % 40) * MILLI))
                .toList();

        // When
        Result one = Simulation.run(Scenario.of(version(noisy, requests), 5)).get(0);
        Result two = Simulation.run(Scenario.of(version(noisy, requests), 5)).get(0);
        Result other = Simulation.run(Scenario.of(version(noisy, requests), 6)).get(0);

        // Then
        assertThat(two).isEqualTo(one).isNotEqualTo(other);
        assertThat(one.requests()).isEqualTo(2_000);
    }
}
