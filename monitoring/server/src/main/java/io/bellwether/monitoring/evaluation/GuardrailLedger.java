package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ClassEvidence;
import io.bellwether.statistics.CostEvidence;
import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.EvidenceRate;
import io.bellwether.statistics.FaultEvidence;
import io.bellwether.statistics.LateOnsets;
import io.bellwether.statistics.LatencyEvidence;
import io.bellwether.statistics.LogHistogram;
import io.bellwether.statistics.PastDistribution;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * The sequential tests of all guardrails of one rollout. Harm is judged by the greatest e-value ever reached,
 * as Ville's inequality allows; safety by the e-value now, so that old evidence does not outlive a change.
 */
final class GuardrailLedger {
    private static final int GUARDRAILS = Guardrail.values().length;

    private final FaultEvidence errors;
    private final Map<Guardrail, LatencyEvidence> latencies = new EnumMap<>(Guardrail.class);
    private final Map<Guardrail, FaultEvidence> rareFaults = new EnumMap<>(Guardrail.class);
    private final CostEvidence cost;
    private final ClassEvidence classes;
    private final LateOnsets onsets = LateOnsets.everyTenMinutes();
    private final PastDistribution latencyPast;
    private final PastDistribution costPast;
    private final double[] logEHarm = new double[GUARDRAILS];
    private final double[] logESafe = new double[GUARDRAILS];
    private final double[] logEHarmMost = new double[GUARDRAILS];
    private final long[] lastSlots = new long[GUARDRAILS];
    private final boolean[] seen = new boolean[GUARDRAILS];
    private int mostShiftedClass = -1;
    private Seen control = Seen.NOTHING;
    private Seen candidate = Seen.NOTHING;

    /** All witnesses of one arm since the rollout began, for display. */
    record Seen(LogHistogram latencyNanos, LogHistogram costPicoUsd) {
        static final Seen NOTHING = new Seen(LogHistogram.EMPTY, LogHistogram.EMPTY);

        Seen plus(ArmCounts counts) {
            return new Seen(
                    latencyNanos.plus(counts.witnessLatencyNanos()), costPicoUsd.plus(counts.witnessCostPicoUsd()));
        }
    }

    /**
     * @param drawn whether each request is drawn by itself, so that all of the stable version can be compared with
     */
    GuardrailLedger(Margins margins, boolean drawn, StableHistory history) {
        RareMargins rare = margins.rare();
        errors = faults(margins, drawn);
        latencies.put(
                Guardrail.LATENCY_P50, new LatencyEvidence(0.5, margins.latencyP50(), LatencyEvidence.Score.RANK));
        latencies.put(
                Guardrail.LATENCY_P95, new LatencyEvidence(0.95, margins.latencyP95(), LatencyEvidence.Score.REACH));
        latencies.put(Guardrail.LATENCY_P99, new LatencyEvidence(0.99, rare.latencyP99(), LatencyEvidence.Score.NONE));
        rareFaults.put(Guardrail.TIMEOUTS, FaultEvidence.ofShares(rare.timeoutRatio(), rare.timeoutFloor()));
        rareFaults.put(Guardrail.NAN, FaultEvidence.ofShares(rare.nanRatio(), rare.nanFloor()));
        cost = new CostEvidence(margins.cost());
        classes = new ClassEvidence(margins.classOdds());
        latencyPast = new PastDistribution(history.witnessLatencyNanos(), 0.99);
        costPast = new PastDistribution(history.witnessCostPicoUsd(), 0.5);
        Arrays.fill(lastSlots, -1);
    }

    /** The evidence about errors, of the whole or of a slice. */
    static FaultEvidence faults(Margins margins, boolean drawn) {
        double odds = margins.errorOdds();
        ErrorFloors floors = margins.errorFloors();
        return drawn
                ? FaultEvidence.ofOddsTwice(odds, floors.harm(), floors.safe())
                : FaultEvidence.ofOdds(odds, floors.harm(), floors.safe());
    }

    /** Adds a table of the candidate's own failures against those of all of the stable version. */
    void addStable(EventTable table) {
        errors.addReference(table);
        int place = Guardrail.ERRORS.index();
        logEHarm[place] = harmNow(Guardrail.ERRORS);
        logEHarmMost[place] = Math.max(logEHarmMost[place], logEHarm[place]);
    }

