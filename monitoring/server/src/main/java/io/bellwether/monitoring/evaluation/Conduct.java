package io.bellwether.monitoring.evaluation;

/**
 * What may be concluded about a rollout.
 *
 * @param automatic false: people advance and promote; harm still concludes in a roll back
 * @param sticky traffic is split by a client's key; requests of one client then share their arm, which breaks
 *     evidence that counts requests: nothing is promoted on it
 * @param classesExpected the model predicts classes: without class counts nothing is promoted
 * @param costExpected costs are counted: without them nothing is promoted
 * @param horizon how long evidence is awaited
 */
public record Conduct(
        boolean automatic, boolean sticky, boolean classesExpected, boolean costExpected, Horizon horizon) {
    /** Automatic, split by request, everything expected, for ever. */
    public static final Conduct DEFAULT = new Conduct(true, false, true, true);

    /** Without a horizon. */
    Conduct(boolean automatic, boolean sticky, boolean classesExpected, boolean costExpected) {
        this(automatic, sticky, classesExpected, costExpected, Horizon.NONE);
    }
}
