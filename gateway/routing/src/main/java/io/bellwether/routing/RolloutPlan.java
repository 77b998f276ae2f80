package io.bellwether.routing;

import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Shadow;
import java.util.List;
import java.util.Optional;

/**
 * What a rollout was created to do; never changes.
 *
 * @param id unique over all models and for ever
 * @param model name of the model
 * @param stableVersion version that is compared against
 * @param candidateVersion version that is tried; empty in an A/B/n, whose versions its arms name
 * @param steps 1 to 20 steps with rising weights; of a shadow one step without weight, of an A/B/n one with that of all arms
 * @param keyHeader request header that makes the split sticky; empty: the request id does
 * @param guardrails margins, complete: no field is left at zero
 * @param automatic whether monitoring may raise the weight, or end a shadow; if not, it judges and people act
 * @param ignoresCapacity whether it goes on though its candidate could not carry the traffic by its projection
 * @param audience whose requests it is about
 * @param shadow what is copied to the candidate if it serves nobody, complete like the guardrails; empty: it gets traffic
 * @param arms of an A/B/n, 1 to 4; empty: the rollout has one candidate
 */
public record RolloutPlan(
        String id,
        String model,
        String stableVersion,
        String candidateVersion,
        List<RolloutStep> steps,
        String keyHeader,
        Guardrails guardrails,
        boolean automatic,
        boolean ignoresCapacity,
        Audience audience,
        Optional<Shadow> shadow,
        List<PlannedArm> arms) {

    public RolloutPlan {
        steps = List.copyOf(steps);
        arms = List.copyOf(arms);
    }

    /** Whether several versions are tried side by side. */
    public boolean isAb() {
        return !arms.isEmpty();
    }

    /** The arm of an A/B/n that tries a version. */
    public Optional<PlannedArm> arm(String version) {
        return arms.stream().filter(arm -> arm.version().equals(version)).findFirst();
    }

    /** The versions that are tried: the candidate, or those of the arms in their order. */
    public List<String> triedVersions() {
        return isAb() ? arms.stream().map(PlannedArm::version).toList() : List.of(candidateVersion);
    }

    /**
     * The same as a rollout of one arm, which is judged like any candidate but with its part of the error budgets: by the union
     * bound, {@code n} arms at {@code alpha / n} and {@code beta / n} each err in at most {@code alpha} and {@code beta} of
     * rollouts together, however much they share a control.
     *
     * @param arm one of {@link #arms}
     * @param gated whether only a person may promote it
     */
    RolloutPlan ofArm(PlannedArm arm, boolean gated) {
        Guardrails shared = guardrails.toBuilder()
                .setAlpha(guardrails.getAlpha() / arms.size())
                .setBeta(guardrails.getBeta() / arms.size())
                .build();
        // The weight of all arms: it tells a judge whether anything is left to compare with.
        RolloutStep step = new RolloutStep(steps.get(0).weightBasisPoints(), 0, 0, gated);
        return new RolloutPlan(
                id,
                model,
                stableVersion,
                arm.version(),
                List.of(step),
                keyHeader,
                shared,
                automatic,
                ignoresCapacity,
                audience,
                shadow,
                List.of());
    }

    /** Position of the last step, counted from 0. */
    public int lastStep() {
        return steps.size() - 1;
    }
}
