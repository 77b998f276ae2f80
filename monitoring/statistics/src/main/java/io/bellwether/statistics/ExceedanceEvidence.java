package io.bellwether.statistics;

/**
 * Evidence that a quantity which should be small (a latency, a cost) grew by more than a margin, from how many
 * values exceed a threshold in either arm.
 *
 * <p>The threshold {@code x} is a quantile of the control's own past ({@link PastDistribution}). In the next
 * slot a control value has the event if it lies in a bucket above {@code x}, a candidate value if it lies in a
 * bucket above {@code x} plus the margin. Under the hypothesis "the candidate divided by 1 + margin exceeds
 * {@code x} no more often than the control, slot by slot" the odds ratio is at most one, and
 * {@link ConditionalEProcess} with margin one is valid whatever {@code x} is. Evidence against harm is the same
 * process with alternatives below one, against "at least as often". The two use thresholds one bucket apart:
 * see {@link PastDistribution.Thresholds}.
 *
 * <p><b>Effective margin.</b> The margin is rounded up to whole buckets of 2 %, which keeps the comparison
 * exact on bucketed values; {@link #effectiveMargin()} is what was really tested in both directions.
 *
 * <p><b>No single moment decides.</b> A slot raises the evidence for harm at most by a factor of e^2:
 * values of one moment share its stalls. At an error budget of 1 % a roll back for the median alone takes four slots.
 *
 * <p><b>Units.</b> Values must not share their fate: of the requests of one batch only one, drawn at random,
 * may be counted. Not thread-safe.
 */
public final class ExceedanceEvidence {
    private static final double LOG_SLOT_MAX = 2;

    private final double quantile;
    private final int marginBuckets;
    private final ConditionalEProcess harm;
    private final ConditionalEProcess safe;
    private EventTable tally = EventTable.EMPTY;

    /**
     * @param quantile which quantile of the control's past is the threshold, between 0 and 1
     * @param margin relative growth that is not yet harm, at least 0
     */
    public ExceedanceEvidence(double quantile, double margin) {
        this(quantile, margin, LOG_SLOT_MAX);
    }

    /** With another limit for one slot, to see what it is good for. */
    ExceedanceEvidence(double quantile, double margin, double logSlotMax) {
        this.quantile = quantile;
        this.marginBuckets = BucketScale.bucketsFor(margin);
        this.harm = new ConditionalEProcess(OddsAlternatives.harm(1, 1.03, 30, 30), logSlotMax);
        this.safe = new ConditionalEProcess(OddsAlternatives.safety(1, 24));
    }

    /** Adds one slot, judged by thresholds from {@code past}, which must not contain the slot yet. */
    public void add(PastDistribution past, LogHistogram control, LogHistogram candidate) {
        past.thresholds(quantile).ifPresent(thresholds -> {
            EventTable above = exceedances(control, candidate, thresholds.harm());
            harm.add(above);
            safe.add(exceedances(control, candidate, thresholds.safety()));
            tally = tally.plus(above);
        });
    }

    /** The evidence for harm begins once more, beside what it was; {@link LateOnsets} says when and what it is worth. */
    public void beginAgain(double logStake) {
        harm.beginAgain(logStake);
    }

    /** The natural logarithm of the e-value for harm. */
    public double logEHarm() {
        return harm.logE();
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        return safe.logE();
    }

    /** The relative margin after rounding up to whole buckets. */
    public double effectiveMargin() {
        return BucketScale.marginOf(marginBuckets);
    }

    /** Exceedances of the harm thresholds, all slots together, for display. */
    public EventTable tally() {
        return tally;
    }

    public void write(StateWriter out) {
        out.writeDoubles(harm.logComponents());
        out.writeDoubles(safe.logComponents());
        out.writeTable(tally);
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        harm.restore(in.readDoubles(harm.logComponents().length));
        safe.restore(in.readDoubles(safe.logComponents().length));
        tally = in.readTable();
    }

    private EventTable exceedances(LogHistogram control, LogHistogram candidate, int threshold) {
        return new EventTable(
                control.total(),
                control.countAbove(threshold),
                candidate.total(),
                candidate.countAbove(threshold + marginBuckets));
    }
}
