package io.bellwether.statistics;

import java.util.Optional;

/**
 * Evidence about faults, such as failures, timeouts or outputs that are no number: relative to the control arm and against an
 * absolute floor.
 *
 * <p>Harm means that the ratio of faults is above the margin <em>and</em> the candidate's share of faults is above a floor:
 * three failures against none do not harm a service that may fail once in two hundred. There may be two floors: a lower one
 * for taking back, so that a small harm is found, and a higher one for promotion, below which a candidate is good enough
 * after some hundred requests without a fault.
 *
 * <p><b>Harm e-value</b>: {@code min(E_ratio, E_floor)}. Its hypothesis is the union "ratio within the margin,
 * or share within the lower floor"; whichever part is true, the process of that part is an e-process, and the
 * minimum is no greater.
 *
 * <p><b>Safety e-value</b>: {@code (E_ratio + E_floor) / 2}. Its hypothesis is harm at the margin or worse:
 * ratio at least the margin and share at least the higher floor, in every slot. Both parts hold at once, so each
 * process alone is an e-process under it, and so is their mean, however they depend on each other. A service
 * without faults is shown to be safe by the floor, one that always fails a little by the ratio.
 *
 * <p><b>Two forms.</b> {@link #ofOdds}: the exact {@link ConditionalEProcess}. {@link #ofShares}: {@link RareEventEProcess},
 * for events that hardly ever happen; a slot costs the same whatever it counts, and where events are common it is as valid
 * and says less.
 *
 * <p><b>A second reference.</b> {@link #ofOddsTwice} weighs a second kind of table beside the first, {@link #addReference},
 * with half of the stake each: {@code E_ratio = (E_first + E_second) / 2}. Both are e-processes of the hypothesis that neither
 * ratio is above the margin, so their mean is one. It counts for harm alone.
 *
 * <p>Not thread-safe.
 */
public final class FaultEvidence {
    private final RatioProcess ratioHarm;
    private final RatioProcess ratioSafe;
    private final Optional<RatioProcess> referenceHarm;
    private final BernoulliEProcess floorHarm;
    private final BernoulliEProcess floorSafe;
    private EventTable tally = EventTable.EMPTY;
    private EventTable referenceTally = EventTable.EMPTY;

    private FaultEvidence(
            RatioProcess ratioHarm,
            RatioProcess ratioSafe,
            Optional<RatioProcess> referenceHarm,
            double harmFloor,
            double safeFloor) {
        this.ratioHarm = ratioHarm;
        this.ratioSafe = ratioSafe;
        this.referenceHarm = referenceHarm;
        floorHarm = BernoulliEProcess.harm(harmFloor);
        floorSafe = BernoulliEProcess.safety(safeFloor);
    }

    /**
     * By the ratio of the odds.
     *
     * @param oddsMargin odds ratio beyond which more faults are harm, at least 1
     * @param harmFloor share of faults that is no harm, whatever the ratio
     * @param safeFloor share of faults below which the candidate is safe, whatever the ratio
     */
    public static FaultEvidence ofOdds(double oddsMargin, double harmFloor, double safeFloor) {
        return new FaultEvidence(
                new ConditionalEProcess(harm(oddsMargin)),
                new ConditionalEProcess(safety(oddsMargin)),
                Optional.empty(),
                harmFloor,
                safeFloor);
    }

    /**
     * The same with a second reference, whose tables come in rare-event form: harm is judged by the ratio of the shares, which
     * an odds ratio within the margin implies to be within it.
     */
    public static FaultEvidence ofOddsTwice(double oddsMargin, double harmFloor, double safeFloor) {
        return new FaultEvidence(
                new ConditionalEProcess(harm(oddsMargin)),
                new ConditionalEProcess(safety(oddsMargin)),
                Optional.of(new RareEventEProcess(harm(oddsMargin))),
                harmFloor,
                safeFloor);
    }

    /**
     * By the ratio of the shares, for rare faults.
     *
     * @param ratioMargin ratio of the shares beyond which more faults are harm, at least 1
     * @param floor share of faults that is acceptable anyway
     */
    public static FaultEvidence ofShares(double ratioMargin, double floor) {
        return new FaultEvidence(
                new RareEventEProcess(harm(ratioMargin)),
                new RareEventEProcess(safety(ratioMargin)),
                Optional.empty(),
                floor,
                floor);
    }

    private static OddsAlternatives harm(double margin) {
        return OddsAlternatives.harm(margin, 1.05, 50, 30);
    }

    private static OddsAlternatives safety(double margin) {
        return OddsAlternatives.safety(margin, 24);
    }

    /** Adds one slot; events are faults. */
    public void add(EventTable faults) {
        ratioHarm.add(faults);
        ratioSafe.add(faults);
        floorHarm.add(faults.candidateCount(), faults.candidateEvents());
        floorSafe.add(faults.candidateCount(), faults.candidateEvents());
        tally = tally.plus(faults);
    }

    /** Adds one table against the second reference, if there is one. Its floor is that of the first. */
    public void addReference(EventTable faults) {
        referenceHarm.ifPresent(process -> process.add(faults));
        referenceTally = referenceTally.plus(faults);
    }

    /** The evidence for harm begins once more, beside what it was; {@link LateOnsets} says when and what it is worth. */
    public void beginAgain(double logStake) {
        ratioHarm.beginAgain(logStake);
        referenceHarm.ifPresent(process -> process.beginAgain(logStake));
        floorHarm.beginAgain(logStake);
    }

    /** The natural logarithm of the e-value for harm. */
    public double logEHarm() {
        double ratio = referenceHarm
                .map(process -> LogSpace.logMean(ratioHarm.logE(), process.logE()))
                .orElseGet(ratioHarm::logE);
        return Math.min(ratio, floorHarm.logE());
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        return LogSpace.logMean(ratioSafe.logE(), floorSafe.logE());
    }

    /** All slots together, for display. */
    public EventTable tally() {
        return tally;
    }

    /** All tables against the second reference together, for display. */
    public EventTable referenceTally() {
        return referenceTally;
    }

    public void write(StateWriter out) {
        out.writeDoubles(ratioHarm.logComponents());
        if (referenceHarm.isPresent()) {
            out.writeDoubles(referenceHarm.get().logComponents());
            out.writeTable(referenceTally);
        }
        out.writeDoubles(ratioSafe.logComponents());
        out.writeDoubles(floorHarm.logComponents());
        out.writeDoubles(floorSafe.logComponents());
        out.writeTable(tally);
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        ratioHarm.restore(in.readDoubles(ratioHarm.logComponents().length));
        if (referenceHarm.isPresent()) {
            RatioProcess process = referenceHarm.get();
            process.restore(in.readDoubles(process.logComponents().length));
            referenceTally = in.readTable();
        }
        ratioSafe.restore(in.readDoubles(ratioSafe.logComponents().length));
        floorHarm.restore(in.readDoubles(floorHarm.logComponents().length));
        floorSafe.restore(in.readDoubles(floorSafe.logComponents().length));
        tally = in.readTable();
    }
}
