package io.bellwether.statistics;

import java.util.Arrays;

/**
 * Shiryaev and Roberts' statistic for several alternatives, window by window, and its one-off sibling.
 *
 * <p>A window multiplies alternative {@code k} by {@code e_k >= 0} whose mean is at most one, given the past, while nothing
 * has changed. <b>Watching</b> for a change at an unknown time, {@code M_k <- (M_k + 1) e_k}, starting at 0: the mean over
 * {@code k} less the number of windows has no upward drift, so the mean number of windows until it first reaches {@code A}
 * is at least {@code A} while nothing changes, however windows depend on each other. <b>Judging</b> from the start,
 * {@code M_k <- M_k e_k}, starting at 1: an e-process, reaching {@code 1/alpha} ever with a chance of at most
 * {@code alpha}.
 *
 * <p><b>Regimes.</b> After a change, the delay is about {@code (ln A + ln K)/KL} with the nearest alternative's information;
 * the time before the change costs nothing when watching.
 *
 * <p><b>The start of a change</b> is estimated by the strongest alternative: the window after which its own sum of
 * logarithms was last at its least.
 *
 * <p><b>Source.</b> Shin, Ramdas and Rinaldo, "E-detectors" (2024). <b>Cost.</b> Two logarithms an alternative. Not
 * thread-safe.
 */
final class ChangeMixture {
    private final boolean watching;
    private final double[] logValues;
    private final double[] sinceLeast;
    private final long[] starts;
    private long windows;

    ChangeMixture(int alternatives, boolean watching) {
        this.watching = watching;
        this.logValues = new double[alternatives];
        this.sinceLeast = new double[alternatives];
        this.starts = new long[alternatives];
        if (watching) {
            Arrays.fill(logValues, Double.NEGATIVE_INFINITY);
        }
    }

    /** Adds a window by the logarithms of its factors, none of them NaN. */
    void add(double[] logFactors) {
        for (int k = 0; k < logValues.length; k++) {
            if (sinceLeast[k] <= 0) {
                sinceLeast[k] = 0;
                starts[k] = windows;
            }
            sinceLeast[k] += logFactors[k];
            logValues[k] = logFactors[k] + (watching ? logPlusOne(logValues[k]) : logValues[k]);
        }
        windows++;
    }

    /** The logarithm of the mean over the alternatives. */
    double logValue() {
        double[] logWeights = new double[logValues.length];
        Arrays.fill(logWeights, -Math.log(logValues.length));
        return LogSpace.logWeightedSum(logWeights, logValues);
    }

    /** The alternative with the greatest value. */
    int strongest() {
        int strongest = 0;
        for (int k = 1; k < logValues.length; k++) {
            strongest = logValues[k] > logValues[strongest] ? k : strongest;
        }
        return strongest;
    }

    /** The number, from 0, of the first window after the change, as the strongest alternative sees it. */
    long start() {
        return starts[strongest()];
    }

    long windows() {
        return windows;
    }

    void write(StateWriter out) {
        out.writeLong(windows);
        out.writeDoubles(logValues);
        out.writeDoubles(sinceLeast);
        for (long start : starts) {
            out.writeLong(start);
        }
    }

    void read(StateReader in) {
        windows = in.readLong();
        double[] values = in.readDoubles(logValues.length);
        double[] sums = in.readDoubles(sinceLeast.length);
        System.arraycopy(values, 0, logValues, 0, values.length);
        System.arraycopy(sums, 0, sinceLeast, 0, sums.length);
        for (int k = 0; k < starts.length; k++) {
            starts[k] = in.readLong();
        }
    }

    private static double logPlusOne(double logValue) {
        return logValue > 0 ? logValue + Math.log1p(Math.exp(-logValue)) : Math.log1p(Math.exp(logValue));
    }
}
