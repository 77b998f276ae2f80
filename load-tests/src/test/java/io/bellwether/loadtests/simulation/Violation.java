package io.bellwether.loadtests.simulation;

/** A rule of the platform was broken. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Rule rule;

    /** What must hold at every step, and in calm weather at the end. */
    enum Rule {
        /** Every request has one outcome, and has it in time. */
        ONE_OUTCOME,
        /** An answer is the one to its request: of that number, model, version and arm. */
        NO_CROSSING,
        /** A weight rises by a fresh healthy verdict or by a person, by nobody else. */
        EARNED_WEIGHT,
        /** Who knows that a rollout was killed gives its candidate nothing. */
        KILLED_STAYS_KILLED,
        /** Once all is well, everybody knows of every kill within bounded time. */
        KILL_IS_HEARD,
        /** Whoever has folded the log up to a position has the state of that position. */
        SAME_FOLD,
        /** Once all is well, everybody has folded the whole log within bounded time. */
        CONVERGENCE,
        /** Who met the candidate meets it as long as its weight does not fall. */
        STICKY,
        /** What becomes of one arm of an A/B/n changes nothing for the others, and one that was taken back stays so. */
        ARMS_APART,
        /** A command that is based on another version of its rollout does nothing. */
        STALE_IS_VOID,
        /** A command that comes twice counts once. */
        ONCE,
        /** The routes of a gateway never go back. */
        MONOTONE
    }

    Violation(Rule rule, String what) {
        super(rule + ": " + what);
        this.rule = rule;
    }

    Rule rule() {
        return rule;
    }
}
