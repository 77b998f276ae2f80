package io.bellwether.monitoring.evaluation;

/**
 * What the answers of both versions look like beside each other. It is neither right nor wrong, so it takes nothing back.
 *
 * @param moved whether the candidate's are shown to differ
 * @param holding whether nothing goes up because of it, or because it cannot be known
 * @param sentence what moved or is missing, for people
 */
public record AnswerMove(boolean moved, boolean holding, String sentence) {

    /** The same assessment with what this makes of its conclusion. */
    public Assessment weigh(Assessment assessment) {
        if (!assessment.conclusion().goesUp()) {
            return assessment;
        }
        if (holding) {
            return assessment.holding(sentence + (moved ? "; if that is meant, a person may let it go up" : "")
                    + ". Without that: " + assessment.reason());
        }
        return moved
                ? assessment.concluding(assessment.conclusion(), assessment.reason() + "; beside that, " + sentence)
                : assessment;
    }
}
