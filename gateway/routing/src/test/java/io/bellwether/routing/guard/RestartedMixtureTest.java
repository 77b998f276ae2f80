package io.bellwether.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RestartedMixtureTest {

    private static final double LOG_TWO = Math.log(2);

    @Test
    void theWeightsOfAllBeginningsAddUpToOne() {
        // Given
        RestartedMixture mixture = new RestartedMixture(new double[] {0.5, 0.5}, 5, 10);

        // When: nothing ever speaks for either side, but what began is worth less than a beginning
        for (int i = 0; i < 50; i++) {
            assertThat(mixture.logEvidence()).isLessThanOrEqualTo(1e-12);
            mixture.multiply(new double[] {-5, -5});
            mixture.beginAgain();
        }
        RestartedMixture quiet = new RestartedMixture(new double[] {0.25, 0.75}, 5, 10);
        quiet.beginAgain();

        // Then
        assertThat(quiet.logEvidence()).isCloseTo(0, within(1e-12));
    }

    @Test
    void oneSliceOfAFairCoinHasAMeanOfOne() {
        // Given: the ratio is 2 or 0, each with probability one half
        double mean = 0;
        for (double ratio : new double[] {LOG_TWO, Double.NEGATIVE_INFINITY}) {
            RestartedMixture mixture = new RestartedMixture(new double[] {1}, 5, 10);
            mixture.multiply(new double[] {ratio});

            // When: it begins again after heads and after tails
            mixture.beginAgain();
            mean += 0.5 * Math.exp(mixture.logEvidence());
        }

        // Then
        assertThat(mean).isCloseTo(1, within(1e-12));
    }

    @Test
    void aNewBeginningOutlivesADeadOne() {
        // Given
        RestartedMixture mixture = new RestartedMixture(new double[] {1}, 5, 10);
        mixture.multiply(new double[] {Double.NEGATIVE_INFINITY});

        // When
        mixture.beginAgain();
        mixture.multiply(new double[] {3});

        // Then: 1/6 began, 1/3 is yet to begin
        assertThat(mixture.logEvidence()).isCloseTo(Math.log(Math.exp(3) / 6 + 1.0 / 3), within(1e-12));
    }

    @Test
    void neitherOneSliceNorAllOfThemGoBeyondTheirLimits() {
        // Given
        RestartedMixture mixture = new RestartedMixture(new double[] {1}, 5, 10);

        // Then
        mixture.multiply(new double[] {1_000});
        assertThat(mixture.logEvidence()).isCloseTo(Math.log(Math.exp(5) / 2 + 0.5), within(1e-12));
        for (int i = 0; i < 5; i++) {
            mixture.multiply(new double[] {1_000});
        }
        assertThat(mixture.logEvidence()).isCloseTo(Math.log(Math.exp(10) + 0.5), within(1e-12));
        mixture.multiply(new double[] {-10});
        assertThat(mixture.logEvidence()).isCloseTo(Math.log(1.5), within(1e-12));
    }
}
