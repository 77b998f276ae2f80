package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ErrorBudget;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * The error budget of a rollout, and how much of it the evidence of harm has spent: that of the guardrails of the whole
 * traffic and that of the declared slices. All slices have {@link SlicePlan#weight} together, in equal parts; within a slice
 * errors, timeouts and latency have parts like their weights in the whole. A mean of e-processes is one, so a slice more
 * costs the others a logarithm and no level. Not thread-safe.
 */
final class HarmBudget {
    private final ErrorBudget budget;
    private final GuardrailLedger whole;
    private final List<SliceLedger> slices = new ArrayList<>();
    private final double[] logE;
    private double logCombinedMost;

    HarmBudget(RolloutPlan plan, EvaluationSettings settings, GuardrailLedger whole) {
        this.whole = whole;
        int guardrails = Guardrail.values().length;
        int guarded = SliceLedger.GUARDED.size();
        double[] weights =
                new double[guardrails + guarded * plan.slices().names().size()];
        double[] ofWhole = plan.margins().weights().toArray();
        double inSlice = 0;
        for (Guardrail guardrail : SliceLedger.GUARDED) {
            inSlice += ofWhole[guardrail.index()];
        }
        for (int i = 0; i < guardrails; i++) {
            weights[i] = ofWhole[i] * (1 - plan.slices().weight());
        }
        for (int i = guardrails; i < weights.length; i++) {
            Guardrail guardrail = SliceLedger.GUARDED.get((i - guardrails) % guarded);
            weights[i] = plan.slices().weight() / plan.slices().names().size() * ofWhole[guardrail.index()] / inSlice;
        }
        budget = new ErrorBudget(plan.margins().alpha(), weights);
        logE = new double[weights.length];
        boolean drawn = plan.conduct().unit() instanceof Unit.Request;
        plan.slices().names().forEach(name -> slices.add(new SliceLedger(plan.margins(), drawn, settings)));
    }

    /** Adds what one slot counted of the slices. Call {@link #note} when the whole has it, too. */
    void addSlices(SlotCounts counts) {
        for (int place = 0; place < slices.size(); place++) {
            SliceLedger slice = slices.get(place);
            slice.add(
                    counts.slot(),
                    counts.control().slice(place),
                    counts.candidate().slice(place));
            for (StableTable table : counts.stable()) {
                slice.addStable(counts.slot(), table.share(), table.slice(place));
            }
        }
    }

    /** Remembers how much the evidence has spent by now. */
    void note() {
        for (Guardrail guardrail : Guardrail.values()) {
            logE[guardrail.index()] = whole.logEHarm(guardrail);
        }
        int next = Guardrail.values().length;
        for (SliceLedger slice : slices) {
            for (Guardrail guardrail : SliceLedger.GUARDED) {
                logE[next++] = slice.logEHarm(guardrail);
            }
        }
        logCombinedMost = Math.max(logCombinedMost, budget.logCombined(logE));
    }

    /** Whether the evidence has ever spent the budget. */
    boolean isSpent() {
        return logCombinedMost >= budget.logLevel();
    }

    /** The greatest combined e-value ever reached, as a natural logarithm. */
    double logCombinedMost() {
        return logCombinedMost;
    }

    double logLevel() {
        return budget.logLevel();
    }

    /** Whether a guardrail of the whole traffic ever spent its share alone. */
    boolean isHarmed(Guardrail guardrail) {
        return budget.alone(guardrail.index(), whole.logEHarmMost(guardrail));
    }

    /** Whether a guardrail of a slice ever spent its share alone. */
    boolean isHarmed(int place, Guardrail guardrail) {
        return budget.alone(index(place, guardrail), slices.get(place).logEHarmMost(guardrail));
    }

    /** The slices by place. */
    List<SliceLedger> slices() {
        return slices;
    }

    /** Share of the error budget of a guardrail of a slice. */
    double weightOf(int place, Guardrail guardrail) {
        return budget.weight(index(place, guardrail));
    }

    private static int index(int place, Guardrail guardrail) {
        return Guardrail.values().length + place * SliceLedger.GUARDED.size() + SliceLedger.GUARDED.indexOf(guardrail);
    }

    void write(StateWriter out) {
        slices.forEach(slice -> slice.write(out));
        out.writeDouble(logCombinedMost);
    }

    void read(StateReader in) {
        slices.forEach(slice -> slice.read(in));
        logCombinedMost = in.readDouble();
    }
}
