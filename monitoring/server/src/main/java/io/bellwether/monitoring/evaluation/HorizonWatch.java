package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Whether a rollout is past its horizon, and the smallest harm that its traffic would have shown until then. Both are noted
 * with the slot that passes the horizon, so that they are the same whenever it is read again. Not thread-safe.
 */
final class HorizonWatch {
    private static final int SECONDS_PER_MINUTE = 60;

    private final Horizon horizon;
    private final SmallestEffects smallest;
    private final double[] effects = new double[Guardrail.values().length];
    private long firstSlot = -1;
    private boolean passed;

    HorizonWatch(RolloutPlan plan, GuardrailLedger ledger) {
        this.horizon = plan.conduct().horizon();
        this.smallest = new SmallestEffects(plan, ledger);
    }

    /** A slot was added to the evidence. */
    void note(long slot) {
        firstSlot = firstSlot < 0 ? slot : firstSlot;
        if (!passed && horizon.seconds() > 0 && slot - firstSlot >= horizon.seconds()) {
            passed = true;
            for (Guardrail guardrail : Guardrail.values()) {
                effects[guardrail.index()] = smallest.of(guardrail);
            }
        }
    }

    boolean isPassed() {
        return passed;
    }

    Horizon horizon() {
        return horizon;
    }

    /** The smallest harm that would have been seen at the horizon; 0 before it. */
    double smallestEffect(Guardrail guardrail) {
        return effects[guardrail.index()];
    }

    /** What was and was not seen, for people. */
    String sentence(List<Guardrail> undecided) {
        String seen = undecided.stream()
                .map(guardrail -> SmallestEffects.text(guardrail, smallestEffect(guardrail)))
                .collect(Collectors.joining(", "));
        String until = horizon.seconds() % SECONDS_PER_MINUTE == 0
                ? horizon.seconds() / SECONDS_PER_MINUTE + " min"
                : horizon.seconds() + " s";
        return "inconclusive at its horizon of " + until + ": no harm was shown, and safety is not shown for "
                + undecided.stream().map(Guardrail::label).collect(Collectors.joining(", "))
                + "; the smallest harm seen with a chance of 90 % by then: " + seen;
    }

    void write(StateWriter out) {
        out.writeLong(firstSlot);
        out.writeLong(passed ? 1 : 0);
        out.writeDoubles(effects);
    }

    void read(StateReader in) {
        firstSlot = in.readLong();
        passed = in.readLong() != 0;
        System.arraycopy(in.readDoubles(effects.length), 0, effects, 0, effects.length);
    }
}
