package io.bellwether.statistics;

/**
 * The special functions behind mixtures: incomplete gamma and beta integrals, the zeta function.
 *
 * <p><b>Scaling.</b> An incomplete integral is handed back as the logarithm of its ratio to its own integrand at the
 * edge of its range, for instance {@code ln( gamma(a,x) / (x^a e^-x) )}. That is the quantity which mixtures are made of:
 * a value that is far outside of the bulk neither vanishes nor has to be undone by a factor just as large.
 *
 * <p><b>Regimes.</b> Small and middling parameters: power series where the edge lies before the bulk, continued
 * fractions (modified Lentz) behind it, and the complement of one of the two otherwise; at most {@code 8 sqrt(a)} steps or
 * so. From 1e6 on: the first correction of Temme's uniform expansion, in which the exponents cancel on paper instead of in
 * floating point; its relative error is below {@code 0.01/a}.
 *
 * <p><b>Accuracy.</b> The absolute error of a logarithm is below 1e-10 up to parameters of 1e6 and below 1e-8
 * relative to {@code 1 + |value|} up to 2^53, where one unit in the last place of the argument is already worth as much.
 *
 * <p><b>Source.</b> C. Loader, "Fast and accurate computation of binomial probabilities" (2000), for deviances; N. Temme,
 * "Uniform asymptotic expansions of the incomplete gamma functions and the incomplete beta function" (1975); NIST Digital
 * Library of Mathematical Functions 5.11, 8.9, 8.12, 8.17, 8.18 and 25.2.
 */
final class SpecialFunctions {
    private static final double LARGE = 1e6;
    private static final double TINY = 1e-300;
    private static final double PRECISION = 1e-16;
    private static final int STEPS_MAX = 100_000;
    private static final double HALF_LN_TWO_PI = 0.5 * Math.log(2 * Math.PI);

    private SpecialFunctions() {}

    /** {@code ln Gamma(x)} for {@code x > 0}. */
    static double logGamma(double x) {
        return (x - 0.5) * Math.log(x) - x + HALF_LN_TWO_PI + stirlingError(x);
    }

