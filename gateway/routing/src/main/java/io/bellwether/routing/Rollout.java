package io.bellwether.routing;

import java.util.List;

/**
 * A rollout: a candidate version that gets a growing share of a model's traffic until it is promoted or taken back.
 *
 * <p>Legal moves; there are no others, and each raises the version by one:
 *
 * <pre>
 * (nothing) --create--&gt; Running(step 0)
 * Running(k) --advance--&gt; Running(k+1)     only if there is a step k+1
 * Running(k) --hold-----&gt; Held(k)
 * Held(k)    --resume---&gt; Running(k)
 * Running(k), Held(k) --promote--&gt; Promoted
 * Running(k), Held(k) --rollBack-&gt; RolledBack
 * Running(k), Held(k) --rollBack of an arm--&gt; the same without it, or RolledBack where no other is left
 * Running(k), Held(k) --abort----&gt; Aborted
 * </pre>
 *
 * Promoted, RolledBack and Aborted have no moves. Who may make a move is the business of {@link CommandCheck}.
 */
public sealed interface Rollout {

    /** What it was created to do. */
    RolloutPlan plan();

    /** Current step, or the one in which it ended; counted from 0. */
    int step();

    /** What happened so far. */
    Trail trail();

    /** Name of the state. */
    RolloutState state();

    /** Share of the unpinned traffic that the candidate version gets from this rollout, 0 to 10000. */
    int weightBasisPoints();

    /** Unique id. */
    default String id() {
        return plan().id();
    }

    /** State version: rises by one with every applied command. Commands are based on it. */
    default long version() {
        return trail().version();
    }

    /** Starts a rollout in its first step. */
    static Running create(RolloutPlan plan, HistoryEntry cause) {
        return new Running(plan, 0, Trail.NONE.with(cause));
    }

    /** A rollout that still gives traffic to its candidate. */
    sealed interface Live extends Rollout {

        @Override
        default int weightBasisPoints() {
            return plan().isAb()
                    ? liveArms().stream()
                            .mapToInt(PlannedArm::weightBasisPoints)
                            .sum()
                    : plan().steps().get(step()).weightBasisPoints();
        }

        /** The arms of an A/B/n that were not taken back. */
        default List<PlannedArm> liveArms() {
            return plan().arms().stream()
                    .filter(arm -> !trail().armsTakenBack().contains(arm.version()))
                    .toList();
        }

        /**
         * The same as rollouts of one candidate each, as they are judged; itself where there is one candidate. While several arms
         * are left, each waits at a gate: no evidence says which of them is the best, so a person chooses.
         */
        default List<Live> judged() {
            List<PlannedArm> left = liveArms();
            return plan().isAb()
                    ? left.stream()
                            .map(arm -> with(plan().ofArm(arm, left.size() > 1), trail()))
                            .toList()
                    : List.of(this);
        }

        /** The same state of another plan with another past. */
        Live with(RolloutPlan plan, Trail trail);

        /**
         * Takes one arm back.
         *
         * @param version of one of {@link #liveArms}
         */
        default Rollout rollBackArm(String version, HistoryEntry cause) {
            Trail after = trail().with(cause).without(version);
            return liveArms().size() > 1 ? with(plan(), after) : new RolledBack(plan(), step(), after);
        }

        /** Whether only a person may leave the current step upwards. */
        default boolean stepGated() {
            return plan().steps().get(step()).gated();
        }

        /** Makes the candidate the stable version. */
        default Promoted promote(HistoryEntry cause) {
            return promote(plan().candidateVersion(), cause);
        }

        /** Makes one of the tried versions the stable version. */
        default Promoted promote(String version, HistoryEntry cause) {
            return new Promoted(plan(), step(), trail().with(cause), version);
        }

        /** Takes the candidate back on evidence. */
        default RolledBack rollBack(HistoryEntry cause) {
            return new RolledBack(plan(), step(), trail().with(cause));
        }

        /** Takes the candidate back because a person wants it. */
        default Aborted abort(HistoryEntry cause) {
            return new Aborted(plan(), step(), trail().with(cause));
        }
    }

    /** A rollout that no command changes any more. */
    sealed interface Ended extends Rollout {}

    /** The candidate gets the weight of the step and may go on. */
    record Running(RolloutPlan plan, int step, Trail trail) implements Live {

        @Override
        public RolloutState state() {
            return RolloutState.RUNNING;
        }

        /** True when there is a further step. */
        public boolean hasNextStep() {
            return step < plan.lastStep();
        }

        /**
         * Goes to the next step.
         *
         * @throws IllegalStateException if there is none; ask {@link #hasNextStep()} first
         */
        public Running advance(HistoryEntry cause) {
            if (!hasNextStep()) {
                throw new IllegalStateException("rollout " + id() + " is in its last step " + step);
            }
            return new Running(plan, step + 1, trail.with(cause));
        }

        @Override
        public Running with(RolloutPlan other, Trail past) {
            return new Running(other, step, past);
        }

        /** Keeps the weight and stops going on. */
        public Held hold(HistoryEntry cause) {
            return new Held(plan, step, trail.with(cause), cause.actor());
        }
    }

    /** The candidate keeps its weight and does not go on by itself. */
    record Held(RolloutPlan plan, int step, Trail trail, String heldBy) implements Live {

        @Override
        public RolloutState state() {
            return RolloutState.HELD;
        }

        @Override
        public Held with(RolloutPlan other, Trail past) {
            return new Held(other, step, past, heldBy);
        }

        /** Goes on from the same step. */
        public Running resume(HistoryEntry cause) {
            return new Running(plan, step, trail.with(cause));
        }
    }

    /**
     * The candidate, or an arm, has become the stable version.
     *
     * @param promotedVersion which one
     */
    record Promoted(RolloutPlan plan, int step, Trail trail, String promotedVersion) implements Ended {

        @Override
        public RolloutState state() {
            return RolloutState.PROMOTED;
        }

        @Override
        public int weightBasisPoints() {
            return Split.BASIS_POINTS;
        }
    }

    /** Evidence of harm took the candidate back. */
    record RolledBack(RolloutPlan plan, int step, Trail trail) implements Ended {

        @Override
        public RolloutState state() {
            return RolloutState.ROLLED_BACK;
        }

        @Override
        public int weightBasisPoints() {
            return 0;
        }
    }

    /** A person took the candidate back. */
    record Aborted(RolloutPlan plan, int step, Trail trail) implements Ended {

        @Override
        public RolloutState state() {
            return RolloutState.ABORTED;
        }

        @Override
        public int weightBasisPoints() {
            return 0;
        }
    }
}
