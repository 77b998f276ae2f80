package io.bellwether.monitoring.evaluation;

/**
 * Answered observations of the compared arms in one slot, whatever became of them: the split, before anything that a version
 * did to its requests.
 *
 * @param control of the stable version's compared arm
 * @param candidate of the candidate's compared arm
 */
public record Assigned(long control, long candidate) {
    /** Nobody asked. */
    public static final Assigned NONE = new Assigned(0, 0);

    public Assigned {
        if (control < 0 || candidate < 0) {
            throw new IllegalArgumentException(
                    "requests are counted from 0, got " + control + " and " + candidate + ": check the telemetry");
        }
    }
}
