package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Every e-value against its definition, computed with sixty digits and whole binomial coefficients; and the mean of those
 * that are made of several, by complete enumeration under their hypotheses.
 */
class DefinitionTest {
    private static final MathContext DIGITS = new MathContext(60);

    /** {@code (r/m)^k1 Z(m)/Z(r)}. */
    private static BigDecimal ratio(EventTable t, double r, double margin) {
        int n1 = (int) t.candidateCount();
        int n0 = (int) t.controlCount();
        int k1 = (int) t.candidateEvents();
        int k = k1 + (int) t.controlEvents();
        BigDecimal odds = new BigDecimal(r);
        BigDecimal m = new BigDecimal(margin);
        return odds.divide(m, DIGITS)
                .pow(k1, DIGITS)
                .multiply(Exact.z(n1, n0, k, m), DIGITS)
                .divide(Exact.z(n1, n0, k, odds), DIGITS);
    }

    private static double conditional(double[] odds, double[] weights, double margin, EventTable... slots) {
        BigDecimal mixture = BigDecimal.ZERO;
        for (int i = 0; i < odds.length; i++) {
            BigDecimal product = new BigDecimal(weights[i]);
            for (EventTable slot : slots) {
                product = product.multiply(ratio(slot, odds[i], margin), DIGITS);
            }
            mixture = mixture.add(product, DIGITS);
        }
        return Exact.ln(mixture);
    }

    /** The grid of the promotion process: half on an equal candidate, half log-spaced in the logarithm below the margin. */
    private static double[] safetyOdds(double margin, int count) {
        double[] odds = new double[count + 1];
        for (int i = 0; i < count; i++) {
            odds[i] = margin * Math.exp(-0.03 * Math.pow(Math.log(50) / 0.03, i / (count - 1.0)));
        }
        odds[count] = 1;
        return odds;
    }

    private static double[] safetyWeights(int count) {
        double[] weights = new double[count + 1];
        Arrays.fill(weights, 0.5 / count);
        weights[count] = 0.5;
        return weights;
    }

    private static double[] harmOdds(double margin, double least, double most, int count) {
        double[] odds = new double[count];
        Arrays.setAll(odds, i -> margin * least * Math.pow(most / least, i / (count - 1.0)));
        return odds;
    }

    private static double[] equal(int count) {
        double[] weights = new double[count];
        Arrays.fill(weights, 1.0 / count);
        return weights;
    }

    @Test
    void harmAndPromotionOverSeveralSlotsEqualTheirDefinitions() {
        SplittableRandom random = new SplittableRandom(21);
        for (int run = 0; run < 15; run++) {
            EventTable[] slots = new EventTable[3];
            ConditionalEProcess harm = new ConditionalEProcess(OddsAlternatives.harm(1.25, 1.05, 50, 30));
            ConditionalEProcess safe = new ConditionalEProcess(OddsAlternatives.safety(1.25, 24));
            for (int i = 0; i < slots.length; i++) {
                int n0 = 1 + random.nextInt(60);
                int n1 = 1 + random.nextInt(60);
                slots[i] = new EventTable(n0, random.nextInt(n0 + 1), n1, random.nextInt(n1 + 1));
                harm.add(slots[i]);
                safe.add(slots[i]);
            }
            assertThat(harm.logE())
                    .as("run %d: %s", run, Arrays.toString(slots))
                    .isCloseTo(conditional(harmOdds(1.25, 1.05, 50, 30), equal(30), 1.25, slots), offset(1e-9));
            assertThat(safe.logE())
                    .as("run %d: %s", run, Arrays.toString(slots))
                    .isCloseTo(conditional(safetyOdds(1.25, 24), safetyWeights(24), 1.25, slots), offset(1e-9));
        }
    }

    @Test
    void theFloorEqualsItsDefinition() {
        // Given odds that are multiples of the floor's: 1.1 to 200, and exp(-u), u from 0.1 to ln 100
        double floor = 0.02;
        double[] above = harmOdds(1, 1.1, 200, 20);
        double[] below = new double[16];
        Arrays.setAll(below, i -> Math.exp(-0.1 * Math.pow(Math.log(100) / 0.1, i / 15.0)));
        for (int[] seen : new int[][] {{0, 0}, {1, 1}, {300, 0}, {300, 4}, {300, 40}, {300, 300}}) {
            BernoulliEProcess harm = BernoulliEProcess.harm(floor);
            BernoulliEProcess safe = BernoulliEProcess.safety(floor);
            harm.add(seen[0], seen[1]);
            safe.add(seen[0], seen[1]);
            assertThat(harm.logE()).isCloseTo(bernoulli(floor, above, seen[0], seen[1]), offset(1e-10));
            assertThat(safe.logE()).isCloseTo(bernoulli(floor, below, seen[0], seen[1]), offset(1e-10));
        }
    }

