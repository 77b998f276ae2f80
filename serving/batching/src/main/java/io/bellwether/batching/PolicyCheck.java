package io.bellwether.batching;

/**
 * Whether a version can keep its policy at all. The limits of the numbers themselves are those of {@link BatchingPolicy};
 * this asks what only a warm version can tell.
 */
public sealed interface PolicyCheck {

    /** It can. */
    record Sound() implements PolicyCheck {}

    /**
     * One item alone takes longer than the objective allows, so that no answer is ever in time.
     *
     * @param neededNanos what one item alone needs, the margin with it
     * @param objectiveNanosLeast an objective that can be kept: a request may also wait for one run before it
     */
    record Unattainable(long neededNanos, long objectiveNanosLeast) implements PolicyCheck {}

    /**
     * @param itemNanos what a run of one item takes at best, on a machine that does nothing else
     */
    static PolicyCheck against(BatchingPolicy policy, long itemNanos) {
        long neededNanos = itemNanos + policy.marginNanos();
        return policy.objectiveNanos() == 0 || neededNanos <= policy.objectiveNanos()
                ? new Sound()
                : new Unattainable(neededNanos, 2 * neededNanos);
    }
}
