package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EmbeddingDetectorTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");

    /** Vectors with a power-law spectrum, turned so that no axis is special, and a shared season. */
    private static final class Source {
        final Random random;
        final double[] sd;
        final int[][] partners = new int[10][];
        final double[] shift;
        final double[] season;

        Source(long seed, int dimensions, double delta) {
            random = new Random(seed);
            sd = new double[dimensions];
            double total = 0;
            for (int j = 0; j < dimensions; j++) {
                total += 1.0 / (j + 1);
            }
            for (int j = 0; j < dimensions; j++) {
                sd[j] = Math.sqrt(1 / (j + 1.0) / total);
            }
            for (int i = 0; i < partners.length; i++) {
                partners[i] = permutation(dimensions);
            }
            shift = unit(dimensions, 10);
            season = unit(dimensions, 10);
            for (int j = 0; j < dimensions; j++) {
                shift[j] *= delta * sd[j];
                season[j] *= 0.5 * sd[j];
            }
        }

        private double[] unit(int dimensions, int leading) {
            double[] v = new double[dimensions];
            double square = 0;
            for (int j = 0; j < Math.min(leading, dimensions); j++) {
                v[j] = random.nextGaussian();
                square += v[j] * v[j];
            }
            for (int j = 0; j < dimensions; j++) {
                v[j] /= Math.sqrt(square);
            }
            return v;
        }

        private int[] permutation(int size) {
            int[] order = new int[size];
            for (int i = 0; i < size; i++) {
                int at = random.nextInt(i + 1);
                order[i] = order[at];
                order[at] = i;
            }
            return order;
        }

        float[] next(boolean candidate, int window) {
            double[] x = new double[sd.length];
            double phase = Math.sin(2 * Math.PI * window / 100);
            for (int j = 0; j < x.length; j++) {
                x[j] = sd[j] * random.nextGaussian() + phase * season[j] + (candidate ? shift[j] : 0);
            }
            for (int[] pairs : partners) {
                for (int i = 0; i + 1 < pairs.length; i += 2) {
                    double one = x[pairs[i]];
                    double two = x[pairs[i + 1]];
                    x[pairs[i]] = (one + two) * Math.sqrt(0.5);
                    x[pairs[i + 1]] = (one - two) * Math.sqrt(0.5);
                }
            }
            float[] vector = new float[x.length];
            for (int j = 0; j < x.length; j++) {
                vector[j] = (float) (x[j] + 0.3);
            }
            return vector;
        }

        /** One window; returns how many are the candidate's. */
        int addTo(EmbeddingDetector detector, int window, int size, double share) {
            float[][] vectors = new float[size][];
            boolean[] candidate = new boolean[size];
            int candidates = 0;
            for (int i = 0; i < size; i++) {
                candidate[i] = random.nextDouble() < share;
                vectors[i] = next(candidate[i], window);
                candidates += candidate[i] ? 1 : 0;
            }
            detector.add(vectors, candidate);
            return candidates;
        }
    }

    @Test
    void shiftsAreFoundAfterAsManyCanaryEventsAsRecorded() {
        // Given 384 dimensions, 10 % canary, a shared season, A = 1,000; recorded: 145, 40, 30 events of the canary
        assertThat(meanCandidates(0.5)).isBetween(0.65 * 145, 1.35 * 145);
        assertThat(meanCandidates(1)).isBetween(0.65 * 40, 1.6 * 40);
        assertThat(meanCandidates(2)).isBetween(0.5 * 30, 1.35 * 30);
    }

    private static double meanCandidates(double delta) {
        int runs = LONG ? 96 : 16;
        double mean = 0;
        for (int seed = 0; seed < runs; seed++) {
            Source source = new Source(seed, 384, delta);
            EmbeddingDetector detector = EmbeddingDetector.watching(384);
            double candidates = 0;
            for (int t = 0; t < 400 && detector.logE() < Math.log(1_000); t++) {
                candidates += source.addTo(detector, t, 50, 0.1);
            }
            mean += candidates / runs;
        }
        System.out.printf("embeddings, shift %.1f sd: %.0f events of the canary%n", delta, mean);
        return mean;
    }

    @Test
    void equalVersionsAreToldApartWithinTheLevelThoughTheSeasonMoves() {
        int runs = LONG ? 4_000 : 400;
        int apart = 0;
        for (int seed = 0; seed < runs; seed++) {
            Source source = new Source(seed, 16, 0);
            EmbeddingDetector detector = EmbeddingDetector.judging(16);
            double most = 0;
            for (int t = 0; t < 60; t++) {
                source.addTo(detector, t, 20, 0.3);
                most = Math.max(most, detector.logE());
            }
            apart += most >= Math.log(20) ? 1 : 0;
        }
        System.out.printf("equal embeddings: told apart in %d of %d%n", apart, runs);
        assertThat(apart).isLessThanOrEqualTo(BinomialBound.most(runs, 0.05));
    }

    @Test
    void theMeanOverAllArmsIsOneThoughTheOrderTellsThem() {
        // Given eight vectors in two windows, handed over with the candidate's first
        Random random = new Random(4);
        float[][] vectors = new float[12][3];
        for (float[] vector : vectors) {
            for (int j = 0; j < 3; j++) {
                vector[j] = (float) (5 + random.nextGaussian());
            }
        }
        double mean = 0;
        for (int outcome = 0; outcome < 1 << 12; outcome++) {
            EmbeddingDetector detector = EmbeddingDetector.judging(3);
            for (int window = 0; window < 3; window++) {
                float[][] rows = new float[4][];
                boolean[] candidate = new boolean[4];
                int front = 0;
                int back = 3;
                for (int i = 0; i < 4; i++) {
                    boolean isCandidate = (outcome >> (4 * window + i) & 1) == 1;
                    int at = isCandidate ? front++ : back--;
                    rows[at] = vectors[4 * window + i];
                    candidate[at] = isCandidate;
                }
                detector.add(rows, candidate);
            }
            int candidates = Integer.bitCount(outcome);
            mean += Math.pow(0.4, candidates) * Math.pow(0.6, 12 - candidates) * Math.exp(detector.logE());
        }
        assertThat(mean).isCloseTo(1, offset(1e-9));
    }

    /** Samples of a fixed size are not drawn by coins: given the sizes, each choice of so many is as likely as any other. */
    @Test
    void theMeanOverAllChoicesOfAFixedNumberIsOne() {
        // Given three windows of four vectors far apart, of which always two are the candidate's
        Random random = new Random(9);
        float[][][] windows = new float[3][4][2];
        for (float[][] window : windows) {
            for (float[] vector : window) {
                vector[0] = (float) (30 * random.nextGaussian());
                vector[1] = (float) random.nextGaussian();
            }
        }
        boolean[][] choices = {
            {true, true, false, false}, {true, false, true, false}, {true, false, false, true},
            {false, true, true, false}, {false, true, false, true}, {false, false, true, true}
        };

        // When
        double mean = 0;
        double most = 0;
        for (int outcome = 0; outcome < 216; outcome++) {
            EmbeddingDetector detector = EmbeddingDetector.judging(2);
            detector.add(windows[0], choices[outcome % 6]);
            detector.add(windows[1], choices[outcome / 6 % 6]);
            detector.add(windows[2], choices[outcome / 36]);
            mean += Math.exp(detector.logE()) / 216;
            most = Math.max(most, detector.logE());
        }

        // Then
        assertThat(mean).isCloseTo(1, offset(1e-9));
        assertThat(most).isGreaterThan(0.01);
    }

    @Test
    void whatAVectorIsLikeIsToldByThePast() {
        // Given a candidate whose vectors lie higher
        EmbeddingDetector detector = EmbeddingDetector.watching(1);
        assertThat(detector.isLikeCandidate(new float[] {9})).isFalse();
        for (int t = 0; t < 20; t++) {
            detector.add(new float[][] {{1}, {2}, {3}, {4}}, new boolean[] {false, false, true, true});
        }

        // Then
        assertThat(detector.isLikeCandidate(new float[] {3})).isTrue();
        assertThat(detector.isLikeCandidate(new float[] {2})).isFalse();
    }

    @Test
    void theLargestWindowOfTheOddestVectorsStaysANumber() {
        // Given arms that could not be further apart
        EmbeddingDetector detector = EmbeddingDetector.watching(1);
        float[][] vectors = new float[2 * EmbeddingDetector.CANDIDATES_MAX][1];
        boolean[] candidate = new boolean[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            candidate[i] = i % 2 == 0;
            vectors[i][0] = candidate[i] ? 1 : -1;
        }

        // When
        for (int t = 0; t < 50; t++) {
            detector.add(vectors, candidate);
        }

        // Then a window proves as much as there are choices: ln C(256, 128) = 174.4
        double before = detector.logE();
        detector.add(vectors, candidate);
        assertThat(detector.logE() - before).isBetween(150.0, 174.5);
    }

    @Test
    void constantsOutliersAndEmptyWindowsStayNumbers() {
        EmbeddingDetector detector = EmbeddingDetector.judging(2);
        detector.add(new float[0][], new boolean[0]);
        assertThat(detector.logE()).isCloseTo(0, offset(1e-13));
        float[][] constant = {{1, 1}, {1, 1}};
        boolean[] arms = {true, false};
        for (int t = 0; t < 50; t++) {
            detector.add(constant, arms);
        }
        assertThat(detector.logE()).isCloseTo(0, offset(1e-13));
        float[][] extreme = {{Float.MAX_VALUE, -Float.MAX_VALUE}, {Float.MIN_VALUE, 0}};
        for (int t = 0; t < 50; t++) {
            detector.add(extreme, arms);
            detector.add(constant, new boolean[] {true, true});
        }
        assertThat(detector.logE()).isFinite();
        assertThat(detector.windows()).isEqualTo(151);
    }

    @Test
    void aRestartContinuesBitByBitAndTheStartIsRemembered() {
        Source source = new Source(3, 8, 0);
        Source shifted = new Source(3, 8, 3);
        EmbeddingDetector whole = EmbeddingDetector.watching(8);
        EmbeddingDetector restarted = EmbeddingDetector.watching(8);
        Source again = new Source(3, 8, 0);
        Source shiftedAgain = new Source(3, 8, 3);
        for (int t = 0; t < 60; t++) {
            (t < 30 ? source : shifted).addTo(whole, t, 20, 0.5);
            (t < 30 ? again : shiftedAgain).addTo(restarted, t, 20, 0.5);
            if (t == 17) {
                StateWriter out = new StateWriter();
                restarted.write(out);
                restarted = EmbeddingDetector.watching(8);
                StateReader in = new StateReader(out.longs(), out.doubles());
                restarted.read(in);
                in.finish();
            }
        }
        assertThat(restarted.logE()).isEqualTo(whole.logE()).isGreaterThan(Math.log(1_000));
        assertThat(restarted.start()).isEqualTo(whole.start()).isBetween(26L, 34L);
    }

    @Test
    void impossibleInputIsRefused() {
        EmbeddingDetector detector = EmbeddingDetector.judging(2);
        assertThatThrownBy(() -> detector.add(new float[][] {{1, 2, 3}}, new boolean[] {true}))
                .hasMessageContaining("3 dimensions, expected 2");
        assertThatThrownBy(() -> detector.add(new float[][] {{1, Float.NaN}}, new boolean[] {true}))
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> detector.add(new float[][] {{1, 2}}, new boolean[0]))
                .hasMessageContaining("an arm for each vector");
        boolean[] many = new boolean[EmbeddingDetector.CANDIDATES_MAX + 1];
        Arrays.fill(many, true);
        assertThatThrownBy(() -> detector.add(new float[many.length][2], many)).hasMessageContaining("at most 128");
        assertThatThrownBy(() -> EmbeddingDetector.judging(0)).hasMessageContaining("1 to 16384");
        assertThat(detector.windows()).isZero();
    }
}