    private static double bernoulli(double floor, double[] factors, int count, int events) {
        BigDecimal a = new BigDecimal(floor);
        BigDecimal sum = BigDecimal.ZERO;
        for (double factor : factors) {
            BigDecimal odds = a.divide(BigDecimal.ONE.subtract(a), DIGITS).multiply(new BigDecimal(factor), DIGITS);
            BigDecimal p = odds.divide(BigDecimal.ONE.add(odds), DIGITS);
            BigDecimal perEvent = p.divide(a, DIGITS);
            BigDecimal perOther = BigDecimal.ONE.subtract(p).divide(BigDecimal.ONE.subtract(a), DIGITS);
            sum = sum.add(perEvent.pow(events, DIGITS).multiply(perOther.pow(count - events, DIGITS), DIGITS), DIGITS);
        }
        return Exact.ln(sum.divide(BigDecimal.valueOf(factors.length), DIGITS));
    }

    @Test
    void theMeanOfTheErrorEvidenceIsAtMostOneUnderEveryPartOfItsHypotheses() {
        // Given a margin of 1.5 and a floor of 10 %
        assertThat(meanOfErrors(true, 0.3, 1.5))
                .as("above the floor, at the margin")
                .isBetween(0.05, 1 + 1e-12);
        assertThat(meanOfErrors(true, 0.02, 4))
                .as("far above the margin, within the floor")
                .isBetween(0.05, 1 + 1e-12);
        assertThat(meanOfErrors(true, 0.3, 4)).as("harm").isGreaterThan(2);
        assertThat(meanOfErrors(false, 0.3, 1.5)).as("at the margin").isBetween(0.05, 1 + 1e-12);
        assertThat(meanOfErrors(false, 0.1 / 0.9 / 1.5 / (1 + 0.1 / 0.9 / 1.5), 1.5))
                .as("at margin and floor")
                .isCloseTo(1, offset(1e-9));
        assertThat(meanOfErrors(false, 0.02, 1)).as("safe").isGreaterThan(1.05);
    }

    /** Over all outcomes of twelve and nine requests; {@code share} is the control's. */
    private static double meanOfErrors(boolean harm, double share, double odds) {
        double candidate = share / (1 - share) * odds / (1 + share / (1 - share) * odds);
        double mean = 0;
        for (int k0 = 0; k0 <= 12; k0++) {
            for (int k1 = 0; k1 <= 9; k1++) {
                FaultEvidence errors = FaultEvidence.ofOdds(1.5, 0.1, 0.1);
                errors.add(new EventTable(12, k0, 9, k1));
                mean += Exact.binomial(12, k0, share)
                        * Exact.binomial(9, k1, candidate)
                        * Math.exp(harm ? errors.logEHarm() : errors.logESafe());
            }
        }
        return mean;
    }

    @Test
    void exceedancesOfThePastQuantileEqualACountOverTheSortedValues() {
        SplittableRandom random = new SplittableRandom(22);
        for (int run = 0; run < 20; run++) {
            // Given a past, and a slot that was not seen when its thresholds were fixed
            int[] before = random.ints(201, 100, 140).toArray();
            int[] control = random.ints(40, 100, 140).toArray();
            int[] candidate = random.ints(30, 100, 150).toArray();
            ExceedanceEvidence evidence = new ExceedanceEvidence(0.95, 0.10);
            evidence.add(new PastDistribution(histogram(before), 0.99), histogram(control), histogram(candidate));

            // When the 95th percentile is read from the sorted past: at most 10.05 of 201 lie above
            int[] sorted = before.clone();
            Arrays.sort(sorted);
            int threshold = sorted[201 - 1 - 10];
            EventTable above = new EventTable(40, above(control, threshold), 30, above(candidate, threshold + 5));

            // Then
            assertThat(evidence.tally()).as("run %d", run).isEqualTo(above);
            assertThat(evidence.logEHarm())
                    .as("run %d", run)
                    .isCloseTo(limited(harmOdds(1, 1.03, 30, 30), Math.exp(2), above), offset(1e-9));
        }
    }

