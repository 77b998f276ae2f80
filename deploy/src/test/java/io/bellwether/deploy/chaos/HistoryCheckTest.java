package io.bellwether.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule finds what breaks it, and nothing else. */
class HistoryCheckTest {
    @Test
    void findsRequestsWithoutAnOutcomeWithTwoAndWithThatOfAnother() {
        assertThat(HistoryCheck.outcomes(0, 2, List.of(ok(0, 10), ok(1, 20)))).isEmpty();
        assertThat(HistoryCheck.outcomes(0, 3, List.of(ok(0, 10), ok(2, 30), ok(2, 30))))
                .containsExactly("ONE_OUTCOME request 2 has more than one", "ONE_OUTCOME request 1 has none");
        assertThat(HistoryCheck.outcomes(0, 1, List.of(answer(0, 10, 0, Answer.CROSSED, ""))))
                .singleElement()
                .asString()
                .startsWith("NO_CROSSING");
    }

    @Test
    void findsErrorsBeyondThoseOfTheFault() {
        // Given
        var allowance = new HistoryCheck.Allowance(100, 200, 1, Set.of(0));

        // Then
        assertThat(HistoryCheck.errors(List.of(ok(0, 10), answer(1, 150, 0, "503", "")), allowance))
                .isEmpty();
        assertThat(HistoryCheck.errors(List.of(answer(0, 50, 0, "503", "")), allowance))
                .hasSize(1);
        assertThat(HistoryCheck.errors(List.of(answer(0, 250, 0, "503", "")), allowance))
                .hasSize(1);
        assertThat(HistoryCheck.errors(List.of(answer(0, 150, 1, "503", "")), allowance))
                .hasSize(1);
        assertThat(HistoryCheck.errors(List.of(answer(0, 150, 0, "503", ""), answer(1, 151, 0, "503", "")), allowance))
                .containsExactly("ALLOWED_ERRORS 2 of at most 1: {503=2}");
    }

    @Test
    void findsACandidateThatServesAfterItsKillWasSeenAtThatGateway() {
        // Given
        var sightings = List.of(sighting(0, 100, 25, false), sighting(0, 200, 0, true), sighting(1, 300, 0, true));

        // Then
        assertThat(HistoryCheck.kills(
                        List.of(answer(0, 150, 0, Answer.OK, "r"), answer(1, 250, 1, Answer.OK, "r")), sightings))
                .isEmpty();
        assertThat(HistoryCheck.kills(List.of(answer(0, 250, 0, Answer.OK, "r")), sightings))
                .hasSize(1);
        assertThat(HistoryCheck.kills(List.of(answer(0, 250, 0, Answer.OK, "another")), sightings))
                .isEmpty();
    }

    @Test
    void findsAWeightThatRisesWithoutACommand() {
        // Given
        var once = List.of(sighting(0, 1, 0, false), sighting(0, 2, 25, false), sighting(0, 3, 0, true));

        // Then
        assertThat(HistoryCheck.weights(once, Map.of("r", 1))).isEmpty();
        assertThat(HistoryCheck.weights(once, Map.of())).hasSize(1);
        assertThat(HistoryCheck.weights(List.of(once.get(1), once.get(2), sighting(0, 4, 25, false)), Map.of("r", 1)))
                .containsExactly("EARNED_WEIGHT at gateway 0 r it rose 2 times by 1 commands");
        assertThat(HistoryCheck.weights(List.of(once.get(1), sighting(1, 9, 25, false)), Map.of("r", 1)))
                .isEmpty();
    }

    @Test
    void findsGatewaysThatRouteByDifferentCommands() {
        assertThat(HistoryCheck.convergence(List.of(7L, 7L, 7L))).isEmpty();
        assertThat(HistoryCheck.convergence(List.of(7L, 6L, 7L))).hasSize(1);
    }

    private static Answer ok(long number, long sentNanos) {
        return answer(number, sentNanos, 0, Answer.OK, "");
    }

    private static Answer answer(long number, long sentNanos, int gateway, String outcome, String rollout) {
        var trace = rollout.isEmpty() ? Answer.Trace.NONE : new Answer.Trace("2", "CANDIDATE", rollout, 1);
        return new Answer(number, sentNanos, sentNanos, sentNanos + 1, gateway, outcome, trace);
    }

    private static Sighting sighting(int gateway, long nanos, double weightPercent, boolean ended) {
        return new Sighting(gateway, "r", nanos, nanos + 1, weightPercent, ended);
    }
}
