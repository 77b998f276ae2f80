package io.bellwether.deploy.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A rollout as the control API shows it, as far as the demo looks at it.
 *
 * @param state RUNNING, HELD, PROMOTED, ROLLED_BACK or ABORTED
 * @param step number of the step, from 0
 * @param weightPercent share of the traffic that the candidate gets
 * @param reason of the last entry of its history
 * @param applyMillis from the append of the last decision to its application in the gateway, if known
 * @param verdict the last verdict of monitoring, if there is one
 */
record RolloutView(
        String state,
        int step,
        double weightPercent,
        String reason,
        Optional<Long> applyMillis,
        Optional<VerdictView> verdict) {
    private static final Set<String> LIVE = Set.of("RUNNING", "HELD");

    static RolloutView parse(JsonNode json) {
        var history = json.path("history");
        var last = history.path(Math.max(0, history.size() - 1));
        var decision = json.path("lastDecision");
        var verdict = json.path("verdict");
        return new RolloutView(
                json.path("state").asText(),
                json.path("step").asInt(),
                json.path("weightPercent").asDouble(),
                last.path("reason").asText(),
                decision.hasNonNull("appliedAtMillis") && decision.hasNonNull("appendedAtMillis")
                        ? Optional.of(decision.path("appliedAtMillis").asLong()
                                - decision.path("appendedAtMillis").asLong())
                        : Optional.empty(),
                verdict.isObject() ? Optional.of(VerdictView.parse(verdict)) : Optional.empty());
    }

    boolean isLive() {
        return LIVE.contains(state);
    }

    /**
     * A verdict.
     *
     * @param conclusion HOLD, ADVANCE, PROMOTE, ROLL_BACK, BLIND or INVALID
     * @param harmed guardrails that alone cross their share of the error budget
     */
    record VerdictView(
            String conclusion,
            String reason,
            Set<String> harmed,
            double logEvidence,
            double logRollBack,
            double logPromote,
            List<GuardrailView> guardrails,
            long controlRequests,
            long candidateRequests,
            long exposedRequests,
            long exposedCostPicoUsd) {
        static VerdictView parse(JsonNode json) {
            var harmed = new LinkedHashSet<String>();
            json.path("harmed").forEach(name -> harmed.add(name.asText()));
            var guardrails = new ArrayList<GuardrailView>();
            json.path("guardrails").forEach(one -> guardrails.add(GuardrailView.parse(one)));
            return new VerdictView(
                    json.path("conclusion").asText(),
                    json.path("reason").asText(),
                    harmed,
                    json.path("logECombined").asDouble(),
                    json.path("logERollBack").asDouble(),
                    json.path("logEPromote").asDouble(),
                    guardrails,
                    json.path("controlRequests").asLong(),
                    json.path("candidateRequests").asLong(),
                    json.path("exposedRequests").asLong(),
                    json.path("exposedCostPicoUsd").asLong());
        }

        /** The guardrails behind a roll back: those named, or the one with the most weighted evidence of harm. */
        Set<String> causes() {
            if (!harmed.isEmpty()) {
                return harmed;
            }
            var strongest = "";
            double most = Double.NEGATIVE_INFINITY;
            for (var guardrail : guardrails) {
                double weighted = Math.log(guardrail.weight()) + guardrail.logHarm();
                if (weighted > most) {
                    most = weighted;
                    strongest = guardrail.name();
                }
            }
            return strongest.isEmpty() ? Set.of() : Set.of(strongest);
        }
    }

    /** The evidence of one guardrail; values are those shown to people, in the unit given. */
    record GuardrailView(
            String name,
            double weight,
            double logHarm,
            double logSafe,
            double controlValue,
            double candidateValue,
            String unit,
            String detail) {
        static GuardrailView parse(JsonNode json) {
            return new GuardrailView(
                    json.path("name").asText(),
                    json.path("weight").asDouble(),
                    json.path("logEHarm").asDouble(),
                    json.path("logESafe").asDouble(),
                    json.path("controlValue").asDouble(),
                    json.path("candidateValue").asDouble(),
                    json.path("unit").asText(),
                    json.path("detail").asText());
        }
    }
}