    /** The mean of likelihood ratios of which none counts more than the limit; margin 1, one slot. */
    private static double limited(double[] odds, double limit, EventTable slot) {
        BigDecimal sum = BigDecimal.ZERO;
        for (double one : odds) {
            sum = sum.add(ratio(slot, one, 1).min(new BigDecimal(limit)), DIGITS);
        }
        return Exact.ln(sum.divide(new BigDecimal(odds.length), DIGITS));
    }

    private static long above(int[] buckets, int threshold) {
        return Arrays.stream(buckets).filter(bucket -> bucket > threshold).count();
    }

    private static LogHistogram histogram(int[] buckets) {
        long[] ones = new long[buckets.length];
        Arrays.fill(ones, 1);
        return LogHistogram.of(buckets, ones);
    }

    @Test
    void classEvidenceIsTheMeanOfHarmAndTheLeastOfSafetyOverClassesAndDirections() {
        // Given three classes in one slot
        ClassEvidence classes = new ClassEvidence(1.5);
        classes.add(ClassCounts.of(20, 15, 5), ClassCounts.of(10, 12, 8));
        double[] harmOdds = harmOdds(1.5, 1.08, 50, 15);
        double harm = 0;
        double safe = Double.POSITIVE_INFINITY;
        for (long[] of : new long[][] {{20, 10}, {15, 12}, {5, 8}}) {
            EventTable grows = new EventTable(40, of[0], 30, of[1]);
            EventTable shrinks = new EventTable(40, 40 - of[0], 30, 30 - of[1]);
            for (EventTable table : new EventTable[] {grows, shrinks}) {
                harm += Math.exp(conditional(harmOdds, equal(15), 1.5, table)) / 6;
                safe = Math.min(safe, conditional(safetyOdds(1.5, 13), safetyWeights(13), 1.5, table));
            }
        }
        assertThat(classes.logEHarm()).isCloseTo(Math.log(harm), offset(1e-9));
        assertThat(classes.logESafe()).isCloseTo(safe, offset(1e-9));
    }

    @Test
    void theCombinationIsTheWeightedSum() {
        // Given the weights of a rollout and e-values that are whole or binary fractions
        ErrorBudget budget = new ErrorBudget(0.01, 0.35, 0.10, 0.20, 0.15, 0.20);
        double[] e = {128, 0.5, 64, 2, 0.25};
        double[] logE = Arrays.stream(e).map(Math::log).toArray();
        assertThat(Math.exp(budget.logCombined(logE))).isCloseTo(44.8 + 0.05 + 12.8 + 0.3 + 0.05, offset(1e-10));
        assertThat(Math.exp(budget.logLevel())).isCloseTo(100, offset(1e-10));

        // Then e-values that no double can hold are summed too
        assertThat(budget.logCombined(new double[] {-2_000, -2_000, -2_000, -2_000, -2_000}))
                .isCloseTo(-2_000, offset(1e-9));
        assertThat(budget.logCombined(new double[] {2_000, 2_000 + Math.log(3.5), -9_000, 0, 0}))
                .isCloseTo(2_000 + Math.log(0.7), offset(1e-9));
    }

    @Test
    void oneSidedTrafficShowsNoHarmAndHugeSlotsStayNumbers() {
        FaultEvidence oneSided = FaultEvidence.ofOdds(1.25, 0.005, 0.005);
        FaultEvidence huge = FaultEvidence.ofOdds(1.25, 0.005, 0.005);
        ExceedanceEvidence latency = new ExceedanceEvidence(0.5, 0.1);
        PastDistribution past = new PastDistribution(histogram(new int[] {10, 20, 30}), 0.99);
        for (int i = 0; i < 1_000; i++) {
            oneSided.add(new EventTable(0, 0, 100, 100));
            oneSided.add(new EventTable(100, 0, 0, 0));
            latency.add(past, LogHistogram.EMPTY, LogHistogram.of(new int[] {99}, new long[] {100}));
            latency.add(past, LogHistogram.of(new int[] {1}, new long[] {100}), LogHistogram.EMPTY);
        }
        huge.add(new EventTable(1L << 30, 1L << 20, 1L << 30, 1L << 21));
        huge.add(new EventTable(1L << 40, 1L << 39, 1L << 40, 1L << 39));
        assertThat(oneSided.logEHarm()).isCloseTo(0, offset(1e-12));
        assertThat(oneSided.logESafe()).isLessThanOrEqualTo(0);
        assertThat(latency.logEHarm()).isCloseTo(0, offset(1e-12));
        assertThat(latency.logESafe()).isCloseTo(0, offset(1e-12));
        assertThat(huge.logEHarm()).isFinite();
        assertThat(huge.logESafe()).isFinite();
    }
}
