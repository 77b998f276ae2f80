package io.bellwether.routing.outlier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FailureContrastTest {
    private static final double MILLION_TO_ONE = 6 * Math.log(10);

    @Test
    void theUpperShareWithoutFailuresIsTheOneOfTheExactBinomial() {
        // Given none of 200 failed: (1 - p)^200 = 1e-6 at p = 1 - 1e-6^(1/200)

        // When
        double upper = FailureContrast.upperShare(new Counts(200, 0), MILLION_TO_ONE);

        // Then
        assertThat(upper).isCloseTo(1 - Math.pow(1e-6, 1 / 200.0), within(1e-9));
    }

    @Test
    void theEvidenceIsChernoffsExponent() {
        // Given half of 100 failed, at most a tenth is allowed: KL(0.5, 0.1) = 0.5 ln 5 + 0.5 ln(5/9)

        // When
        double evidence =
                FailureContrast.evidence(new Counts(100, 50), new Counts(1_000_000, 0), 2, 0.1, MILLION_TO_ONE);

        // Then
        assertThat(evidence).isCloseTo(100 * (0.5 * Math.log(5) + 0.5 * Math.log(5 / 9.0)), within(1e-9));
    }

    @Test
    void allFailedIsFinite() {
        assertThat(FailureContrast.evidence(new Counts(20, 20), new Counts(1_000_000, 0), 2, 0.1, MILLION_TO_ONE))
                .isCloseTo(20 * Math.log(10), within(1e-9));
    }

    @Test
    void withoutOthersToCompareWithNothingIsEvidence() {
        assertThat(FailureContrast.evidence(new Counts(1_000, 1_000), new Counts(0, 0), 2, 0.1, MILLION_TO_ONE))
                .isZero();
    }

    @Test
    void whatOthersFailTooIsNoEvidence() {
        assertThat(FailureContrast.evidence(new Counts(1_000, 600), new Counts(2_000, 1_000), 2, 0.1, MILLION_TO_ONE))
                .isZero();
    }
}
