package io.bellwether.gateway.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Comparison;
import io.bellwether.gateway.evidence.Pair;
import io.bellwether.gateway.evidence.Question;
import io.bellwether.gateway.shadow.CopiedRequest.Heard;
import io.bellwether.routing.ShadowCopy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CopiedRequestTest {
    private static CopiedRequest request(boolean twin) {
        return new CopiedRequest(new ShadowCopy("s", "2", twin, Comparison.getDefaultInstance()));
    }

    @ParameterizedTest
    @CsvSource({
        "ALIKE, ALIKE, BOTH_RIGHT",
        "APART, APART, BOTH_WRONG",
        "APART, ALIKE, ONLY_CONTROL_WRONG",
        "ALIKE, APART, ONLY_CANDIDATE_WRONG",
        "LOST, ALIKE, CONTROL_LOST",
        "LOST, APART, CONTROL_LOST",
        "ALIKE, LOST, CANDIDATE_LOST",
        "LOST, LOST, BOTH_LOST"
    })
    void theLastAnswerMakesThePairWhicheverItIs(Heard twin, Heard candidate, Pair.Result result) {
        Pair expected = new Pair("2", "s", Question.DISAGREEMENT, result);

        // When
        CopiedRequest candidateLast = request(true);
        CopiedRequest twinLast = request(true);

        // Then
        assertThat(candidateLast.heard(true, twin)).isEmpty();
        assertThat(candidateLast.heard(false, candidate)).contains(expected);
        assertThat(twinLast.heard(false, candidate)).isEmpty();
        assertThat(twinLast.heard(true, twin)).contains(expected);
        assertThat(twinLast.heard(true, twin)).isEmpty();
    }

    @Test
    void aCopyThatWasDroppedHereMakesNoPair() {
        // Given
        CopiedRequest request = request(true);

        // Then
        assertThat(request.heard(true, Heard.DROPPED)).isEmpty();
        assertThat(request.heard(false, Heard.APART)).isEmpty();
    }

    @Test
    void withoutATwinTheCandidateAloneMakesIt() {
        assertThat(request(false).heard(false, Heard.APART))
                .contains(new Pair("2", "s", Question.DIFFERENCE, Pair.Result.ONLY_CANDIDATE_WRONG));
    }
}
