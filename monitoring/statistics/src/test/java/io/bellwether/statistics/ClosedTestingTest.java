package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClosedTestingTest {
    private static final double[] WEIGHTS = {0.35, 0.1, 0.2, 0.15, 0.2};

    @Test
    void theAdjustedValueIsTheLeastMeanOverEverySetThatContainsIt() {
        Random random = new Random(8);
        for (int run = 0; run < 500; run++) {
            double[] logE = random.doubles(5, -8, 12).toArray();
            double[] adjusted = new ClosedTesting(0.01, WEIGHTS).logAdjusted(logE);
            for (int k = 0; k < 5; k++) {
                double least = Double.POSITIVE_INFINITY;
                for (int set = 0; set < 32; set++) {
                    least = (set >> k & 1) == 1 ? Math.min(least, mean(set, logE)) : least;
                }
                assertThat(adjusted[k]).as("run %d", run).isCloseTo(Math.log(least), offset(1e-9));
            }
        }
    }

    private static double mean(int set, double[] logE) {
        double sum = 0;
        double weight = 0;
        for (int i = 0; i < logE.length; i++) {
            if ((set >> i & 1) == 1) {
                sum += WEIGHTS[i] * Math.exp(logE[i]);
                weight += WEIGHTS[i];
            }
        }
        return sum / weight;
    }

    @Test
    void itBlamesWhateverHolmsProcedureBlamesAndOnlyOnASpentBudget() {
        Random random = new Random(9);
        ErrorBudget budget = new ErrorBudget(0.01, WEIGHTS);
        int both = 0;
        int more = 0;
        for (int run = 0; run < 2_000; run++) {
            double[] logE = random.doubles(5, -3, 8).toArray();
            List<Integer> blamed = new ClosedTesting(0.01, WEIGHTS).blamed(logE);
            List<Integer> holm = holm(logE);
            assertThat(blamed).as("run %d", run).containsAll(holm);
            if (!blamed.isEmpty()) {
                assertThat(budget.logCombined(logE)).isGreaterThanOrEqualTo(budget.logLevel() - 1e-9);
                assertThat(blamed).isSortedAccordingTo((a, b) -> Double.compare(logE[b], logE[a]));
            }
            both += holm.isEmpty() ? 0 : 1;
            more += blamed.size() > holm.size() ? 1 : 0;
        }
        assertThat(both).isGreaterThan(100);
        assertThat(more).isGreaterThan(10);
    }

    private static List<Integer> holm(double[] logE) {
        List<Integer> left = new ArrayList<>(List.of(0, 1, 2, 3, 4));
        List<Integer> rejected = new ArrayList<>();
        boolean going = true;
        while (going) {
            double weight = left.stream().mapToDouble(i -> WEIGHTS[i]).sum();
            List<Integer> now = left.stream()
                    .filter(i -> Math.exp(logE[i]) >= weight / (WEIGHTS[i] * 0.01))
                    .toList();
            left.removeAll(now);
            rejected.addAll(now);
            going = !now.isEmpty();
        }
        return rejected;
    }

    @Test
    void theInnocentAreBlamedWithinTheLevelBesideTheGuilty() {
        // Given one guilty and four innocent guardrails that all see the same noise, alpha 10 %, a hundred looks
        int runs = 2_000;
        int wronged = 0;
        int caught = 0;
        ClosedTesting testing = new ClosedTesting(0.1, WEIGHTS);
        for (int seed = 0; seed < runs; seed++) {
            Random random = new Random(seed);
            double[] logE = new double[5];
            boolean innocent = false;
            boolean guilty = false;
            for (int look = 0; look < 100; look++) {
                double noise = 0.3 * random.nextGaussian();
                for (int i = 0; i < 5; i++) {
                    logE[i] += (i == 1 ? 0.1 : 0) + noise - 0.045;
                }
                List<Integer> blamed = testing.blamed(logE);
                innocent |= blamed.stream().anyMatch(k -> k != 1);
                guilty |= blamed.contains(1);
            }
            wronged += innocent ? 1 : 0;
            caught += guilty ? 1 : 0;
        }
        System.out.printf(
                "attribution: an innocent guardrail blamed in %d, the guilty in %d of %d%n", wronged, caught, runs);
        assertThat(wronged).isLessThanOrEqualTo(BinomialBound.most(runs, 0.1));
        assertThat(caught).isGreaterThan(runs / 2);
    }

    @Test
    void valuesThatNoDoubleHoldsAndGuardrailsWithoutDataAreFine() {
        ClosedTesting testing = new ClosedTesting(0.01, WEIGHTS);
        assertThat(testing.blamed(new double[] {0, 0, 0, 0, 0})).isEmpty();
        assertThat(testing.blamed(new double[] {4_000, 0, -4_000, Double.NEGATIVE_INFINITY, 5_000}))
                .containsExactly(4, 0);
        assertThat(testing.logAdjusted(new double[] {-4_000, -4_000, -4_000, -4_000, -4_000})[2])
                .isCloseTo(-4_000, offset(1e-9));
        // Then shared evidence may spend the budget and blame nobody
        double[] shared = new double[5];
        Arrays.fill(shared, Math.log(105));
        shared[0] = Math.log(95);
        shared[1] = Math.log(95);
        assertThat(new ErrorBudget(0.01, WEIGHTS).logCombined(shared)).isGreaterThan(Math.log(100));
        assertThat(testing.blamed(shared)).isEmpty();
        assertThat(new ClosedTesting(0.01, 0.5, 0.5).blamed(new double[] {Math.log(150), Math.log(60)}))
                .containsExactly(0);
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new ClosedTesting(0.01, 1, 0)).hasMessageContaining("positive weights");
        assertThatThrownBy(() -> new ClosedTesting(1, 1)).hasMessageContaining("alpha between 0 and 1");
        assertThatThrownBy(() -> new ClosedTesting(0.1, 1).logAdjusted(new double[2]))
                .hasMessageContaining("expected 1");
        assertThatThrownBy(() -> new ClosedTesting(0.1, 1).blamed(new double[] {Double.NaN}))
                .hasMessageContaining("not a number");
    }
}
