package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.SampleRatioEvidence;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;

/**
 * Whether the compared arms get as many observations as the plan says: equally many, at every weight. If not, requests or
 * their counts are lost on one side, and no comparison of the arms means anything, in either direction.
 *
 * <p><b>Evidence.</b> {@link SampleRatioEvidence} gives a factor for each slot whose mean, given the past, is at most one
 * under the plan. Half of what was won so far is bet on it, and a slot wins at most a factor of e^2:
 * <pre>  E <- E (1 + min(factor, 2 e^2 - 1)) / 2</pre>
 * which stays an e-process, because a smaller factor has no larger mean. So no single moment decides, such as the second in
 * which one gateway knows of a ready candidate and another does not yet; at a level of 0.1 % it takes four slots. A slot
 * that fits loses at most ln 2, so what a moment did is soon forgotten. Where the evidence of a slot is small it grows three
 * quarters as fast as in full.
 *
 * <p><b>What is left out.</b> A slot in which one arm got nothing and the other ten requests or more. While the candidate
 * is ready nowhere the stable version serves its share, which is no evidence either way. Both arms have the same share, so
 * leaving out the extremes on both sides alike only makes what is left more even.
 *
 * <p><b>Units</b> are whatever was assigned one by one: requests, or the first requests of clients where the split is by
 * client.
 *
 * <p>What was ever shown stays shown: the evidence of that time is in every e-value since. Not thread-safe.
 */
final class SplitCheck {
    /** Chance to call a sound comparison invalid, over the whole rollout and all evidence about it. */
    static final double ALPHA = 0.001;

    private static final double EQUAL_SHARE = 0.5;
    private static final double LOG_SLOT_MAX = 2;
    private static final long ABSENT_MIN = 10;

    private final SampleRatioEvidence evidence =
            new SampleRatioEvidence(SampleRatioEvidence.CONCENTRATION, EQUAL_SHARE, EQUAL_SHARE);
    private final Unit unit;
    private long control;
    private long candidate;
    private double logE;
    private double logEMost;

    SplitCheck(Unit unit) {
        this.unit = unit;
    }

    void add(Assigned assigned) {
        long least = Math.min(assigned.control(), assigned.candidate());
        long most = Math.max(assigned.control(), assigned.candidate());
        if (most == 0 || (least == 0 && most >= ABSENT_MIN)) {
            return;
        }
        double before = evidence.logE();
        evidence.add(assigned.control(), assigned.candidate());
        double logFactor = evidence.logE() - before;
        logE += Math.min(LOG_SLOT_MAX, log1pExp(logFactor) - Math.log(2));
        logEMost = Math.max(logEMost, logE);
        control += assigned.control();
        candidate += assigned.candidate();
    }

    /** Whether the split was ever shown to be another than planned. */
    boolean isInvalid() {
        return logEMost >= logLevel();
    }

    /** The greatest evidence ever reached, as a natural logarithm. */
    double logEMost() {
        return logEMost;
    }

    double logLevel() {
        return -Math.log(ALPHA * unit.budgetShare());
    }

    /** What was counted, of slots that speak for the split. */
    Assigned counted() {
        return new Assigned(control, candidate);
    }

    /** One sentence for people. */
    String sentence() {
        return "the comparison is invalid: control got " + control + " " + unit.plural()
                + " of the compared arms and the candidate " + candidate
                + ", which the plan gives as many; requests or counts of one arm are lost or come twice, so"
                + " nothing is promoted: find out which, end this rollout and start another";
    }

    void write(StateWriter out) {
        evidence.write(out);
        out.writeLong(control);
        out.writeLong(candidate);
        out.writeDouble(logE);
        out.writeDouble(logEMost);
    }

    void read(StateReader in) {
        evidence.read(in);
        control = in.readLong();
        candidate = in.readLong();
        logE = in.readDouble();
        logEMost = in.readDouble();
    }

    private static double log1pExp(double value) {
        return Math.max(0, value) + Math.log1p(Math.exp(-Math.abs(value)));
    }
}
