package io.bellwether.statistics;

/**
 * Evidence about events that hardly ever happen, such as timeouts or outputs that are no number: relative to the control
 * arm and against an absolute floor.
 *
 * <p>As {@link ErrorEvidence}, with {@link RareEventEProcess} in the place of the exact form. The margin is a <em>ratio of
 * the shares</em>, and a slot costs the same whatever it counts. Harm means that the ratio is above the margin
 * <em>and</em> the candidate's share above the floor.
 *
 * <p><b>Harm e-value</b>: {@code min(E_ratio, E_floor)} for the union of "ratio at most the margin" and "share at most the
 * floor". <b>Safety e-value</b>: {@code (E_ratio + E_floor)/2} for "ratio at least the margin and share at least the
 * floor"; both processes are valid there, and so is their mean.
 *
 * <p><b>Regimes.</b> Valid however common the events are; where they are common it says less than {@code ErrorEvidence}.
 *
 * <p>Not thread-safe.
 */
public final class RareEventEvidence {
    private final RareEventEProcess ratioHarm;
    private final RareEventEProcess ratioSafe;
    private final BernoulliEProcess floorHarm;
    private final BernoulliEProcess floorSafe;
    private EventTable tally = EventTable.EMPTY;

    /**
     * @param ratioMargin ratio of the shares of events beyond which more is harm, at least 1
     * @param floor share of events that is acceptable anyway
     */
    public RareEventEvidence(double ratioMargin, double floor) {
        ratioHarm = new RareEventEProcess(OddsAlternatives.harm(ratioMargin, 1.05, 50, 30));
        ratioSafe = new RareEventEProcess(OddsAlternatives.safety(ratioMargin, 24));
        floorHarm = BernoulliEProcess.harm(floor);
        floorSafe = BernoulliEProcess.safety(floor);
    }

    /** Adds one slot. */
    public void add(EventTable table) {
        ratioHarm.add(table);
        ratioSafe.add(table);
        floorHarm.add(table.candidateCount(), table.candidateEvents());
        floorSafe.add(table.candidateCount(), table.candidateEvents());
        tally = tally.plus(table);
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
