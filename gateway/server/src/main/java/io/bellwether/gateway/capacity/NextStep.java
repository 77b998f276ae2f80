package io.bellwether.gateway.capacity;

import io.bellwether.routing.Audience;
import io.bellwether.routing.Kill;
import io.bellwether.routing.Rollout;
import java.util.Optional;

/**
 * More traffic than now for the candidate of a live rollout.
 *
 * @param rollout of which it is a step; of an A/B/n the rollout of the arm alone
 * @param arm version of the arm of an A/B/n; empty: the only candidate
 * @param weightBasisPoints what the candidate would get of all traffic of the model
 */
public record NextStep(Rollout.Live rollout, String arm, int weightBasisPoints) {
    private static final int BASIS_POINTS_PER_PERCENT = 100;
    private static final int ALL_BASIS_POINTS = 10_000;

    /**
     * What monitoring would give the candidate next: its next step, or all of the traffic; empty if nothing. Which share of
     * the traffic a target is nobody knows, so its steps are not looked at; a promotion is about everybody.
     */
    public static Optional<NextStep> of(Rollout.Live live) {
        if (!(live instanceof Rollout.Running running)
                || live.plan().shadow().isPresent()
                || live.plan().ignoresCapacity()) {
            return Optional.empty();
        }
        if (live.plan().isAb()) {
            // While several are left only a person promotes one, who is told when the command is given.
            return live.judged().size() == 1 ? promotion(live.judged().get(0), true) : Optional.empty();
        }
        return running.hasNextStep() ? advance(running) : promotion(live, false);
    }

    /** The next step of a rollout; empty if there is none that could be looked at. */
    public static Optional<NextStep> advance(Rollout.Running running) {
        return running.hasNextStep() && isAboutAll(running)
                ? Optional.of(new NextStep(
                        running,
                        "",
                        running.plan().steps().get(running.step() + 1).weightBasisPoints()))
                : Optional.empty();
    }

    /**
     * All of the traffic; empty if the candidate has it.
     *
     * @param one the rollout, or an arm of an A/B/n as a rollout of its own
     * @param ofArm whether it is an arm
     */
    public static Optional<NextStep> promotion(Rollout.Live one, boolean ofArm) {
        boolean more = one.weightBasisPoints() < ALL_BASIS_POINTS || !isAboutAll(one);
        return more
                ? Optional.of(new NextStep(one, ofArm ? one.plan().candidateVersion() : "", ALL_BASIS_POINTS))
                : Optional.empty();
    }

    private static boolean isAboutAll(Rollout rollout) {
        return rollout.plan().audience() instanceof Audience.Everybody;
    }

    String model() {
        return rollout.plan().model();
    }

    /** Name of what it is a step of. */
    String key() {
        return Kill.key(rollout.id(), arm);
    }

    /** Rounded up: a projection is not so exact. */
    public int weightPercent() {
        return (weightBasisPoints + BASIS_POINTS_PER_PERCENT - 1) / BASIS_POINTS_PER_PERCENT;
    }
}
