package io.bellwether.gateway.evidence;

/**
 * What the answers of both versions to one request are worth.
 *
 * @param version of the candidate
 * @param rolloutId the shadow for which the request was copied
 */
public record Pair(String version, String rolloutId, Question question, Result result) {

    /** Which of them is wrong, or away for a reason that says nothing about its version. */
    public enum Result {
        BOTH_RIGHT,
        BOTH_WRONG,
        ONLY_CONTROL_WRONG,
        ONLY_CANDIDATE_WRONG,
        CONTROL_LOST,
        CANDIDATE_LOST,
        BOTH_LOST;

        /** Of two answers that came. */
        public static Result of(boolean controlWrong, boolean candidateWrong) {
            if (controlWrong == candidateWrong) {
                return controlWrong ? BOTH_WRONG : BOTH_RIGHT;
            }
            return controlWrong ? ONLY_CONTROL_WRONG : ONLY_CANDIDATE_WRONG;
        }
    }
}
