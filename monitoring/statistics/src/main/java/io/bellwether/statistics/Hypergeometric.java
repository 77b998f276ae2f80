package io.bellwether.statistics;

import java.util.Optional;

/**
 * The sums behind the conditional test: with {@code h(j) = C(n1,j) C(n0,k-j) / C(n1+n0,k)}, the central
 * hypergeometric probabilities, {@code logSum(r) = ln( sum_j h(j) r^j )}. It differs from the logarithm of
 * {@code Z(r) = sum_j C(n1,j) C(n0,k-j) r^j} by a constant that does not depend on {@code r}, so ratios of
 * {@code Z} are exact.
 *
 * <p><b>Regimes.</b> The terms rise to one mode and fall again. Summing starts next to the mode and walks both
 * ways until a term is lost in the sum, below 1e-16 of it. For rare events ({@code k} small) that is the whole range, at
 * most {@code k+1} terms; for common events in large arms it is about 18 standard deviations,
 * {@code 18 sqrt(n1 n0 k (N-k) / N^3)} terms: 6,400 at a million units in each arm with half of them events,
 * 210,000 at the greatest counts allowed. There is no approximation for large counts.
 *
 * <p><b>Shared terms.</b> Many odds ratios are asked of one table. Where at most 4,096 values of {@code j} are
 * possible, {@code h(j)/h(a)} is written down once, {@code a} being the mode at odds one, and a step of a walk
 * is two multiplications. Where more are possible, or a walk leaves what a double can hold relative to
 * {@code h(a)}, a step is the ratio of neighbouring terms, five multiplications and a division.
 *
 * <p><b>Accuracy.</b> Of walks by ratios the term at the start is evaluated by saddle-point expansion as in C.
 * Loader, "Fast and accurate computation of binomial probabilities" (2000): differences of huge log-factorials
 * never occur, so the error is a few units in the last place of the result. Shared terms are products of at
 * most 4,096 ratios, so that their sums are exact to 1e-12 of their size.
 *
 * <p>Not thread-safe: it remembers its last term.
 */
final class Hypergeometric {
    /** Greatest number of units in one arm of one table; more is no plausible slot and would cost too much. */
    static final long COUNT_MAX = 1L << 30;

    private static final double NEGLIGIBLE = 1e-18;
    /** Less than this part of a sum is lost in rounding when it is added to it: half a unit in the last place, at the least. */
    private static final double LOST = 0x1p-54;

    private static final double SHARED_MAX = 4096;
    /** Smaller shared terms are left at zero: products with them might lose digits. */
    private static final double SHARED_LEAST = 1e-290;

    private static final double HALF_LN_TWO_PI = 0.5 * Math.log(2 * Math.PI);
    private static final double[] STIRLING_ERRORS = stirlingErrors();

    private final double n1;
    private final double n0;
    private final double k;
    private final double least;
    private final double most;
    private final double p;
    private final double q;
    private final double atOddsOne;
    /** {@code h(least + i)/h(atOddsOne)}; empty where too many values are possible. */
    private final double[] shared;
    /** Whether none of them was left out. */
    private final boolean sharedWhole;

    /** The last term that was asked for: neighbouring odds ratios often share their mode. */
    private double lastTerm = -1;

    private double logLastTerm;
    private double logAtOddsOne = Double.NaN;

    /** The last margin that was asked for: evidence of harm and of safety have the same one. */
    private double lastMargin = Double.NaN;

    private double logLastMarginSum;

    /** The law of the candidate's events given the totals; empty for a table that is no evidence. */
    static Optional<Hypergeometric> of(EventTable table) {
        long n1 = table.candidateCount();
        long n0 = table.controlCount();
        long k = table.candidateEvents() + table.controlEvents();
        boolean evidence = n1 > 0 && n0 > 0 && n1 <= COUNT_MAX && n0 <= COUNT_MAX && k > 0 && k < n1 + n0;
        return evidence ? Optional.of(new Hypergeometric(n1, n0, k)) : Optional.empty();
    }

    /** Needs {@code 0 < n1, n0 <= COUNT_MAX} and {@code 0 < k < n1 + n0}. */
    Hypergeometric(long n1, long n0, long k) {
        this.n1 = n1;
        this.n0 = n0;
        this.k = k;
        this.least = Math.max(0, k - n0);
        this.most = Math.min(n1, k);
        this.p = this.k / (this.n1 + this.n0);
        this.q = (this.n1 + this.n0 - this.k) / (this.n1 + this.n0);
        this.atOddsOne = nearMode(1);
        this.shared = most - least < SHARED_MAX ? sharedTerms() : new double[0];
        this.sharedWhole = shared.length > 0 && shared[0] > 0 && shared[shared.length - 1] > 0;
    }

    private double[] sharedTerms() {
        double[] terms = new double[(int) (most - least) + 1];
        int middle = (int) (atOddsOne - least);
        terms[middle] = 1;
        for (int i = middle; i + 1 < terms.length && terms[i] > SHARED_LEAST; i++) {
            terms[i + 1] = terms[i] * rising(least + i);
        }
        for (int i = middle; i > 0 && terms[i] > SHARED_LEAST; i--) {
            terms[i - 1] = terms[i] / rising(least + i - 1);
        }
        return terms;
    }

    /** {@code h(j+1)/h(j)}. */
    private double rising(double j) {
        return (n1 - j) * (k - j) / ((j + 1) * (n0 - k + j + 1));
    }

    /** {@code ln( sum_j h(j) r^j )} for {@code r > 0}. */
    double logSum(double r) {
        return logSharedSum(r, Math.log(r)) + logAtOddsOne();
    }

