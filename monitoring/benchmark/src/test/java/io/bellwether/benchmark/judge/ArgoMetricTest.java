package io.bellwether.benchmark.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.benchmark.judge.ArgoMetric.Phase;
import java.util.List;
import java.util.Optional;
import java.util.function.DoublePredicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ArgoMetricTest {
    private static boolean small(double value) {
        return value <= 0.01;
    }

    private static boolean great(double value) {
        return value > 0.05;
    }

    private static ArgoMetric metric(
            @Nullable DoublePredicate success, @Nullable DoublePredicate failure, int count, int failureLimit) {
        return new ArgoMetric(new ArgoMetric.Settings(success, failure, count, failureLimit, 0, 4));
    }

    private static Phase once(@Nullable DoublePredicate success, @Nullable DoublePredicate failure, double value) {
        return metric(success, failure, 1, 0).measure(Optional.of(value));
    }

    @Test
    void theConditionsThatAreGivenDecideWhatTheRestMeans() {
        assertThat(once(ArgoMetricTest::small, null, 0.01)).isEqualTo(Phase.SUCCESSFUL);
        assertThat(once(ArgoMetricTest::small, null, 0.03)).isEqualTo(Phase.FAILED);
        assertThat(once(null, ArgoMetricTest::great, 0.03)).isEqualTo(Phase.SUCCESSFUL);
        assertThat(once(null, ArgoMetricTest::great, 0.06)).isEqualTo(Phase.FAILED);
        assertThat(once(ArgoMetricTest::small, ArgoMetricTest::great, 0.03)).isEqualTo(Phase.INCONCLUSIVE);
        assertThat(once(null, null, 0.9)).isEqualTo(Phase.SUCCESSFUL);
        // And NaN, which is what no requests give, means three different things
        assertThat(once(ArgoMetricTest::small, null, Double.NaN)).isEqualTo(Phase.FAILED);
        assertThat(once(null, ArgoMetricTest::great, Double.NaN)).isEqualTo(Phase.SUCCESSFUL);
        assertThat(once(ArgoMetricTest::small, ArgoMetricTest::great, Double.NaN))
                .isEqualTo(Phase.INCONCLUSIVE);
    }

    @Test
    void failuresAreCountedWhetherInARowOrNot() {
        ArgoMetric metric = metric(ArgoMetricTest::small, null, 100, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(metric.measure(Optional.of(1.0))).isEqualTo(Phase.RUNNING);
            assertThat(metric.measure(Optional.of(0.0))).isEqualTo(Phase.RUNNING);
        }
        assertThat(metric.measure(Optional.of(1.0))).isEqualTo(Phase.FAILED);
        assertThat(metric.measure(Optional.of(0.0))).isEqualTo(Phase.FAILED);
    }

    @Test
    void errorsCountOnlyInARowAndAreNoMeasurements() {
        ArgoMetric metric = metric(ArgoMetricTest::small, null, 2, 0);
        for (int i = 0; i < 4; i++) {
            assertThat(metric.measure(Optional.empty())).isEqualTo(Phase.RUNNING);
        }
        assertThat(metric.measure(Optional.of(0.0))).isEqualTo(Phase.RUNNING);
        for (int i = 0; i < 4; i++) {
            assertThat(metric.measure(Optional.empty())).isEqualTo(Phase.RUNNING);
        }
        assertThat(metric.measure(Optional.empty())).isEqualTo(Phase.ERROR);
    }

    @Test
    void enoughMeasurementsAreASuccessDespiteForgivenFailures() {
        ArgoMetric metric = metric(ArgoMetricTest::small, null, 3, 1);
        assertThat(metric.measure(Optional.of(1.0))).isEqualTo(Phase.RUNNING);
        assertThat(metric.measure(Optional.of(0.0))).isEqualTo(Phase.RUNNING);
        assertThat(metric.measure(Optional.of(0.0))).isEqualTo(Phase.SUCCESSFUL);
    }

    @Test
    void theWorstMetricDecidesAndAllMustSucceed() {
        assertThat(ArgoJudge.verdict(List.of(Phase.RUNNING, Phase.FAILED))).contains(Verdict.ROLL_BACK);
        assertThat(ArgoJudge.verdict(List.of(Phase.RUNNING, Phase.ERROR))).contains(Verdict.ROLL_BACK);
        assertThat(ArgoJudge.verdict(List.of(Phase.SUCCESSFUL, Phase.INCONCLUSIVE)))
                .contains(Verdict.HOLD);
        assertThat(ArgoJudge.verdict(List.of(Phase.SUCCESSFUL, Phase.RUNNING))).isEmpty();
        assertThat(ArgoJudge.verdict(List.of(Phase.SUCCESSFUL, Phase.SUCCESSFUL)))
                .contains(Verdict.PROMOTE);
    }
}
