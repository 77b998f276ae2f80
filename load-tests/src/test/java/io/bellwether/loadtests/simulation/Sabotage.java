package io.bellwether.loadtests.simulation;

import io.bellwether.loadtests.simulation.Violation.Rule;

/** A part of the platform in a form that breaks one rule, so that the rule is seen to be checked. */
enum Sabotage {
    NONE(null),
    /** A gateway gives some requests a second answer. */
    ANSWERS_TWICE(Rule.ONE_OUTCOME),
    /** A gateway forgets to answer some requests. */
    FORGETS_ANSWERS(Rule.ONE_OUTCOME),
    /** A worker gives everybody the answer of the one before. */
    CROSSES_ANSWERS(Rule.NO_CROSSING),
    /** Somebody who says that he is monitoring advances rollouts. */
    FORGES_ADVANCES(Rule.EARNED_WEIGHT),
    /** Monitoring advances rollouts although its verdict says to wait. */
    ADVANCES_IN_DOUBT(Rule.EARNED_WEIGHT),
    /** A gateway routes as if it had killed nothing. */
    FORGETS_KILLS(Rule.KILLED_STAYS_KILLED),
    /** Gateways keep their kills to themselves, and nobody else takes anything back. */
    KEEPS_KILLS(Rule.KILL_IS_HEARD),
    /** A gateway skips an entry of the log. */
    SKIPS_ENTRIES(Rule.SAME_FOLD),
    /** A gateway stops reading the log. */
    STOPS_READING(Rule.CONVERGENCE),
    /** The bucket of a client depends on the version of the routes. */
    RESHUFFLES(Rule.STICKY),
    /** Who takes one arm back takes all of them. */
    TAKES_ALL_ARMS(Rule.ARMS_APART),
    /** Stale commands are obeyed. */
    OBEYS_STALE(Rule.STALE_IS_VOID),
    /** A command is known by its position only. */
    APPLIES_TWICE(Rule.ONCE),
    /** A gateway goes back to an older state now and then. */
    GOES_BACK(Rule.MONOTONE);

    private final Rule broken;

    Sabotage(Rule broken) {
        this.broken = broken;
    }

    /** The rule that finds it. */
    Rule broken() {
        return broken;
    }
}