    /** The same tables together, for display. */
    EventTable stableTally() {
        return errors.referenceTally();
    }

    /** Adds one 2x2 table for every guardrail; {@code slot} is the last one in it. */
    void add(long slot, ArmCounts fromControl, ArmCounts fromCandidate) {
        onsets.due(slot).ifPresent(this::beginAgain);
        errors.add(new EventTable(
                fromControl.requests(), fromControl.failures(), fromCandidate.requests(), fromCandidate.failures()));
        latencies
                .values()
                .forEach(evidence -> evidence.add(
                        latencyPast, fromControl.witnessLatencyNanos(), fromCandidate.witnessLatencyNanos()));
        cost.add(costPast, fromControl.witnessCostPicoUsd(), fromCandidate.witnessCostPicoUsd());
        rareFaults.forEach((guardrail, evidence) -> evidence.add(new EventTable(
                units(guardrail, fromControl),
                faults(guardrail, fromControl),
                units(guardrail, fromCandidate),
                faults(guardrail, fromCandidate))));
        classes.add(fromControl.classes(), fromCandidate.classes());
        latencyPast.add(slot, fromControl.witnessLatencyNanos());
        costPast.add(slot, fromControl.witnessCostPicoUsd());
        control = control.plus(fromControl);
        candidate = candidate.plus(fromCandidate);
        noteData(slot, fromControl, fromCandidate);
        weigh();
        for (int i = 0; i < GUARDRAILS; i++) {
            logEHarmMost[i] = Math.max(logEHarmMost[i], logEHarm[i]);
        }
    }

    /** So that what begins late need not undo the good time before. Classes have no part in it. */
    private void beginAgain(double logStake) {
        errors.beginAgain(logStake);
        latencies.values().forEach(evidence -> evidence.beginAgain(logStake));
        cost.beginAgain(logStake);
        rareFaults.values().forEach(evidence -> evidence.beginAgain(logStake));
    }

    /** Sums up the evidence once, for all who ask until there is more of it. */
    private void weigh() {
        mostShiftedClass = classes.mostShifted();
        for (Guardrail guardrail : Guardrail.values()) {
            logEHarm[guardrail.index()] = harmNow(guardrail);
            logESafe[guardrail.index()] = safetyNow(guardrail);
        }
    }

    /** Notes that there is something to see, and adds nothing to the evidence. */
    void noteData(long slot, ArmCounts fromControl, ArmCounts fromCandidate) {
        for (Guardrail guardrail : Guardrail.values()) {
            long inControl = units(guardrail, fromControl);
            long inCandidate = units(guardrail, fromCandidate);
            seen[guardrail.index()] |= inControl > 0 || inCandidate > 0;
            if (inControl > 0 && inCandidate > 0) {
                lastSlots[guardrail.index()] = Math.max(lastSlots[guardrail.index()], slot);
            }
        }
    }

    private static long units(Guardrail guardrail, ArmCounts counts) {
        return switch (guardrail) {
            case ERRORS, TIMEOUTS -> counts.requests();
            case NAN -> counts.faults().computed();
            case LATENCY_P50, LATENCY_P95, LATENCY_P99 ->
                counts.witnessLatencyNanos().total();
            case COST -> counts.witnessCostPicoUsd().total();
            case CLASSES -> counts.classes().total();
        };
    }

    private static long faults(Guardrail guardrail, ArmCounts counts) {
        return guardrail == Guardrail.NAN
                ? counts.faults().nonfinite()
                : counts.faults().timeouts();
    }

    double logEHarm(Guardrail guardrail) {
        return logEHarm[guardrail.index()];
    }

    double logESafe(Guardrail guardrail) {
        return logESafe[guardrail.index()];
    }

    private double harmNow(Guardrail guardrail) {
        return switch (guardrail) {
            case LATENCY_P50, LATENCY_P95, LATENCY_P99 ->
                onsets.logE(latency(guardrail).logEHarm());
            case COST -> onsets.logE(cost.logEHarm());
            case ERRORS, TIMEOUTS, NAN -> onsets.logE(fault(guardrail).logEHarm());
            case CLASSES -> classes.logEHarm();
        };
    }

