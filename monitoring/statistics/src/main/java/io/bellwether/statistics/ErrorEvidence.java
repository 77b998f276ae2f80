package io.bellwether.statistics;

/**
 * Evidence about failures: relative to the control arm and against an absolute floor.
 *
 * <p>Harm means that the odds ratio of failing is above the margin <em>and</em> the candidate's share of
 * failures is above the floor: three failures against none do not harm a service that may fail once in two
 * hundred.
 *
 * <p><b>Harm e-value</b>: {@code min(E_ratio, E_floor)}. Its hypothesis is the union "ratio within the margin,
 * or share within the floor"; whichever part is true, the process of that part is an e-process, and the
 * minimum is no greater.
 *
 * <p><b>Safety e-value</b>: {@code (E_ratio + E_floor) / 2}. Its hypothesis is harm at the margin or worse:
 * odds ratio at least the margin and share at least the floor, in every slot. Both parts hold at once, so each
 * process alone is an e-process under it, and so is their mean, however they depend on each other. A service
 * without errors is shown to be safe by the floor, one that always fails a little by the ratio.
 *
 * <p>Not thread-safe.
 */
public final class ErrorEvidence {
    private final ConditionalEProcess ratioHarm;
    private final ConditionalEProcess ratioSafe;
    private final BernoulliEProcess floorHarm;
    private final BernoulliEProcess floorSafe;
    private EventTable tally = EventTable.EMPTY;

    /**
     * @param oddsMargin odds ratio beyond which failing more is harm, at least 1
     * @param floor share of failures that is acceptable anyway
     */
    public ErrorEvidence(double oddsMargin, double floor) {
        ratioHarm = new ConditionalEProcess(OddsAlternatives.harm(oddsMargin, 1.05, 50, 30));
        ratioSafe = new ConditionalEProcess(OddsAlternatives.safety(oddsMargin, 24));
        floorHarm = BernoulliEProcess.harm(floor);
        floorSafe = BernoulliEProcess.safety(floor);
    }

    /** Adds one slot; events are failures. */
    public void add(EventTable failures) {
        ratioHarm.add(failures);
        ratioSafe.add(failures);
        floorHarm.add(failures.candidateCount(), failures.candidateEvents());
        floorSafe.add(failures.candidateCount(), failures.candidateEvents());
        tally = tally.plus(failures);
    }

    /** The natural logarithm of the e-value for harm. */
    public double logEHarm() {
        return Math.min(ratioHarm.logE(), floorHarm.logE());
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        return LogSpace.logMean(ratioSafe.logE(), floorSafe.logE());
    }

    /** All slots together, for display. */
    public EventTable tally() {
        return tally;
    }

    public void write(StateWriter out) {
        out.writeDoubles(ratioHarm.logComponents());
        out.writeDoubles(ratioSafe.logComponents());
        out.writeDoubles(floorHarm.logComponents());
        out.writeDoubles(floorSafe.logComponents());
        out.writeTable(tally);
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        ratioHarm.restore(in.readDoubles(ratioHarm.logComponents().length));
        ratioSafe.restore(in.readDoubles(ratioSafe.logComponents().length));
        floorHarm.restore(in.readDoubles(floorHarm.logComponents().length));
        floorSafe.restore(in.readDoubles(floorSafe.logComponents().length));
        tally = in.readTable();
    }
}
