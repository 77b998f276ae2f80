package io.bellwether.monitoring.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What is fixed about a rollout from its beginning to its end.
 *
 * @param rolloutId identity of the rollout
 * @param model name of the model
 * @param stableVersion version that serves today
 * @param candidateVersion version that is judged
 * @param steps weights in order; never empty
 * @param margins error budget and margins
 * @param conduct what may be concluded
 * @param slices parts of the traffic that are guarded by themselves
 */
public record RolloutPlan(
        String rolloutId,
        String model,
        String stableVersion,
        String candidateVersion,
        List<PlannedStep> steps,
        Margins margins,
        Conduct conduct,
        SlicePlan slices) {
    /** Rises when the meaning of persisted evidence changes; older evidence is then not continued. */
    private static final int RULES_VERSION = 7;

    /** Without slices. */
    public RolloutPlan(
            String rolloutId,
            String model,
            String stableVersion,
            String candidateVersion,
            List<PlannedStep> steps,
            Margins margins,
            Conduct conduct) {
        this(rolloutId, model, stableVersion, candidateVersion, steps, margins, conduct, SlicePlan.NONE);
    }

    public RolloutPlan {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("a rollout has at least one step, " + rolloutId + " has none");
        }
    }

    /**
     * The plan by which the clients of one memory are judged, with its part of the error budget; see {@link Unit}.
     *
     * @param memory 0 for the first memory that appeared, below {@link Unit#MEMORIES_MAX}
     */
    public RolloutPlan byClients(int memory) {
        Unit unit = new Unit.Client(memory);
        return new RolloutPlan(
                rolloutId,
                model,
                stableVersion,
                candidateVersion,
                steps,
                margins.spending(unit.budgetShare()),
                conduct.judgedBy(unit),
                slices);
    }

    /** Share of the error budget that a guardrail of the whole traffic has. */
    double weightOf(Guardrail guardrail) {
        return margins.weights().of(guardrail) * (1 - slices.weight());
    }

    /**
     * A short stable name of everything that the conclusions depend on: equal plans have equal hashes on every
     * machine. FNV-1a, 64 bits, in hexadecimal.
     */
    public String configHash() {
        return hash(RULES_VERSION + "|" + this);
    }

    static String hash(String plan) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : plan.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return String.format("%016x", hash);
    }
}
