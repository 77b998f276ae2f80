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
 * @param candidateVersion version that is tried
 * @param steps 1 to 20 steps with rising weights; of a shadow one step without weight
 * @param keyHeader request header that makes the split sticky; empty: the request id does
 * @param guardrails margins, complete: no field is left at zero
 * @param automatic whether monitoring may raise the weight, or end a shadow; if not, it judges and people act
 * @param audience whose requests it is about
 * @param shadow what is copied to the candidate if it serves nobody, complete like the guardrails; empty: it gets traffic
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
        Audience audience,
        Optional<Shadow> shadow) {

    public RolloutPlan {
        steps = List.copyOf(steps);
    }

    /** Position of the last step, counted from 0. */
    public int lastStep() {
        return steps.size() - 1;
    }
}