    /**
     * The same but for a constant of this table, which costs less and cancels in every ratio; for whoever knows
     * {@code ln r}.
     */
    double logSharedSum(double r, double logR) {
        double start = nearMode(r);
        double sum = shared.length > 0 ? sharedSum(r, (int) (start - least)) : 0;
        return sum > 0 ? start * logR + Math.log(sum) : logWalkedSum(r, logR, start) - logAtOddsOne();
    }

    /** The same, remembered for whoever asks it of the same odds next. */
    double logMarginSum(double margin, double logMargin) {
        if (margin != lastMargin) {
            lastMargin = margin;
            logLastMarginSum = logSharedSum(margin, logMargin);
        }
        return logLastMarginSum;
    }

    /** {@code ln h(atOddsOne)}, which few need. */
    private double logAtOddsOne() {
        if (Double.isNaN(logAtOddsOne)) {
            logAtOddsOne = logProbability(atOddsOne);
        }
        return logAtOddsOne;
    }

    /**
     * The sum of {@code h(j)/h(atOddsOne) r^(j - start)}; zero if a term was left out. Both ways at once as long as
     * both go on: multiplications of one do not wait for those of the other. Terms fall on either side of the start, so where
     * one is lost in the sum of its side, all after it are, and the sum is the same to the last bit.
     */
    private double sharedSum(double r, int start) {
        double first = shared[start];
        double inverse = 1 / r;
        double negligibleUp = first * (sharedWhole ? LOST : NEGLIGIBLE);
        double negligibleDown = sharedWhole && start > 0 ? LOST * shared[start - 1] * inverse : NEGLIGIBLE * first;
        double sumUp = first;
        double sumDown = 0;
        double up = first;
        double down = first;
        double powerUp = 1;
        double powerDown = 1;
        int steps = 1;
        int both = Math.min(start, shared.length - 1 - start);
        // Two steps for one look at the terms: one that is lost changes nothing.
        for (; sharedWhole && steps < both && up > negligibleUp && down > negligibleDown; steps += 2) {
            powerUp *= r;
            powerDown *= inverse;
            sumUp += shared[start + steps] * powerUp;
            sumDown += shared[start - steps] * powerDown;
            powerUp *= r;
            powerDown *= inverse;
            up = shared[start + steps + 1] * powerUp;
            down = shared[start - steps - 1] * powerDown;
            sumUp += up;
            sumDown += down;
        }
        for (; steps <= both && up > negligibleUp && down > negligibleDown; steps++) {
            powerUp *= r;
            powerDown *= inverse;
            up = shared[start + steps] * powerUp;
            down = shared[start - steps] * powerDown;
            sumUp += up;
            sumDown += down;
        }
        for (int i = start + steps; i < shared.length && up > negligibleUp; i++) {
            powerUp *= r;
            up = shared[i] * powerUp;
            sumUp += up;
        }
        for (int i = start - steps; i >= 0 && down > negligibleDown; i--) {
            powerDown *= inverse;
            down = shared[i] * powerDown;
            sumDown += down;
        }
        return up == 0 || down == 0 ? 0 : sumUp + sumDown;
    }

    private double logWalkedSum(double r, double logR, double start) {
        double sum = 1;
        double term = 1;
        for (double j = start; j < most && term > NEGLIGIBLE * sum; j++) {
            term *= r * (n1 - j) * (k - j) / ((j + 1) * (n0 - k + j + 1));
            sum += term;
        }
        term = 1;
        for (double j = start; j > least && term > NEGLIGIBLE * sum; j--) {
            term *= j * (n0 - k + j) / (r * (n1 - j + 1) * (k - j + 1));
            sum += term;
        }
        return logProbability(start) + start * logR + Math.log(sum);
    }

    /** {@code ln h(j)}. */
    double logProbability(double j) {
        if (j != lastTerm) {
            lastTerm = j;
            logLastTerm = logBinomial(j, n1, p, q) + logBinomial(k - j, n0, p, q) - logBinomial(k, n1 + n0, p, q);
        }
        return logLastTerm;
    }

    /** The root of {@code t(j+1) = t(j)}, near enough, as a whole number within the range. */
    private double nearMode(double r) {
        double a = 1 - r;
        double b = n0 - k + r * (n1 + k);
        double c = r * n1 * k;
        double root = Math.sqrt(Math.max(0, b * b + 4 * a * c));
        double j = b < 0 ? (root - b) / (2 * a) : 2 * c / (b + root);
        return Math.min(most, Math.max(least, Math.floor(j)));
    }

    /** The logarithm of the binomial probability of {@code x} in {@code n}, with {@code q = 1 - p}. */
    private static double logBinomial(double x, double n, double p, double q) {
        if (x == 0) {
            return n == 0 ? 0 : -SpecialFunctions.deviance(n, n * q) - n * p;
        }
        if (x == n) {
            return -SpecialFunctions.deviance(n, n * p) - n * q;
        }
        return stirlingError(n)
                - stirlingError(x)
                - stirlingError(n - x)
                - SpecialFunctions.deviance(x, n * p)
                - SpecialFunctions.deviance(n - x, n * q)
                - HALF_LN_TWO_PI
                - 0.5 * (Math.log(x) + Math.log1p(-x / n));
    }

    /** {@code ln n! - ( (n + 1/2) ln n - n + ln(2 pi)/2 )}. */
    private static double stirlingError(double n) {
        return n < STIRLING_ERRORS.length ? STIRLING_ERRORS[(int) n] : SpecialFunctions.stirlingError(n);
    }

    private static double[] stirlingErrors() {
        double[] errors = new double[20];
        double factorial = 1;
        for (int n = 1; n < errors.length; n++) {
            factorial *= n;
            errors[n] = Math.log(factorial) - (n + 0.5) * Math.log(n) + n - HALF_LN_TWO_PI;
        }
        return errors;
    }
}