    private double safetyNow(Guardrail guardrail) {
        return switch (guardrail) {
            case LATENCY_P50, LATENCY_P95, LATENCY_P99 -> latency(guardrail).logESafe();
            case COST -> cost.logESafe();
            case ERRORS, TIMEOUTS, NAN -> fault(guardrail).logESafe();
            case CLASSES -> classes.logESafe();
        };
    }

    /** The events behind a guardrail, all slots together. */
    EventTable tally(Guardrail guardrail) {
        return switch (guardrail) {
            case LATENCY_P50, LATENCY_P95, LATENCY_P99 -> latency(guardrail).tally();
            case COST -> cost.tally();
            case ERRORS, TIMEOUTS, NAN -> fault(guardrail).tally();
            case CLASSES -> classes.tally(mostShiftedClass);
        };
    }

    /** The relative margin that is really tested for latency and cost. */
    double effectiveMargin(Guardrail guardrail) {
        return switch (guardrail) {
            case LATENCY_P50, LATENCY_P95, LATENCY_P99 -> latency(guardrail).effectiveMargin();
            case COST -> cost.effectiveMargin();
            case ERRORS, CLASSES, TIMEOUTS, NAN -> 0;
        };
    }

    /** How fast evidence that is bet on scores would grow if all values were greater by so many buckets. */
    EvidenceRate scoreRate(Guardrail guardrail, int growthBuckets) {
        return guardrail == Guardrail.COST
                ? cost.harmRate(control.costPicoUsd(), growthBuckets)
                : latency(guardrail)
                        .scoreRate(control.latencyNanos(), growthBuckets)
                        .orElse(EvidenceRate.NONE);
    }

    /** The evidence about one quantile of latency. */
    LatencyEvidence latency(Guardrail guardrail) {
        return Objects.requireNonNull(latencies.get(guardrail));
    }

    private FaultEvidence fault(Guardrail guardrail) {
        return guardrail == Guardrail.ERRORS ? errors : Objects.requireNonNull(rareFaults.get(guardrail));
    }

    /** The greatest e-value for harm that this guardrail ever reached, as a logarithm. */
    double logEHarmMost(Guardrail guardrail) {
        return logEHarmMost[guardrail.index()];
    }

    /** The last slot in which both arms had data for this guardrail; -1 before the first. */
    long lastSlot(Guardrail guardrail) {
        return lastSlots[guardrail.index()];
    }

    /** Whether either arm ever had data for this guardrail. */
    boolean seen(Guardrail guardrail) {
        return seen[guardrail.index()];
    }

    /** Classes that are told apart, at least one. */
    int classes() {
        return Math.max(1, classes.size());
    }

    int mostShiftedClass() {
        return mostShiftedClass;
    }

    Seen seenOfControl() {
        return control;
    }

    Seen seenOfCandidate() {
        return candidate;
    }

    void write(StateWriter out) {
        errors.write(out);
        latencies.values().forEach(evidence -> evidence.write(out));
        cost.write(out);
        rareFaults.values().forEach(evidence -> evidence.write(out));
        classes.write(out);
        onsets.write(out);
        latencyPast.write(out);
        costPast.write(out);
        for (int i = 0; i < GUARDRAILS; i++) {
            out.writeDouble(logEHarmMost[i]);
            out.writeLong(lastSlots[i]);
            out.writeLong(seen[i] ? 1 : 0);
        }
        for (Seen arm : new Seen[] {control, candidate}) {
            out.writeHistogram(arm.latencyNanos());
            out.writeHistogram(arm.costPicoUsd());
        }
    }

    void read(StateReader in) {
        errors.read(in);
        latencies.values().forEach(evidence -> evidence.read(in));
        cost.read(in);
        rareFaults.values().forEach(evidence -> evidence.read(in));
        classes.read(in);
        onsets.read(in);
        latencyPast.read(in);
        costPast.read(in);
        for (int i = 0; i < GUARDRAILS; i++) {
            logEHarmMost[i] = in.readDouble();
            lastSlots[i] = in.readLong();
            seen[i] = in.readLong() != 0;
        }
        control = new Seen(in.readHistogram(), in.readHistogram());
        candidate = new Seen(in.readHistogram(), in.readHistogram());
        weigh();
    }
}