    /** {@code ln Gamma(x) - ( (x - 1/2) ln x - x + ln(2 pi)/2 )} for {@code x > 0}: what Stirling's formula leaves out. */
    static double stirlingError(double x) {
        double error = 0;
        double y = x;
        while (y < 16) {
            error += (y + 0.5) * Math.log1p(1 / y) - 1;
            y++;
        }
        double yy = y * y;
        return error + (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / yy) / yy) / yy) / yy) / y;
    }

    /** {@code x ln(x/mean) + mean - x} for positive arguments, by a series where the two nearly cancel. */
    static double deviance(double x, double mean) {
        double difference = x - mean;
        if (Math.abs(difference) >= 0.1 * (x + mean)) {
            return x * Math.log(x / mean) - difference;
        }
        double v = difference / (x + mean);
        double sum = difference * v;
        double power = 2 * x * v;
        for (int i = 1; i < 1000; i++) {
            power *= v * v;
            double next = sum + power / (2 * i + 1);
            if (next == sum) {
                break;
            }
            sum = next;
        }
        return sum;
    }

    /** {@code z^2/2 + ln Phi(z)}, with {@code Phi} the standard normal distribution function. */
    static double logScaledNormal(double z) {
        if (z <= 0) {
            return Math.log(NormalDistribution.millsRatio(-z)) - HALF_LN_TWO_PI;
        }
        double tail = NormalDistribution.millsRatio(z) * Math.exp(-z * z / 2 - HALF_LN_TWO_PI);
        return z * z / 2 + Math.log1p(-tail);
    }

    /** {@code ln( gamma(a,x) / (x^a e^-x) )}, the lower incomplete gamma function, for {@code a, x > 0}. */
    static double logScaledLowerGamma(double a, double x) {
        if (a > LARGE && x > a / 2) {
            return uniformGamma(a, x, -1);
        }
        if (x < a + 1) {
            double sum = 1;
            double term = 1;
            for (int i = 1; term > PRECISION * sum && i < STEPS_MAX; i++) {
                term *= x / (a + i);
                sum += term;
            }
            return Math.log(sum / a);
        }
        double whole = logScaledGamma(a, x);
        return whole + Math.log1p(-Math.exp(upperGammaFraction(a, x) - whole));
    }

    /**
     * {@code ln( Gamma(a,x) / (x^a e^-x) )}, the upper incomplete gamma function, for {@code x > 0} and any {@code a};
     * where {@code a} is not positive it needs {@code x > 0.001} for its accuracy.
     */
    static double logScaledUpperGamma(double a, double x) {
        if (a > LARGE && x < 2 * a) {
            return uniformGamma(a, x, 1);
        }
        if (x >= a + 1 || a <= 0 || (a < 0.1 && x > 0.01)) {
            return upperGammaFraction(a, x);
        }
        double whole = logScaledGamma(a, x);
        return whole + Math.log1p(-Math.exp(logScaledLowerGamma(a, x) - whole));
    }

    /** {@code ln( Gamma(a) / (x^a e^-x) )}. */
    private static double logScaledGamma(double a, double x) {
        return HALF_LN_TWO_PI - 0.5 * Math.log(a) + stirlingError(a) + deviance(a, x);
    }

    private static double upperGammaFraction(double a, double x) {
        double b = x + 1 - a;
        double c = 1 / TINY;
        double d = 1 / b;
        double product = d;
        for (int i = 1; i < STEPS_MAX; i++) {
            double numerator = -i * (i - a);
            b += 2;
            d = 1 / nonZero(numerator * d + b);
            c = nonZero(b + numerator / c);
            product *= d * c;
            if (Math.abs(d * c - 1) < PRECISION) {
                break;
            }
        }
        return Math.log(product);
    }

    /** Side -1 for the lower, 1 for the upper function. */
    private static double uniformGamma(double a, double x, int side) {
        double mu = (x - a) / a;
        double eta = Math.signum(mu) * Math.sqrt(2 * deviance(a, x) / a);
        double correction = Math.abs(mu) < 1e-5 ? -1.0 / 3 + eta / 12 : 1 / mu - 1 / eta;
        double scale = HALF_LN_TWO_PI - 0.5 * Math.log(a) + stirlingError(a);
        return scale + uniform(-side * eta * Math.sqrt(a), side * correction / Math.sqrt(a));
    }

    /** {@code ln( B(a,b) / (x^a y^b) )} with {@code y = 1 - x}, for positive arguments. */
    static double logScaledBeta(double a, double b, double x, double y) {
        double both = a + b;
        return betaScale(a, b) + deviance(a, both * x) + deviance(b, both * y);
    }

    private static double betaScale(double a, double b) {
        return HALF_LN_TWO_PI
                + 0.5 * (Math.log1p(a / b) - Math.log(a))
                + stirlingError(a)
                + stirlingError(b)
                - stirlingError(a + b);
    }

    /**
     * {@code ln( B_x(a,b) / (x^a y^b) )} with {@code y = 1 - x}, the incomplete beta function (not regularised), for
     * positive arguments. Both {@code x} and {@code y} are passed because the smaller one loses its digits otherwise.
     */
    static double logScaledIncompleteBeta(double a, double b, double x, double y) {
        double both = a + b;
        if (a > LARGE && b > LARGE) {
            double centre = a / both;
            double z2 = 2 * (deviance(a, both * x) + deviance(b, both * y));
            double off = (both * x - a) / both;
            double eta = Math.signum(off) * Math.sqrt(z2 / both);
            double spread = Math.sqrt(centre * (b / both));
            double near = 1e-5 * spread;
            double correction = Math.abs(off) < near ? (1 - 2 * centre) / (3 * spread) : 1 / eta - spread / off;
            return betaScale(a, b) + uniform(Math.signum(off) * Math.sqrt(z2), correction / Math.sqrt(both));
        }
        if (x * (both + 2) < a + 1) {
            return betaFraction(a, b, x);
        }
        double whole = logScaledBeta(a, b, x, y);
        return whole + Math.log1p(-Math.exp(betaFraction(b, a, y) - whole));
    }

    private static double betaFraction(double a, double b, double x) {
        double c = 1;
        double d = 1 / nonZero(1 - (a + b) * x / (a + 1));
        double product = d;
        for (int m = 1; m < STEPS_MAX; m++) {
            double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / nonZero(1 + even * d);
            c = nonZero(1 + even / c);
            product *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / nonZero(1 + odd * d);
            c = nonZero(1 + odd / c);
            product *= d * c;
            if (Math.abs(d * c - 1) < PRECISION) {
                break;
            }
        }
        return Math.log(product / a);
    }

    /** {@code ln( (Phi(z) + correction phi(z)) / phi(z) ) - ln(2 pi)/2}, the shape of Temme's expansions. */
    private static double uniform(double z, double correction) {
        if (z <= 0) {
            return Math.log(NormalDistribution.millsRatio(-z) + correction) - HALF_LN_TWO_PI;
        }
        double density = Math.exp(-z * z / 2 - HALF_LN_TWO_PI);
        return z * z / 2 + Math.log1p(density * (correction - NormalDistribution.millsRatio(z)));
    }

    private static double nonZero(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }

    /** Riemann's zeta function for {@code s > 1}: a sum and its Euler-Maclaurin remainder. */
    static double zeta(double s) {
        int n = 40;
        double sum = Math.pow(n, 1 - s) / (s - 1) + 0.5 * Math.pow(n, -s);
        for (int i = 1; i < n; i++) {
            sum += Math.pow(i, -s);
        }
        double term = s * Math.pow(n, -s - 1);
        sum += term / 12;
        term *= (s + 1) * (s + 2) / n / n;
        sum -= term / 720;
        term *= (s + 3) * (s + 4) / n / n;
        return sum + term / 30240;
    }
}
