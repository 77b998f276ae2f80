package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.ExceedanceEvidence;
import io.bellwether.statistics.FaultEvidence;
import io.bellwether.statistics.LateOnsets;
import io.bellwether.statistics.LogHistogram;
import io.bellwether.statistics.PastDistribution;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.List;

/**
 * The sequential tests of one declared slice: errors, timeouts and the 95th percentile of latency, with the margins of the
 * whole traffic and tables of its own. A slice is thin, so its slots are pooled for longer; when a table is closed depends on
 * how many requests there were and never on what became of them. Not thread-safe.
 */
final class SliceLedger {
    /** What is guarded in a slice, in the order of the state. */
    static final List<Guardrail> GUARDED = List.of(Guardrail.ERRORS, Guardrail.TIMEOUTS, Guardrail.LATENCY_P95);

    private static final double LATENCY_QUANTILE = 0.95;
    private static final int BATCH_SLOTS_MAX = 60;
    private static final int BATCH_REQUESTS_MIN = 10;

    private final SlotBatch batch;
    private final StableBatch stable = new StableBatch(BATCH_REQUESTS_MIN, BATCH_SLOTS_MAX);
    private final FaultEvidence errors;
    private final FaultEvidence timeouts;
    private final ExceedanceEvidence latency;
    private final PastDistribution latencyPast = new PastDistribution(LogHistogram.EMPTY, LATENCY_QUANTILE);
    private final LateOnsets onsets = LateOnsets.everyTenMinutes();
    private final double[] logEHarm = new double[GUARDED.size()];
    private final double[] logEHarmMost = new double[GUARDED.size()];

    SliceLedger(Margins margins, boolean drawn, EvaluationSettings settings) {
        batch = new SlotBatch(new EvaluationSettings(settings.freshSlotsMax(), BATCH_SLOTS_MAX, BATCH_REQUESTS_MIN));
        errors = GuardrailLedger.faults(margins, drawn);
        timeouts = FaultEvidence.ofShares(
                margins.rare().timeoutRatio(), margins.rare().timeoutFloor());
        latency = new ExceedanceEvidence(LATENCY_QUANTILE, margins.latencyP95());
    }

    /** Adds what one slot counted of this slice. */
    void add(long slot, ArmCounts control, ArmCounts candidate) {
        batch.add(slot, control, candidate, this::addTable);
    }

    /** Adds what one slot counted of the candidate's own failures against those of all of the stable version. */
    void addStable(long slot, int share, EventTable table) {
        stable.add(slot, share, table, this::addReference);
    }

    private void addReference(EventTable table) {
        errors.addReference(table);
        weigh();
    }

    /** The same tables together, for display. */
    EventTable stableTally() {
        return errors.referenceTally();
    }

    private void addTable(long slot, ArmCounts control, ArmCounts candidate) {
        onsets.due(slot).ifPresent(this::beginAgain);
        errors.add(new EventTable(control.requests(), control.failures(), candidate.requests(), candidate.failures()));
        timeouts.add(new EventTable(
                control.requests(),
                control.faults().timeouts(),
                candidate.requests(),
                candidate.faults().timeouts()));
        latency.add(latencyPast, control.witnessLatencyNanos(), candidate.witnessLatencyNanos());
        latencyPast.add(slot, control.witnessLatencyNanos());
        weigh();
    }

    private void beginAgain(double logStake) {
        errors.beginAgain(logStake);
        timeouts.beginAgain(logStake);
        latency.beginAgain(logStake);
    }

    private void weigh() {
        for (int i = 0; i < logEHarm.length; i++) {
            logEHarm[i] = harmNow(GUARDED.get(i));
            logEHarmMost[i] = Math.max(logEHarmMost[i], logEHarm[i]);
        }
    }

    private double harmNow(Guardrail guardrail) {
        return onsets.logE(
                guardrail == Guardrail.LATENCY_P95
                        ? latency.logEHarm()
                        : fault(guardrail).logEHarm());
    }

    private FaultEvidence fault(Guardrail guardrail) {
        return guardrail == Guardrail.ERRORS ? errors : timeouts;
    }

    /** Evidence of harm now, as a natural logarithm. */
    double logEHarm(Guardrail guardrail) {
        return logEHarm[GUARDED.indexOf(guardrail)];
    }

    /** The greatest evidence of harm ever reached. */
    double logEHarmMost(Guardrail guardrail) {
        return logEHarmMost[GUARDED.indexOf(guardrail)];
    }

    /** Evidence against harm, for people: nothing waits for it. */
    double logESafe(Guardrail guardrail) {
        return guardrail == Guardrail.LATENCY_P95
                ? latency.logESafe()
                : fault(guardrail).logESafe();
    }

    /** The events behind a guardrail, all tables together. */
    EventTable tally(Guardrail guardrail) {
        return guardrail == Guardrail.LATENCY_P95
                ? latency.tally()
                : fault(guardrail).tally();
    }

    /** The relative margin on latency that is really tested. */
    double latencyMargin() {
        return latency.effectiveMargin();
    }

    void write(StateWriter out) {
        batch.write(out);
        stable.write(out);
        errors.write(out);
        timeouts.write(out);
        latency.write(out);
        latencyPast.write(out);
        onsets.write(out);
        out.writeDoubles(logEHarmMost);
    }

    void read(StateReader in) {
        batch.read(in);
        stable.read(in);
        errors.read(in);
        timeouts.read(in);
        latency.read(in);
        latencyPast.read(in);
        onsets.read(in);
        System.arraycopy(in.readDoubles(logEHarmMost.length), 0, logEHarmMost, 0, logEHarmMost.length);
        weigh();
    }
}
