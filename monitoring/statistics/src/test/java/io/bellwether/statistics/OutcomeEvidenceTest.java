package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.bellwether.statistics.OutcomeEvidence.Scale;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutcomeEvidenceTest {
    private static final Scale CLICKS = new Scale(0, 1, true);
    private static final Scale SECONDS = new Scale(0, 60, false);
    private static final double[] NONE = {};
    private static final int RUNS = 400;

    @Test
    void theMeanOverAllOutcomesIsAtMostOneAtTheMarginInBothDirections() {
        // Given clicks of 60 % of control's requests and 40 % of the candidate's, at a margin of 20 points
        double[] atMargin = means(0.6, 0.4);

        // Then
        assertThat(atMargin[0]).as("harm").isBetween(0.5, 1 + 1e-12);
        assertThat(atMargin[1]).as("safe").isCloseTo(1, offset(1e-9));

        // Then one that is better shows no harm, and one that is worse no safety
        assertThat(means(0.6, 0.6)[0]).isLessThan(atMargin[0]);
        assertThat(means(0.6, 0.1)[0]).isGreaterThan(1.02);
        assertThat(means(0.6, 0.6)[1]).isGreaterThan(1.02);
        assertThat(means(0.6, 0.1)[1]).isLessThan(1);
    }

    /** Over all arms and clicks of five requests, one a slot, after one click of control. */
    private static double[] means(double ofControl, double ofCandidate) {
        double[] means = new double[2];
        for (int outcome = 0; outcome < 1 << 10; outcome++) {
            OutcomeEvidence evidence = new OutcomeEvidence(CLICKS, 0.2, 0.05, 0.05);
            evidence.add(new double[] {1}, NONE);
            double probability = 1;
            for (int request = 0; request < 5; request++) {
                boolean candidate = ((outcome >> (2 * request)) & 1) == 1;
                double click = (outcome >> (2 * request + 1)) & 1;
                double chance = candidate ? ofCandidate : ofControl;
                probability *= 0.5 * (click == 1 ? chance : 1 - chance);
                double[] one = {click};
                evidence.add(candidate ? NONE : one, candidate ? one : NONE);
            }
            means[0] += probability * Math.exp(evidence.logEHarm());
            means[1] += probability * Math.exp(evidence.logESafe());
        }
        return means;
    }

    @Test
    void lessIsBetterIsTheMirrorOfMoreIsBetter() {
        // Given the same numbers, told once as seconds saved and once as seconds lost
        OutcomeEvidence lost = new OutcomeEvidence(SECONDS, 3, 0.01, 0.05);
        OutcomeEvidence saved = new OutcomeEvidence(new Scale(0, 60, true), 3, 0.01, 0.05);
        Random random = new Random(1);

        // When
        for (int slot = 0; slot < 50; slot++) {
            double[] control = random.doubles(5, 0, 40).toArray();
            double[] candidate = random.doubles(5, 10, 60).toArray();
            lost.add(control, candidate);
            saved.add(mirrored(control), mirrored(candidate));
        }

        // Then
        assertThat(saved.logEHarm()).isCloseTo(lost.logEHarm(), offset(1e-9));
        assertThat(saved.logESafe()).isCloseTo(lost.logESafe(), offset(1e-9));
        assertThat(lost.logEHarm()).isGreaterThan(5);
        assertThat(saved.candidateValue()).isCloseTo(60 - lost.candidateValue(), offset(1e-9));
        assertThat(lost.controlCount()).isEqualTo(250);
    }

    private static double[] mirrored(double[] values) {
        return Arrays.stream(values).map(value -> 60 - value).toArray();
    }

    @Test
    void numbersBeyondABoundCountAsTheBound() {
        // Given
        OutcomeEvidence beyond = new OutcomeEvidence(SECONDS, 0, 0.01, 0.05);
        OutcomeEvidence at = new OutcomeEvidence(SECONDS, 0, 0.01, 0.05);

        // When
        for (int slot = 0; slot < 20; slot++) {
            beyond.add(new double[] {-5, 10}, new double[] {1e9, 20});
            at.add(new double[] {10, 0}, new double[] {20, 60});
        }

        // Then whatever their order
        assertThat(beyond.logEHarm()).isEqualTo(at.logEHarm());
        assertThat(beyond.candidateValue()).isCloseTo(40, offset(1e-9));
    }

    @Test
    void anArmThatFallsSilentIsNoEvidence() {
        // Given
        OutcomeEvidence evidence = new OutcomeEvidence(CLICKS, 0, 0.01, 0.05);
        evidence.add(new double[] {1, 1, 1, 1}, new double[] {0, 0, 0, 0});
        for (int slot = 0; slot < 20; slot++) {
            evidence.add(new double[] {1}, NONE);
        }
        double before = evidence.logEHarm();

        // When only the other arm goes on
        for (int slot = 0; slot < 100; slot++) {
            evidence.add(new double[] {1}, NONE);
        }

        // Then
        assertThat(evidence.logEHarm()).isEqualTo(before);
        evidence.add(NONE, NONE);
        assertThat(evidence.logEHarm()).isEqualTo(before);
    }

    @Test
    void itContinuesFromItsState() {
        // Given
        OutcomeEvidence one = new OutcomeEvidence(CLICKS, 0.01, 0.01, 0.05);
        one.add(new double[] {1, 0}, new double[] {0, 1});
        one.add(new double[] {1, 1}, new double[] {0, 0});
        StateWriter out = new StateWriter();
        one.write(out);

        // When
        OutcomeEvidence other = new OutcomeEvidence(CLICKS, 0.01, 0.01, 0.05);
        StateReader in = new StateReader(out.longs(), out.doubles());
        other.read(in);
        in.finish();
        one.add(new double[] {1}, new double[] {0});
        other.add(new double[] {1}, new double[] {0});

        // Then
        assertThat(other.logEHarm()).isEqualTo(one.logEHarm());
        assertThat(other.logESafe()).isEqualTo(one.logESafe());
        assertThat(other.controlValue()).isEqualTo(one.controlValue());
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> new Scale(1, 1, true)).hasMessageContaining("got 1.0 and 1.0");
        assertThatThrownBy(() -> new Scale(0, Double.POSITIVE_INFINITY, true)).hasMessageContaining("finite bounds");
        assertThatThrownBy(() -> new OutcomeEvidence(SECONDS, 60, 0.01, 0.05)).hasMessageContaining("got 60.0");
        assertThatThrownBy(() -> new OutcomeEvidence(SECONDS, -1, 0.01, 0.05)).hasMessageContaining("got -1.0");
        assertThatThrownBy(() -> new OutcomeEvidence(SECONDS, 1, 0.01, 0.05).add(new double[] {Double.NaN}, NONE))
                .hasMessage("an outcome is not a number");
    }

    /** Clicks of 10 % of the requests, 20 an arm and second, margin 1 point; half an hour. */
    @Test
    void errorsKeepTheirLevelsAndHarmIsFound() {
        // When
        int harmed = 0;
        int safeAtMargin = 0;
        int safe = 0;
        long[] seconds = new long[RUNS];
        for (int run = 0; run < RUNS; run++) {
            harmed += play(run, 0.10, true) > 0 ? 1 : 0;
            safeAtMargin += play(10_000 + run, 0.09, false) > 0 ? 1 : 0;
            safe += play(20_000 + run, 0.10, false) > 0 ? 1 : 0;
            long found = play(30_000 + run, 0.06, true);
            seconds[run] = found > 0 ? found : Long.MAX_VALUE;
        }
        Arrays.sort(seconds);

        // Then
        System.out.printf(
                "of %d: equal and harmed %d (1 %%), at the margin and safe %d (5 %%), equal and safe %d; clicks 10 to 6 %%"
                        + " found in a median of %d s%n",
                RUNS, harmed, safeAtMargin, safe, seconds[RUNS / 2]);
        assertThat(harmed).isLessThanOrEqualTo(BinomialBound.most(RUNS, 0.01));
        assertThat(safeAtMargin).isLessThanOrEqualTo(BinomialBound.most(RUNS, 0.05));
        assertThat(seconds[RUNS / 2]).isLessThan(1_800);
    }

    /** Seconds until the level is reached; -1 if it is not. */
    private static long play(int seed, double ofCandidate, boolean forHarm) {
        Random random = new Random(seed);
        OutcomeEvidence evidence = new OutcomeEvidence(CLICKS, 0.01, 0.01, 0.05);
        for (int second = 1; second <= 1_800; second++) {
            evidence.add(clicks(random, 0.10), clicks(random, ofCandidate));
            double logE = forHarm ? evidence.logEHarm() : evidence.logESafe();
            if (logE >= Math.log(forHarm ? 100 : 20)) {
                return second;
            }
        }
        return -1;
    }

    private static double[] clicks(Random random, double share) {
        double[] clicks = new double[20];
        for (int i = 0; i < clicks.length; i++) {
            clicks[i] = random.nextDouble() < share ? 1 : 0;
        }
        return clicks;
    }
}
