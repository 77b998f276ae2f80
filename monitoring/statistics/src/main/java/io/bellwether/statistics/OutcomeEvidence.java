package io.bellwether.statistics;

import java.util.Arrays;

/**
 * Evidence about the <em>mean</em> of a number that an application tells of a request later (revenue, a click, seconds of
 * dwell), for numbers with declared bounds and whatever distribution between them.
 *
 * <p>A number is turned into a loss {@code x} from 0, the best bound, to 1, the worst; the margin {@code m} is one of these
 * losses. Control and candidate get a request with the same chance, so with an expectation {@code c} that is fixed before the
 * slot, the mean loss of control's earlier slots,
 * <pre>  candidate: Z = 2 (x - m - c)      control: Z = -2 (x - c)      E[Z | past] = mu1 - m - mu0</pre>
 * {@link BoundedBetting} on Z is <b>evidence of harm</b> against "the candidate's mean is worse by at most {@code m}", on -Z
 * <b>evidence against harm</b>, against "by at least {@code m}", in every slot. Bounds:
 * {@code Z >= -2 max(c + m, 1 - c)} and {@code -Z >= -2 max(1 - m - c, c)}.
 *
 * <p>A number beyond a bound counts as the bound: then the hypothesis is about the mean of the numbers so cut.
 *
 * <p><b>It takes for granted</b> that every number is of either arm with the same chance, given the past: requests are drawn
 * one by one, and whether a number comes does not depend on the version. Where that may be, test it with
 * {@link SampleRatioEvidence} on how many came. When one arm falls silent, coin or telemetry are broken, so it stops
 * betting while the numbers so far end in a run of one arm that the coin would produce less than once in a million.
 *
 * <p><b>No single moment decides</b>: a slot raises the evidence for harm at most by a factor of e^2. <b>Cost.</b> See
 * {@link BoundedBetting}; two of them. Not thread-safe.
 */
public final class OutcomeEvidence {
    private static final double LOG_SLOT_MAX = 2;
    private static final double SHARE = 0.5;
    private static final double LEAST_BOUND = -1e-100;

    private final Scale scale;
    private final double margin;
    private final BoundedBetting harm;
    private final BoundedBetting safe;
    private final ArmSilence silence = new ArmSilence();
    private long controlCount;
    private double controlMean;
    private long candidateCount;
    private double candidateMean;

    /**
     * What the numbers are like.
     *
     * @param least declared lower bound
     * @param most declared upper bound, above it
     * @param higherIsBetter whether more is better, else less is
     */
    public record Scale(double least, double most, boolean higherIsBetter) {
        public Scale {
            if (!(Double.isFinite(most - least) && least < most)) {
                throw new IllegalArgumentException(
                        "outcomes need finite bounds, the lower one first, got " + least + " and " + most);
            }
        }

        /** From 0, the best, to 1, the worst. */
        double loss(double value) {
            double place = Math.max(0, Math.min(1, (value - least) / (most - least)));
            return higherIsBetter ? 1 - place : place;
        }

        double value(double loss) {
            return least + (most - least) * (higherIsBetter ? 1 - loss : loss);
        }
    }

    /**
     * @param margin how much worse the candidate's mean may be without harm, in the unit of the numbers, at least 0 and less
     *     than their range
     * @param alpha level that harm is bet for, between 0 and 1
     * @param beta level that safety is bet for, between 0 and 1
     */
    public OutcomeEvidence(Scale scale, double margin, double alpha, double beta) {
        double ofRange = margin / (scale.most() - scale.least());
        if (!(ofRange >= 0 && ofRange < 1)) {
            throw new IllegalArgumentException(
                    "a margin is at least 0 and less than the range of the outcomes, got " + margin + " for " + scale);
        }
        this.scale = scale;
        this.margin = ofRange;
        this.harm = new BoundedBetting(alpha, LOG_SLOT_MAX);
        this.safe = new BoundedBetting(beta, Double.POSITIVE_INFINITY);
    }

    /**
     * Adds the numbers of one slot, in any order.
     *
     * @throws IllegalArgumentException if one is NaN
     */
    public void add(double[] control, double[] candidate) {
        double[] losses = losses(control, candidate);
        if (losses.length == 0) {
            return;
        }
        if (controlCount > 0 && !silence.isSilent()) {
            bet(losses, control.length);
        }
        silence.note(control.length, candidate.length, SHARE);
        for (int i = 0; i < control.length; i++) {
            controlCount++;
            controlMean += (losses[i] - controlMean) / controlCount;
        }
        for (int i = control.length; i < losses.length; i++) {
            candidateCount++;
            candidateMean += (losses[i] - candidateMean) / candidateCount;
        }
    }

    /** Those of control first, each arm in rising order, so that sums do not depend on the order in which they came. */
    private double[] losses(double[] control, double[] candidate) {
        double[] losses = new double[control.length + candidate.length];
        for (int i = 0; i < losses.length; i++) {
            double value = i < control.length ? control[i] : candidate[i - control.length];
            if (Double.isNaN(value)) {
                throw new IllegalArgumentException("an outcome is not a number");
            }
            losses[i] = scale.loss(value);
        }
        Arrays.sort(losses, 0, control.length);
        Arrays.sort(losses, control.length, losses.length);
        return losses;
    }

    private void bet(double[] losses, int ofControl) {
        double expected = controlMean;
        double[] worse = new double[losses.length];
        for (int i = 0; i < losses.length; i++) {
            worse[i] = i < ofControl ? -2 * (losses[i] - expected) : 2 * (losses[i] - margin - expected);
        }
        harm.add(worse, Math.min(LEAST_BOUND, -2 * Math.max(expected + margin, 1 - expected)));
        for (int i = 0; i < worse.length; i++) {
            worse[i] = -worse[i];
        }
        safe.add(worse, Math.min(LEAST_BOUND, -2 * Math.max(1 - margin - expected, expected)));
    }

    /** The natural logarithm of the e-value for harm. */
    public double logEHarm() {
        return harm.logE();
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        return safe.logE();
    }

    /** Numbers of the control so far. */
    public long controlCount() {
        return controlCount;
    }

    /** Numbers of the candidate so far. */
    public long candidateCount() {
        return candidateCount;
    }

    /** Mean of the control's numbers within the bounds, for display; 0 without any. */
    public double controlValue() {
        return controlCount == 0 ? 0 : scale.value(controlMean);
    }

    /** Mean of the candidate's numbers within the bounds, for display; 0 without any. */
    public double candidateValue() {
        return candidateCount == 0 ? 0 : scale.value(candidateMean);
    }

    public void write(StateWriter out) {
        harm.write(out);
        safe.write(out);
        silence.write(out);
        out.writeLong(controlCount);
        out.writeDouble(controlMean);
        out.writeLong(candidateCount);
        out.writeDouble(candidateMean);
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        harm.read(in);
        safe.read(in);
        silence.read(in);
        controlCount = in.readLong();
        controlMean = in.readDouble();
        candidateCount = in.readLong();
        candidateMean = in.readDouble();
    }
}
