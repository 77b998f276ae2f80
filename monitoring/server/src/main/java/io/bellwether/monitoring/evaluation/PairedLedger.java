package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.PairedEvidence;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;

/**
 * The sequential tests of one question about pairs of answers. As in {@link GuardrailLedger} harm is judged by the greatest
 * e-value ever reached, and safety by the one of now. Not thread-safe.
 */
final class PairedLedger {
    private final PairedEvidence harm;
    private final PairedEvidence safe;
    private AnswerPairs seen = AnswerPairs.NONE;
    private double logEHarmMost;

    /**
     * @param harmMargin share of the pairs by which the candidate may be wrong more often without harm
     * @param safeMargin share of the pairs by which it may be wrong more often and still be safe
     */
    PairedLedger(double harmMargin, double safeMargin) {
        harm = new PairedEvidence(harmMargin);
        safe = new PairedEvidence(safeMargin);
    }

    void add(AnswerPairs pairs) {
        seen = seen.plus(pairs);
        harm.add(pairs.byWrong());
        safe.add(pairs.byWrong());
        logEHarmMost = Math.max(logEHarmMost, harm.logEHarm());
    }

    double logEHarm() {
        return harm.logEHarm();
    }

    double logESafe() {
        return safe.logESafe();
    }

    double logEHarmMost() {
        return logEHarmMost;
    }

    /** All pairs so far. */
    AnswerPairs seen() {
        return seen;
    }

    void write(StateWriter out) {
        harm.write(out);
        safe.write(out);
        seen.write(out);
        out.writeDouble(logEHarmMost);
    }

    void read(StateReader in) {
        harm.read(in);
        safe.read(in);
        seen = AnswerPairs.read(in);
        logEHarmMost = in.readDouble();
    }
}
