package io.bellwether.statistics;

/**
 * Evidence that the candidate's outputs (or inputs) are distributed otherwise than the control's, over frozen bins, while
 * everything may drift, season and correlate over time as it likes.
 *
 * <p>The router's coin is known: a unit is the candidate's with probability {@code pi}, so if both versions behave alike,
 * the chance that a unit found in bin {@code b} is the candidate's is {@code pi} as well, whatever the distribution over
 * the bins is at that moment. Under alternative {@code k} it is {@code pi w_k(b)/(pi w_k(b) + 1 - pi)}. With counts
 * {@code c} of the candidate and {@code s} of the control, a window's factor is
 * <pre>  ln e_k = sum_b [ c(b) ln w_k(b) - (c(b) + s(b)) ln(1 + pi (w_k(b) - 1)) ]</pre>
 * whose mean is one, given the past. {@link ChangeMixture} makes of it either a detector with a mean number of windows
 * between false alarms (alarm at {@code ln A}), or an e-process for one verdict (at {@code ln(1/alpha)}).
 *
 * <p><b>It takes for granted</b> a coin for every unit. Users that stick to a version are one unit each. A window is of one
 * {@code pi}; when the share changes, begin a new window. Where input is compared, this must <em>not</em> find anything:
 * it is a check of the router.
 *
 * <p><b>Regimes.</b> A window without units, or with a single bin in use, multiplies by nearly one. Lost telemetry of one
 * arm looks like a change in every bin at once; {@link SampleRatioEvidence} tells the two apart.
 *
 * <p><b>Cost.</b> Two multiplications a bin and alternative, two more logarithms for each when the share changes, and two
 * logarithms an alternative. State: three numbers an
 * alternative. Counts are whole, so windows may be put together of workers' counts in any order. Not thread-safe.
 */
public final class PairedDetector {
    private final BinAlternatives alternatives;
    private final ChangeMixture mixture;

    /** Of each alternative and bin {@code ln(1 + pi (w - 1))}, for the share that was last asked for. */
    private final double[][] logMeans;

    private double shareOfMeans = Double.NaN;

    private PairedDetector(BinAlternatives alternatives, boolean watching) {
        this.alternatives = alternatives;
        this.logMeans = new double[alternatives.size()][alternatives.bins()];
        this.mixture = new ChangeMixture(alternatives.size(), watching);
    }

    /** Watches for a change at any time: at {@code ln A} there are {@code A} windows or more between false alarms. */
    public static PairedDetector watching(BinAlternatives alternatives) {
        return new PairedDetector(alternatives, true);
    }

    /** Judges a difference from the start: an e-process. */
    public static PairedDetector judging(BinAlternatives alternatives) {
        return new PairedDetector(alternatives, false);
    }

    /**
     * Adds a window.
     *
     * @param control counts of the control, one a bin
     * @param candidate counts of the candidate, one a bin
     * @param share {@code pi}, the chance of a unit to be the candidate's, strictly between 0 and 1
     */
    public void add(long[] control, long[] candidate, double share) {
        int bins = alternatives.bins();
        if (control.length != bins || candidate.length != bins || !(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "expected " + bins + " bins of either arm and a share strictly between 0 and 1," + " got "
                            + control.length + ", " + candidate.length + " and " + share);
        }
        for (int b = 0; b < bins; b++) {
            if (control[b] < 0 || candidate[b] < 0) {
                throw new IllegalArgumentException(
                        "bin " + b + " holds a negative count: " + control[b] + ", " + candidate[b]);
            }
        }
        prepare(share);
        double[] logFactors = new double[alternatives.size()];
        for (int k = 0; k < logFactors.length; k++) {
            for (int b = 0; b < bins; b++) {
                double all = (double) candidate[b] + control[b];
                logFactors[k] += candidate[b] * alternatives.logWeight(k, b) - all * logMeans[k][b];
            }
        }
        mixture.add(logFactors);
    }

    /** Shares seldom change from one window to the next, and logarithms are most of the work. */
    private void prepare(double share) {
        if (share == shareOfMeans) {
            return;
        }
        shareOfMeans = share;
        for (int k = 0; k < logMeans.length; k++) {
            for (int b = 0; b < logMeans[k].length; b++) {
                logMeans[k][b] = Math.log1p(share * Math.expm1(alternatives.logWeight(k, b)));
            }
        }
    }

    /**
     * The natural logarithm of the evidence: of the e-value when judging, 0 at the start; of the detector's statistic when
     * watching, minus infinity at the start.
     */
    public double logE() {
        return mixture.logValue();
    }

    /** What the strongest alternative says, for people. */
    public String strongest() {
        return alternatives.name(mixture.strongest());
    }

    /** The number, from 0, of the window in which the change seems to have begun. */
    public long start() {
        return mixture.start();
    }

    /** How many windows were added. */
    public long windows() {
        return mixture.windows();
    }

    public void write(StateWriter out) {
        mixture.write(out);
    }

    /** Takes the place of the detector with the same alternatives that was written. */
    public void read(StateReader in) {
        mixture.read(in);
    }
}
