package io.bellwether.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolloutViewTest {
    private static final String ENDED =
            """
            {"id": "r1", "model": "digits", "state": "ROLLED_BACK", "step": 1, "weightPercent": 0, "version": 3,
             "history": [{"action": "create", "reason": "demo"}, {"action": "roll_back", "reason": "errors rose"}],
             "lastDecision": {"appendedAtMillis": 1000, "appliedAtMillis": 1042},
             "verdict": {"conclusion": "ROLL_BACK", "harmed": %s, "logECombined": 5.5, "logERollBack": 4.6,
               "logEPromote": 3.0, "candidateRequests": "120", "controlRequests": 118, "exposedRequests": 121,
               "exposedCostPicoUsd": "2500000", "guardrails": [
                 {"name": "errors", "weight": 0.35, "logEHarm": 6.5, "logESafe": -3, "unit": "ratio"},
                 {"name": "cost", "weight": 0.15, "logEHarm": 1.0, "logESafe": 1.5, "unit": "usd"}]}}
            """;

    @Test
    void readsWhatTheDemoShows() throws Exception {
        // When
        var view = RolloutView.parse(new ObjectMapper().readTree(ENDED.formatted("[\"errors\"]")));

        // Then
        assertThat(view.isLive()).isFalse();
        assertThat(view.reason()).isEqualTo("errors rose");
        assertThat(view.applyMillis()).contains(42L);
        var verdict = view.verdict().orElseThrow();
        assertThat(verdict.causes()).isEqualTo(Set.of("errors"));
        assertThat(verdict.exposedCostPicoUsd()).isEqualTo(2_500_000);
        assertThat(Story.evidence(verdict))
                .isEqualTo("120 against 118 requests; harm 100 %; safe: errors 0 % cost 50 %");
    }

    @Test
    void withoutANamedGuardrailTheStrongestIsTheCause() throws Exception {
        // When
        var view = RolloutView.parse(new ObjectMapper().readTree(ENDED.formatted("[]")));

        // Then
        assertThat(view.verdict().orElseThrow().causes()).containsExactly("errors");
    }

    @Test
    void aRolloutWithoutAVerdictIsReadable() throws Exception {
        // When
        var view = RolloutView.parse(new ObjectMapper().readTree("{\"state\": \"RUNNING\", \"weightPercent\": 25}"));

        // Then
        assertThat(view.isLive()).isTrue();
        assertThat(view.verdict()).isEmpty();
        assertThat(view.applyMillis()).isEmpty();
    }
}
