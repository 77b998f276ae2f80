package io.bellwether.monitoring.judging;

/**
 * When a verdict is made, and how much of the input was known: with the same input up to there it is made again.
 *
 * @param atMillis on monitoring's clock
 * @param snapshotsUntil offset after the last snapshot that was taken in about the model, also before a restart; 0 if none
 * @param controlUntil offset after the last command that was followed; 0 if there was none
 * @param byClock true: because time passed; false: in answer to that snapshot
 */
public record Moment(long atMillis, long snapshotsUntil, long controlUntil, boolean byClock) {
    /** A moment of which the input is not told. */
    public static Moment at(long millis) {
        return new Moment(millis, 0, 0, true);
    }
}
