package io.bellwether.statistics;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/** Slow and exact arithmetic as an oracle: it shares no formula and no floating point with what it checks. */
final class Exact {
    private static final MathContext DIGITS = new MathContext(60);

    private Exact() {}

    static BigInteger choose(long n, long k) {
        BigInteger result = BigInteger.ONE;
        for (long i = 1; i <= k; i++) {
            result = result.multiply(BigInteger.valueOf(n - k + i)).divide(BigInteger.valueOf(i));
        }
        return result;
    }

    /** {@code Z(r) = sum_j C(n1,j) C(n0,k-j) r^j}, with every binomial coefficient as a whole number. */
    static BigDecimal z(int n1, int n0, int k, BigDecimal r) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int j = Math.max(0, k - n0); j <= Math.min(n1, k); j++) {
            BigDecimal coefficients = new BigDecimal(choose(n1, j).multiply(choose(n0, k - j)));
            sum = sum.add(coefficients.multiply(r.pow(j, DIGITS), DIGITS), DIGITS);
        }
        return sum;
    }

    /** {@code ln(Z(r) / Z(1))} over the whole range by 60-digit recurrence, for tables too large for {@link #z}. */
    static double logSum(long n1, long n0, long k, double r) {
        long least = Math.max(0, k - n0);
        BigDecimal odds = new BigDecimal(r);
        BigDecimal central = BigDecimal.ONE;
        BigDecimal tilted = BigDecimal.ONE;
        BigDecimal centralSum = BigDecimal.ONE;
        BigDecimal tiltedSum = BigDecimal.ONE;
        for (long j = least; j < Math.min(n1, k); j++) {
            BigDecimal up = BigDecimal.valueOf(n1 - j).multiply(BigDecimal.valueOf(k - j));
            BigDecimal down = BigDecimal.valueOf(j + 1).multiply(BigDecimal.valueOf(n0 - k + j + 1));
            BigDecimal ratio = up.divide(down, DIGITS);
            central = central.multiply(ratio, DIGITS);
            tilted = tilted.multiply(ratio, DIGITS).multiply(odds, DIGITS);
            centralSum = centralSum.add(central, DIGITS);
            tiltedSum = tiltedSum.add(tilted, DIGITS);
        }
        return ln(tiltedSum) - ln(centralSum) + least * Math.log(r);
    }

    static double ln(BigDecimal value) {
        int exponent = value.precision() - value.scale();
        return Math.log(value.scaleByPowerOfTen(-exponent).doubleValue()) + exponent * Math.log(10);
    }

    /** The probability of {@code j} events in the candidate given {@code k}, at an odds ratio. */
    static double probability(int n1, int n0, int k, int j, BigDecimal odds) {
        BigDecimal weight = new BigDecimal(choose(n1, j).multiply(choose(n0, k - j))).multiply(odds.pow(j, DIGITS));
        return weight.divide(z(n1, n0, k, odds), DIGITS).doubleValue();
    }

    static double binomial(int n, int k, double p) {
        return choose(n, k).doubleValue() * Math.pow(p, k) * Math.pow(1 - p, n - k);
    }

    /** Whether so many errors in independent runs are beyond chance at a level, by an exact binomial test at one in a thousand. */
    static boolean tooMany(int errors, int runs, double level) {
        return errors > 0 && BinomialDistribution.of(runs, level).survivalProbability(errors - 1) < 0.001;
    }

    /** The upper bound of Clopper and Pearson for the share of errors, one-sided, at 99 %. */
    static double shareMax(int errors, int runs) {
        return errors == runs
                ? 1
                : BetaDistribution.of(errors + 1, runs - errors).inverseCumulativeProbability(0.99);
    }
}
