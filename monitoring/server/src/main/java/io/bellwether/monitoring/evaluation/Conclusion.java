package io.bellwether.monitoring.evaluation;

/** What should happen to a rollout. */
public enum Conclusion {
    /** Not enough evidence either way, or a person holds the rollout. */
    HOLD,
    /** Evidence against harm: next step. */
    ADVANCE,
    /** Evidence against harm at the last step. */
    PROMOTE,
    /** Evidence of harm beyond the margins. */
    ROLL_BACK,
    /** No fresh evidence: nothing is promoted. */
    BLIND,
    /** The arms do not get the requests that the plan gives them: nothing is promoted, and nothing rolled back for it. */
    INVALID,
    /** Of a shadow: evidence against harm; nothing follows. */
    SAFE,
    /** Of a shadow: evidence of harm beyond the margins, which ends it. */
    HARM;

    /** Whether the candidate would get more traffic. */
    public boolean goesUp() {
        return switch (this) {
            case ADVANCE, PROMOTE -> true;
            case HOLD, ROLL_BACK, BLIND, INVALID, SAFE, HARM -> false;
        };
    }
}
