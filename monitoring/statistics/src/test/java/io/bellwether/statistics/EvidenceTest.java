package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class EvidenceTest {
    private static final double TWENTY = Math.log(20);

    private static LogHistogram at(int bucket, long count) {
        return LogHistogram.of(new int[] {bucket}, new long[] {count});
    }

    // Errors

    @Test
    void aFewFailuresAgainstNoneDoNotHarmAServiceBelowItsFloor() {
        FaultEvidence errors = FaultEvidence.ofOdds(1.25, 0.005, 0.005);
        errors.add(new EventTable(10_000, 0, 10_000, 12));
        assertThat(errors.logEHarm()).isLessThan(0);
        // Given the same ratio above the floor it is harm
        errors.add(new EventTable(10_000, 0, 10_000, 200));
        assertThat(errors.logEHarm()).isGreaterThan(30);
    }

    @Test
    void failingAlikeAboveTheFloorIsNoHarm() {
        FaultEvidence errors = FaultEvidence.ofOdds(1.25, 0.005, 0.005);
        errors.add(new EventTable(10_000, 900, 10_000, 900));
        assertThat(errors.logEHarm()).isLessThan(0);
        assertThat(errors.logESafe()).isGreaterThan(0);
    }

    @Test
    void cleanRequestsAreSafeThoughThereIsNothingToCompare() {
        FaultEvidence errors = FaultEvidence.ofOdds(1.25, 0.005, 0.005);
        errors.add(new EventTable(1_000, 0, 1_000, 0));
        assertThat(errors.logESafe()).isGreaterThan(TWENTY);
    }

    @Test
    void betweenTwoFloorsAHarmIsFoundAndAGoodCandidateIsSafeSoonAllTheSame() {
        FaultEvidence worse = FaultEvidence.ofOdds(1.25, 0.0005, 0.005);
        worse.add(new EventTable(90_000, 90, 10_000, 40));
        FaultEvidence clean = FaultEvidence.ofOdds(1.25, 0.0005, 0.005);
        clean.add(new EventTable(1_000, 0, 1_000, 0));

        assertThat(worse.logEHarm()).isGreaterThan(Math.log(100));
        assertThat(clean.logESafe()).isGreaterThan(TWENTY);
    }

    // Exceedances

    @Test
    void valuesThatAllShareABucketStillShowSafetyAndHarm() {
        // Given a cost that never varies, and a margin of 10 %, five buckets
        PastDistribution past = new PastDistribution(at(500, 1000), 0.99);
        ExceedanceEvidence equal = new ExceedanceEvidence(0.5, 0.10);
        ExceedanceEvidence dearer = new ExceedanceEvidence(0.5, 0.10);
        ExceedanceEvidence atTheMargin = new ExceedanceEvidence(0.5, 0.10);
        for (int i = 0; i < 10; i++) {
            equal.add(past, at(500, 20), at(500, 20));
            dearer.add(past, at(500, 20), at(506, 20));
            atTheMargin.add(past, at(500, 20), at(505, 20));
        }
        assertThat(equal.logESafe()).isGreaterThan(TWENTY);
        assertThat(equal.logEHarm()).isZero();
        assertThat(dearer.logEHarm()).isGreaterThan(TWENTY);
        assertThat(dearer.logESafe()).isZero();
        assertThat(atTheMargin.logEHarm()).isZero();
        assertThat(atTheMargin.logESafe()).isZero();
        assertThat(equal.effectiveMargin()).isCloseTo(0.10408, offset(1e-5));
    }

    @Test
    void withoutAThresholdNothingCounts() {
        ExceedanceEvidence evidence = new ExceedanceEvidence(0.5, 0.10);
        evidence.add(new PastDistribution(LogHistogram.EMPTY, 0.99), at(5, 100), at(500, 100));
        assertThat(evidence.logEHarm()).isZero();
        assertThat(evidence.tally()).isEqualTo(EventTable.EMPTY);
    }

    // Classes

    @Test
    void aShiftIsFoundInEitherDirectionAndNamed() {
        ClassEvidence grows = new ClassEvidence(1.5);
        ClassEvidence shrinks = new ClassEvidence(1.5);
        for (int i = 0; i < 20; i++) {
            grows.add(ClassCounts.of(50, 30, 20), ClassCounts.of(35, 20, 45));
            shrinks.add(ClassCounts.of(35, 20, 45), ClassCounts.of(50, 30, 20));
        }
        assertThat(grows.logEHarm()).isGreaterThan(TWENTY);
        assertThat(grows.mostShifted()).isEqualTo(2);
        assertThat(grows.tally(2)).isEqualTo(new EventTable(2000, 400, 2000, 900));
        assertThat(shrinks.logEHarm()).isGreaterThan(TWENTY);
        assertThat(shrinks.mostShifted()).isEqualTo(2);
        assertThat(grows.logESafe()).isLessThan(0);
    }

    @Test
    void aClassThatNobodyPredictsIsNeverTheMostShifted() {
        // Given three classes that do not shift, so that each has evidence against a shift, and a bin without events
        ClassEvidence equal = new ClassEvidence(1.5);
        ClassEvidence silent = new ClassEvidence(1.5);
        for (int i = 0; i < 20; i++) {
            equal.add(ClassCounts.of(50, 30, 20, 0), ClassCounts.of(50, 30, 20, 0));
        }
        silent.add(ClassCounts.of(0, 0), ClassCounts.of(0, 0));

        // Then
        assertThat(equal.mostShifted()).isBetween(0, 2);
        assertThat(silent.mostShifted()).isEqualTo(-1);
    }

    @Test
    void growingAndShrinkingAreMirrorImages() {
        ClassEvidence one = new ClassEvidence(1.5);
        ClassEvidence other = new ClassEvidence(1.5);
        one.add(ClassCounts.of(80, 20), ClassCounts.of(60, 40));
        other.add(ClassCounts.of(20, 80), ClassCounts.of(40, 60));
        assertThat(one.logEHarm()).isCloseTo(other.logEHarm(), offset(1e-12));
        assertThat(one.logESafe()).isCloseTo(other.logESafe(), offset(1e-12));
    }

    @Test
    void safetyNeedsEveryClassThatIsNotRareButNoOther() {
        // Given a rare class that only the candidate shows, at half a percent
        ClassEvidence rare = new ClassEvidence(1.5);
        ClassEvidence common = new ClassEvidence(1.5);
        for (int i = 0; i < 100; i++) {
            rare.add(ClassCounts.of(100, 100, 0), ClassCounts.of(100, 99, 1));
            common.add(ClassCounts.of(100, 100, 0), ClassCounts.of(98, 98, 4));
        }
        assertThat(rare.logESafe()).isGreaterThan(TWENTY);
        assertThat(common.logESafe()).isLessThan(0);
    }

    @Test
    void missingDataIsNeitherHarmNorSafety() {
        ClassEvidence classes = new ClassEvidence(1.5);
        assertThat(classes.logESafe()).isZero();
        for (int i = 0; i < 1000; i++) {
            classes.add(ClassCounts.of(10, 10), ClassCounts.NONE);
            classes.add(ClassCounts.NONE, ClassCounts.NONE);
        }
        assertThat(classes.logESafe()).isCloseTo(0, offset(1e-12));
        assertThat(classes.logEHarm()).isCloseTo(0, offset(1e-12));
    }

    @Test
    void classesBeyondTheLimitArePooledInTheLast() {
        long[] many = new long[1000];
        java.util.Arrays.fill(many, 3);
        ClassEvidence classes = new ClassEvidence(1.5);
        classes.add(ClassCounts.of(many), ClassCounts.of(many));
        assertThat(classes.tally(0)).isEqualTo(new EventTable(3000, 3, 3000, 3));
        assertThat(classes.tally(63)).isEqualTo(new EventTable(3000, 3 * 937, 3000, 3 * 937));
        assertThat(classes.logEHarm()).isFinite();
    }

    // Budget

    @Test
    void theWeightedSumRejectsWheneverOneGuardrailAloneDoes() {
        ErrorBudget budget = new ErrorBudget(0.01, 0.5, 0.3, 0.2);
        double alone = Math.log(1 / (0.3 * 0.01));
        assertThat(budget.alone(1, alone)).isTrue();
        assertThat(budget.alone(1, alone - 1e-9)).isFalse();
        assertThat(budget.logCombined(new double[] {-500, alone, -500})).isCloseTo(budget.logLevel(), offset(1e-9));
        assertThat(budget.logCombined(new double[] {3, 3, 3})).isCloseTo(3, offset(1e-12));
        assertThat(budget.logCombined(new double[] {800, -900, 0})).isCloseTo(800 + Math.log(0.5), offset(1e-9));
        assertThatThrownBy(() -> new ErrorBudget(0.01, 0.5, 0.6)).hasMessageContaining("sum to one");
        assertThatThrownBy(() -> budget.logCombined(new double[2])).hasMessageContaining("expected 3");
    }

    @Test
    void sumsInLogSpaceNeverTurnIntoNoNumber() {
        double none = Double.NEGATIVE_INFINITY;
        assertThat(LogSpace.logWeightedSum(new double[0], new double[0])).isEqualTo(none);
        assertThat(LogSpace.logWeightedSum(new double[] {0, 0}, new double[] {none, none}))
                .isEqualTo(none);
        assertThat(LogSpace.logMean(none, none)).isEqualTo(none);
        assertThat(LogSpace.logMean(none, 4)).isCloseTo(4 - Math.log(2), offset(1e-12));
        assertThat(LogSpace.logMean(1e308, 1e308)).isEqualTo(1e308);
    }
}
