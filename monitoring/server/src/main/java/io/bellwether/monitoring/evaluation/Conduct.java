package io.bellwether.monitoring.evaluation;

/**
 * What may be concluded about a rollout.
 *
 * @param automatic false: people advance and promote; harm still concludes in a roll back
 * @param unit what counts as one observation
 * @param classesExpected the model predicts classes: without class counts nothing is promoted
 * @param costExpected costs are counted: without them nothing is promoted
 * @param horizon how long evidence is awaited
 */
public record Conduct(boolean automatic, Unit unit, boolean classesExpected, boolean costExpected, Horizon horizon) {
    /** Automatic, judged by request, everything expected, for ever. */
    public static final Conduct DEFAULT = new Conduct(true, Unit.REQUEST, true, true);

    /** Without a horizon. */
    Conduct(boolean automatic, Unit unit, boolean classesExpected, boolean costExpected) {
        this(automatic, unit, classesExpected, costExpected, Horizon.NONE);
    }

    /** The same with another unit. */
    Conduct judgedBy(Unit other) {
        return new Conduct(automatic, other, classesExpected, costExpected, horizon);
    }
}
