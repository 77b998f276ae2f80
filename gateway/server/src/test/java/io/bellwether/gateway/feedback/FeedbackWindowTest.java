package io.bellwether.gateway.feedback;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.evidence.Pair;
import io.bellwether.gateway.evidence.Question;
import io.bellwether.gateway.feedback.FeedbackWindow.Joined;
import io.bellwether.gateway.feedback.FeedbackWindow.Why;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackWindowTest {
    private static final Predicted PREDICTED = new Predicted("2", "s", "7", "1");
    private final FeedbackWindow<Predicted> window = new FeedbackWindow<>(2, 1_000);

    @Test
    void theFirstLabelOfARequestCounts() {
        // Given
        window.remember("m", "a", PREDICTED, 0);

        // Then
        assertThat(window.join("m", "a", 1_000)).isEqualTo(new Joined.Known<>(PREDICTED));
        assertThat(window.join("m", "a", 1_000)).isEqualTo(new Joined.Refused<>(Why.DUPLICATE));
        assertThat(window.join("n", "a", 1_000)).isEqualTo(new Joined.Refused<>(Why.UNKNOWN));
    }

    @Test
    void alabelThatIsLateIsNoEvidenceAndStaysSpent() {
        // Given
        window.remember("m", "a", PREDICTED, 0);

        // Then
        assertThat(window.join("m", "a", 1_001)).isEqualTo(new Joined.Refused<>(Why.LATE));
        assertThat(window.join("m", "a", 500)).isEqualTo(new Joined.Refused<>(Why.DUPLICATE));
    }

    @Test
    void theOldestRequestsAreForgotten() {
        // When
        window.remember("m", "a", PREDICTED, 0);
        window.remember("m", "b", PREDICTED, 1);
        window.remember("m", "c", PREDICTED, 2);

        // Then
        assertThat(window.join("m", "a", 3)).isEqualTo(new Joined.Refused<>(Why.UNKNOWN));
        assertThat(window.join("m", "b", 3)).isEqualTo(new Joined.Known<>(PREDICTED));
    }

    @Test
    void anIdThatIsUsedTwiceIsAboutNeitherRequest() {
        // When
        window.remember("m", "a", PREDICTED, 0);
        window.remember("m", "a", new Predicted("2", "s", "1", "1"), 1);

        // Then
        assertThat(window.join("m", "a", 2)).isEqualTo(new Joined.Refused<>(Why.DUPLICATE));
    }

    @ParameterizedTest
    @CsvSource({
        "7, 7, 7, BOTH_RIGHT",
        "7, 1, 7, ONLY_CANDIDATE_WRONG",
        "1, 7, 7, ONLY_CONTROL_WRONG",
        "1, 2, 7, BOTH_WRONG",
        "7, '', 7, ONLY_CANDIDATE_WRONG"
    })
    void aLabelSaysWhichVersionIsWrong(String control, String candidate, String label, Pair.Result result) {
        assertThat(new Predicted("2", "s", control, candidate).labelled(label))
                .isEqualTo(new Pair("2", "s", Question.ACCURACY, result));
    }
}
