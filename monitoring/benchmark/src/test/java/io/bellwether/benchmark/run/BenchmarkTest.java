package io.bellwether.benchmark.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.judge.Verdict;
import io.bellwether.benchmark.trace.Disturbance;
import io.bellwether.benchmark.trace.Effect;
import io.bellwether.benchmark.trace.Scenario;
import io.bellwether.benchmark.trace.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.statistics.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark, small: what must hold whatever the figures are. */
class BenchmarkTest {
    private static final double ALPHA = 0.01;
    private static final double DOUBT = 1e-3;

    private static List<RolloutResult> run(Scenario scenario, int threads, int runs) throws InterruptedException {
        return new Runner(threads, Contestant.all()).run(scenario, 1, runs, done -> {});
    }

    private static Scenario scenario(String name, int minutes) {
        return Scenarios.named(name).orElseThrow().lasting(minutes);
    }

    @Test
    void ourFalseRollbacksStayWithinTheirBudget() throws InterruptedException {
        // Given half an hour of each kind of trouble in which requests are the units
        for (String name : List.of("aa-600", "aa-ramp", "aa-bursts", "aa-pod")) {
            int runs = 40;
            List<RolloutResult> results = run(scenario(name, 30), 2, runs);
            // Then more happen with a chance of at most one in a thousand at a level of alpha
            int most = BinomialDistribution.of(runs, ALPHA).inverseSurvivalProbability(DOUBT);
            assertThat(Tally.of(results, name, Contestant.OURS).count(Verdict.ROLL_BACK))
                    .as("%s, seeds 1 to %d", name, runs)
                    .isLessThanOrEqualTo(most);
        }
    }

    @Test
    void everyJudgeFindsAnOutageAndNoneOfThemPromotesIt() throws InterruptedException {
        Scenario base = scenario("aa-600", 180);
        Scenario outage = new Scenario(
                "outage",
                "every third request fails",
                Scenario.Truth.HARMFUL,
                180,
                base.traffic(),
                base.service(),
                Disturbance.NONE,
                Effect.failing(1 / 3.0));
        List<RolloutResult> results = run(outage, 2, 4);
        assertThat(results).hasSize(4 * Contestant.all().size()).allSatisfy(result -> assertThat(result.verdict())
                .as("%s, seed %d", result.judge(), result.seed())
                .isEqualTo(Verdict.ROLL_BACK));
        // And ours is there before a rule that counts minutes
        double ours =
                Tally.medianOf(Tally.of(results, "outage", Contestant.OURS).rollbackMinutes());
        assertThat(ours)
                .isLessThan(
                        Tally.medianOf(Tally.of(results, "outage", "Flagger").rollbackMinutes()));
    }

    @Test
    void equalBatchesAreNotRolledBackForCostExceptByANaiveComparison() throws InterruptedException {
        // Given an hour at a tenth of the traffic, judged once against the baseline and once against all the rest
        List<RolloutResult> results = run(scenario("aa-batching", 60), 2, 2);
        assertThat(Tally.of(results, "aa-batching", Contestant.OURS).count(Verdict.PROMOTE))
                .isEqualTo(2);
        assertThat(Tally.of(results, "aa-batching", "Kayenta, production").count(Verdict.ROLL_BACK))
                .isEqualTo(2);
    }

    @Test
    void aSplitByClientIsJudgedByClientsOfWhichEachSpeaksOnce() throws InterruptedException {
        // Given clients of whom some are broken whatever version answers them
        List<RolloutResult> equal = run(scenario("aa-sticky-many", 30), 2, 8);
        List<RolloutResult> harmful = run(scenario("sticky-errors", 45), 2, 4);

        // Then
        assertThat(Tally.of(equal, "aa-sticky-many", Contestant.OURS).count(Verdict.ROLL_BACK))
                .isZero();
        assertThat(Tally.of(harmful, "sticky-errors", Contestant.OURS).count(Verdict.ROLL_BACK))
                .isEqualTo(4);
    }

    @Test
    void withTooFewClientsOurJudgeHolds() throws InterruptedException {
        // Given 200 clients in each arm, of whom not all come within a few minutes
        List<RolloutResult> results = run(scenario("aa-sticky", 10), 2, 4);
        assertThat(Tally.of(results, "aa-sticky", Contestant.OURS).count(Verdict.HOLD))
                .isEqualTo(4);
    }

    @Test
    void theSameSeedsGiveTheSameBytesWithOneThreadAndWithTwo() throws InterruptedException {
        Scenario scenario = scenario("errors-600", 20);
        assertThat(ResultFile.text(run(scenario, 1, 6))).isEqualTo(ResultFile.text(run(scenario, 2, 6)));
    }

    @Test
    void whatIsWrittenIsReadAgain(@TempDir Path folder) throws IOException, InterruptedException {
        List<RolloutResult> results = run(scenario("latency-600", 5), 2, 2);
        ResultFile.write(folder, "latency-600", 1, results);
        assertThat(ResultFile.text(ResultFile.readAll(folder))).isEqualTo(ResultFile.text(results));

        Files.writeString(folder.resolve("other.csv"), "a;b\n");
        assertThatThrownBy(() -> ResultFile.readAll(folder)).hasMessageContaining("no file of this benchmark");
    }
}
