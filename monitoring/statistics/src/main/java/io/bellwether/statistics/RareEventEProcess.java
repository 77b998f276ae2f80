package io.bellwether.statistics;

/**
 * The rare-event form of {@link ConditionalEProcess}: each event is a toss of a coin that falls on the candidate with
 * probability {@code t(r) = a r/(a r + 1 - a)}, where {@code a} is the candidate's share of the traffic and {@code r} how
 * many times as often a candidate's unit has the event. With the margin {@code m}:
 * <pre>  an event of the candidate multiplies by t(r)/t(m), one of the control by (1 - t(r))/(1 - t(m))</pre>
 *
 * <p><b>Hypothesis.</b> The <em>ratio of the shares of events</em>, candidate to control, is at most {@code m} (harm) or at
 * least {@code m} (safety), slot by slot. Two ways to have {@code a}:
 * <ul>
 *   <li>The probability of the assignment. Given that a unit has the event, its arm <em>is</em> that coin, so the form is
 *       exact however common events are, and stays right when retries or replays inflate the counts of units. The
 *       probability may change between slots if it is fixed before each.
 *   <li>The share that was counted, {@code n1/(n1+n0)}. The mean factor of a slot is then
 *       {@code (1 + p1 (t(r)/t(m) - 1))^n1 (1 + p0 ((1-t(r))/(1-t(m)) - 1))^n0}; as {@code ln(1+x) <= x} it is at most one
 *       within the hypothesis. It loses power as events become common.
 * </ul>
 *
 * <p><b>Odds instead of shares.</b> An odds ratio of at most {@code m >= 1} implies a ratio of shares of at most
 * {@code m}: evidence of harm holds for both. Evidence of safety does not: an odds ratio above {@code m > 1} may
 * belong to a ratio of shares below it, {@code m (1-p1)/(1-p0)}, and is then rightly shown to be safe in this scale.
 *
 * <p><b>Regimes.</b> For events among few units the exact form says more; the two differ by about {@code k^2/n}. Beyond the
 * 2^30 units of a slot that the exact form takes, this form still works. <b>Cost.</b> A logarithm an alternative and
 * slot, whatever the counts: half a microsecond for thirty.
 *
 * <p><b>Source.</b> Lindon and Malek, "Anytime-valid inference for multinomial count data" (2022). Not thread-safe.
 */
public final class RareEventEProcess implements RatioProcess {
    private final OddsAlternatives alternatives;
    private final double[] logComponents;
    /** What they sum up to, asked for more often than it changes; NaN: not known now. */
    private double logE = Double.NaN;

    /**
     * @param alternatives ratios of the shares of events, and the margin
     */
    public RareEventEProcess(OddsAlternatives alternatives) {
        this.alternatives = alternatives;
        this.logComponents = new double[alternatives.size()];
    }

    /** Adds one slot with the split that was counted; a slot with an empty arm is no evidence. */
    @Override
    public void add(EventTable table) {
        if (table.candidateCount() > 0 && table.controlCount() > 0) {
            double share = table.candidateCount() / ((double) table.candidateCount() + table.controlCount());
            add(share, table.candidateEvents(), table.controlEvents());
        }
    }

    /**
     * Adds one slot with the split that was assigned.
     *
     * @param candidateShare probability that a unit of this slot went to the candidate; 0 and 1 are no evidence
     * @param candidateEvents events of the candidate
     * @param controlEvents events of the control
     * @throws IllegalArgumentException if the share is not between 0 and 1 or a count is negative
     */
    public void add(double candidateShare, long candidateEvents, long controlEvents) {
        if (!(candidateShare >= 0 && candidateShare <= 1)) {
            throw new IllegalArgumentException("a share of the traffic lies between 0 and 1, got " + candidateShare);
        }
        if (candidateEvents < 0 || controlEvents < 0) {
            throw new IllegalArgumentException(
                    "events are at least 0, got " + candidateEvents + " and " + controlEvents);
        }
        if (candidateShare == 0 || candidateShare == 1 || (candidateEvents == 0 && controlEvents == 0)) {
            return;
        }
        double logAtMargin = Math.log1p(candidateShare * (alternatives.margin() - 1));
        double events = (double) candidateEvents + controlEvents;
        for (int i = 0; i < logComponents.length; i++) {
            double logAll = Math.log1p(candidateShare * (alternatives.odds(i) - 1)) - logAtMargin;
            logComponents[i] += candidateEvents * alternatives.logFactor(i) - events * logAll;
        }
        logE = Double.NaN;
    }

    /**
     * Begins once more with what is added from now on, beside what was added before.
     *
     * @param logStake natural logarithm of its stake, relative to the first; see {@link LateOnsets}
     */
    @Override
    public void beginAgain(double logStake) {
        LogSpace.addToEach(logComponents, logStake);
        logE = Double.NaN;
    }

    /** The natural logarithm of the e-value now; zero at the start. */
    @Override
    public double logE() {
        if (Double.isNaN(logE)) {
            logE = alternatives.logMixture(logComponents);
        }
        return logE;
    }

    /** The state, one number an alternative: a copy, for {@link #restore}. */
    @Override
    public double[] logComponents() {
        return logComponents.clone();
    }

    /**
     * Takes the place of another process with the same alternatives.
     *
     * @throws IllegalArgumentException if the number of alternatives differs or a number is NaN
     */
    @Override
    public void restore(double[] components) {
        StateReader.check(components, logComponents.length);
        System.arraycopy(components, 0, logComponents, 0, components.length);
        logE = Double.NaN;
    }
}
