package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ClassEvidence;
import io.bellwether.statistics.ErrorBudget;
import io.bellwether.statistics.ErrorEvidence;
import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.ExceedanceEvidence;
import io.bellwether.statistics.LogHistogram;
import io.bellwether.statistics.PastDistribution;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.Arrays;

/**
 * The sequential tests of all guardrails of one rollout. Harm is judged by the greatest e-value ever reached,
 * as Ville's inequality allows; safety by the e-value now, so that old evidence does not outlive a change.
 */
final class GuardrailLedger {
    private static final int GUARDRAILS = Guardrail.values().length;

    private final ErrorBudget budget;
    private final ErrorEvidence errors;
    private final ExceedanceEvidence latencyP50;
    private final ExceedanceEvidence latencyP95;
    private final ExceedanceEvidence cost;
    private final ClassEvidence classes;
    private final PastDistribution latencyPast;
    private final PastDistribution costPast;
    private final double[] logEHarmMost = new double[GUARDRAILS];
    private final long[] lastSlots = new long[GUARDRAILS];
    private final boolean[] seen = new boolean[GUARDRAILS];
    private double logCombinedMost;
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

    GuardrailLedger(Margins margins, StableHistory history) {
        budget = new ErrorBudget(margins.alpha(), Guardrail.weights());
        errors = new ErrorEvidence(margins.errorOdds(), margins.errorFloor());
        latencyP50 = new ExceedanceEvidence(0.5, margins.latencyP50());
        latencyP95 = new ExceedanceEvidence(0.95, margins.latencyP95());
        cost = new ExceedanceEvidence(0.5, margins.cost());
        classes = new ClassEvidence(margins.classOdds());
        latencyPast = new PastDistribution(history.witnessLatencyNanos());
        costPast = new PastDistribution(history.witnessCostPicoUsd());
        Arrays.fill(lastSlots, -1);
    }

    /** Adds one 2x2 table for every guardrail; {@code slot} is the last one in it. */
    void add(long slot, ArmCounts fromControl, ArmCounts fromCandidate) {
        errors.add(new EventTable(
                fromControl.requests(), fromControl.failures(), fromCandidate.requests(), fromCandidate.failures()));
        latencyP50.add(latencyPast, fromControl.witnessLatencyNanos(), fromCandidate.witnessLatencyNanos());
        latencyP95.add(latencyPast, fromControl.witnessLatencyNanos(), fromCandidate.witnessLatencyNanos());
        cost.add(costPast, fromControl.witnessCostPicoUsd(), fromCandidate.witnessCostPicoUsd());
        classes.add(fromControl.classes(), fromCandidate.classes());
        latencyPast.add(slot, fromControl.witnessLatencyNanos());
        costPast.add(slot, fromControl.witnessCostPicoUsd());
        control = control.plus(fromControl);
        candidate = candidate.plus(fromCandidate);
        noteData(slot, fromControl, fromCandidate);
        double[] logE = new double[GUARDRAILS];
        for (Guardrail guardrail : Guardrail.values()) {
            int i = guardrail.index();
            logE[i] = logEHarm(guardrail);
            logEHarmMost[i] = Math.max(logEHarmMost[i], logE[i]);
        }
        logCombinedMost = Math.max(logCombinedMost, budget.logCombined(logE));
    }

    private void noteData(long slot, ArmCounts fromControl, ArmCounts fromCandidate) {
        for (Guardrail guardrail : Guardrail.values()) {
            long inControl = units(guardrail, fromControl);
            long inCandidate = units(guardrail, fromCandidate);
            seen[guardrail.index()] |= inControl > 0 || inCandidate > 0;
            if (inControl > 0 && inCandidate > 0) {
                lastSlots[guardrail.index()] = slot;
            }
        }
    }

    private static long units(Guardrail guardrail, ArmCounts counts) {
        return switch (guardrail) {
            case ERRORS -> counts.requests();
            case LATENCY_P50, LATENCY_P95 -> counts.witnessLatencyNanos().total();
            case COST -> counts.witnessCostPicoUsd().total();
            case CLASSES -> counts.classes().total();
        };
    }

    double logEHarm(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS -> errors.logEHarm();
            case LATENCY_P50 -> latencyP50.logEHarm();
            case LATENCY_P95 -> latencyP95.logEHarm();
            case COST -> cost.logEHarm();
            case CLASSES -> classes.logEHarm();
        };
    }

    double logESafe(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS -> errors.logESafe();
            case LATENCY_P50 -> latencyP50.logESafe();
            case LATENCY_P95 -> latencyP95.logESafe();
            case COST -> cost.logESafe();
            case CLASSES -> classes.logESafe();
        };
    }

    /** The events behind a guardrail, all slots together. */
    EventTable tally(Guardrail guardrail) {
        return switch (guardrail) {
            case ERRORS -> errors.tally();
            case LATENCY_P50 -> latencyP50.tally();
            case LATENCY_P95 -> latencyP95.tally();
            case COST -> cost.tally();
            case CLASSES -> classes.tally(classes.mostShifted());
        };
    }

    /** The relative margin that is really tested for latency and cost. */
    double effectiveMargin(Guardrail guardrail) {
        return switch (guardrail) {
            case LATENCY_P50 -> latencyP50.effectiveMargin();
            case LATENCY_P95 -> latencyP95.effectiveMargin();
            case COST -> cost.effectiveMargin();
            case ERRORS, CLASSES -> 0;
        };
    }

    /** The greatest e-value for harm that this guardrail ever reached, as a logarithm. */
    double logEHarmMost(Guardrail guardrail) {
        return logEHarmMost[guardrail.index()];
    }

    /** The greatest combined e-value ever reached, as a logarithm. */
    double logCombinedMost() {
        return logCombinedMost;
    }

    ErrorBudget budget() {
        return budget;
    }

    /** The last slot in which both arms had data for this guardrail; -1 before the first. */
    long lastSlot(Guardrail guardrail) {
        return lastSlots[guardrail.index()];
    }

    /** Whether either arm ever had data for this guardrail. */
    boolean seen(Guardrail guardrail) {
        return seen[guardrail.index()];
    }

    int mostShiftedClass() {
        return classes.mostShifted();
    }

    Seen seenOfControl() {
        return control;
    }

    Seen seenOfCandidate() {
        return candidate;
    }

    void write(StateWriter out) {
        errors.write(out);
        latencyP50.write(out);
        latencyP95.write(out);
        cost.write(out);
        classes.write(out);
        latencyPast.write(out);
        costPast.write(out);
        for (int i = 0; i < GUARDRAILS; i++) {
            out.writeDouble(logEHarmMost[i]);
            out.writeLong(lastSlots[i]);
            out.writeLong(seen[i] ? 1 : 0);
        }
        out.writeDouble(logCombinedMost);
        for (Seen arm : new Seen[] {control, candidate}) {
            out.writeHistogram(arm.latencyNanos());
            out.writeHistogram(arm.costPicoUsd());
        }
    }

    void read(StateReader in) {
        errors.read(in);
        latencyP50.read(in);
        latencyP95.read(in);
        cost.read(in);
        classes.read(in);
        latencyPast.read(in);
        costPast.read(in);
        for (int i = 0; i < GUARDRAILS; i++) {
            logEHarmMost[i] = in.readDouble();
            lastSlots[i] = in.readLong();
            seen[i] = in.readLong() != 0;
        }
        logCombinedMost = in.readDouble();
        control = new Seen(in.readHistogram(), in.readHistogram());
        candidate = new Seen(in.readHistogram(), in.readHistogram());
    }
}
