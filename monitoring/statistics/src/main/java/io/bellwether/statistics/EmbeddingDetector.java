package io.bellwether.statistics;

/**
 * Evidence that two versions' embeddings (or other vectors) differ in distribution: if a classifier that has seen only the
 * past can tell from the vector which version made it, they differ.
 *
 * <p><b>Hypothesis.</b> Of the vectors of a window it is by chance which of them are the candidate's: given all of them, and
 * how many are the candidate's, every choice of so many is as likely as any other. That holds where versions behave alike and
 * the router threw a coin for each request, and it goes on to hold where only a sample of each arm is at hand, however many
 * that are, as long as the sample was drawn without a look at the vectors. What the traffic does over time does not matter.
 *
 * <p>A logistic classifier gives each vector odds {@code r = exp(g w.u)} of being the candidate's, with {@code u} the vector
 * less the mean of all earlier ones, divided by their root mean square length, and cut to ten times that, so that no outlier
 * decides. A window's factor is the product of {@code r} over the candidate's vectors, divided by its mean over all choices of
 * as many vectors (conditional logistic regression), for three gains {@code g} = 0.25, 0.5, 1. Each has mean one if the
 * versions are alike, given the past, whatever the classifier has learned. {@link ChangeMixture} makes of it a detector or an
 * e-process. Independent coins for the vectors instead would be wrong for samples of a fixed size: with one vector of each arm
 * the mean of their factor exceeds one.
 *
 * <p>A window is scored whole before the classifier learns from it, so the order of the vectors within a window, which may
 * tell the arms, does not matter for validity. Learning: one AdaGrad step of 0.1 a vector and gain 1, in the order given.
 *
 * <p><b>Regimes.</b> Before there is a past, while nothing was learned, and in windows of one arm only, factors are one. At 384
 * dimensions and 10 % of the traffic, a difference of means by 0.5, 1, 2 standard deviations along the leading directions
 * shows after some 150, 55, 26 vectors of the candidate ({@code A} = 1,000). Differences without a difference of means, such
 * as a spread, are invisible to a linear classifier: add squares to the vectors where these matter.
 *
 * <p><b>Cost.</b> Scoring and learning take 2.4 us for a vector of 384 dimensions; the mean over the choices takes three
 * multiplications for each vector and each vector of the candidate. State: three numbers a dimension. <b>Source.</b>
 * Podkopaev and Ramdas, "Sequential predictive two-sample and independence testing" (2023); Duchi, Hazan and Singer, AdaGrad
 * (2011). Not thread-safe.
 */
public final class EmbeddingDetector {
    /** Most dimensions. */
    public static final int DIMENSIONS_MAX = 16_384;

    /** Most vectors of the candidate in a window, so that products of their odds stay numbers. */
    public static final int CANDIDATES_MAX = 128;

    private static final double[] GAINS = {0.25, 0.5, 1};
    private static final double STEP = 0.1;
    private static final double LENGTH_MAX = 10;
    private static final double LOGIT_MAX = 5;

    private final ChangeMixture mixture;
    private final double[] weights;
    private final double[] squaredGradients;
    private final double[] mean;
    private double squaredLengths;
    private long seen;

    private EmbeddingDetector(int dimensions, boolean watching) {
        if (dimensions < 1 || dimensions > DIMENSIONS_MAX) {
            throw new IllegalArgumentException(
                    "vectors have 1 to " + DIMENSIONS_MAX + " dimensions, got " + dimensions);
        }
        mixture = new ChangeMixture(GAINS.length, watching);
        weights = new double[dimensions];
        squaredGradients = new double[dimensions];
        mean = new double[dimensions];
    }

    /** Watches for a change at any time: at {@code ln A} there are {@code A} windows or more between false alarms. */
    public static EmbeddingDetector watching(int dimensions) {
        return new EmbeddingDetector(dimensions, true);
    }

    /** Judges a difference from the start: an e-process. */
    public static EmbeddingDetector judging(int dimensions) {
        return new EmbeddingDetector(dimensions, false);
    }

    /**
     * Adds a window.
     *
     * @param vectors one row a vector, of either arm, all values finite
     * @param candidate for each row, whether it is the candidate's; of these at most {@link #CANDIDATES_MAX}
     * @throws IllegalArgumentException if a row has another length or a value is not finite; nothing is learned then
     */
    public void add(float[][] vectors, boolean[] candidate) {
        check(vectors, candidate);
        int candidates = count(candidate);
        double[] logFactors = new double[GAINS.length];
        double[][] scaled = new double[vectors.length][];
        double[] scores = new double[vectors.length];
        for (int i = 0; i < vectors.length; i++) {
            scaled[i] = scaled(vectors[i]);
            scores[i] = dot(weights, scaled[i]);
        }
        for (int k = 0; k < GAINS.length; k++) {
            logFactors[k] = logFactor(scores, candidate, candidates, GAINS[k]);
        }
        mixture.add(logFactors);
        if (candidates > 0 && candidates < vectors.length) {
            double base = Math.log((double) candidates / (vectors.length - candidates));
            for (int i = 0; i < vectors.length; i++) {
                learn(scaled[i], candidate[i], base);
            }
        }
        for (float[] vector : vectors) {
            remember(vector);
        }
    }

    /**
     * Whether by what was learned so far a vector is more likely the candidate's than vectors are on average. To be asked
     * before its window is added.
     */
    public boolean isLikeCandidate(float[] vector) {
        return dot(weights, scaled(vector)) > 0;
    }

    /** Of the product of the candidate's odds, divided by its mean over all choices of as many vectors. */
    private static double logFactor(double[] scores, boolean[] candidate, int candidates, double gain) {
        double logProduct = 0;
        // After i vectors, means[k] is the mean of the product over all choices of k of these i.
        double[] means = new double[candidates + 1];
        means[0] = 1;
        for (int i = 0; i < scores.length; i++) {
            double logit = bounded(gain * scores[i]);
            logProduct += candidate[i] ? logit : 0;
            double odds = Math.exp(logit);
            for (int k = Math.min(i + 1, candidates); k > 0; k--) {
                means[k] += k * (odds * means[k - 1] - means[k]) / (i + 1);
            }
        }
        return logProduct - Math.log(means[candidates]);
    }

    /** The natural logarithm of the evidence, as in {@link PairedDetector#logE()}. */
    public double logE() {
        return mixture.logValue();
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
        out.writeDoubles(weights);
        out.writeDoubles(squaredGradients);
        out.writeDoubles(mean);
        out.writeDouble(squaredLengths);
        out.writeLong(seen);
    }

    /** Takes the place of the detector with as many dimensions that was written. */
    public void read(StateReader in) {
        mixture.read(in);
        System.arraycopy(in.readDoubles(weights.length), 0, weights, 0, weights.length);
        System.arraycopy(in.readDoubles(weights.length), 0, squaredGradients, 0, weights.length);
        System.arraycopy(in.readDoubles(weights.length), 0, mean, 0, weights.length);
        squaredLengths = in.readDouble();
        seen = in.readLong();
    }

    private void check(float[][] vectors, boolean[] candidate) {
        if (vectors.length != candidate.length || count(candidate) > CANDIDATES_MAX) {
            throw new IllegalArgumentException("expected an arm for each vector and at most " + CANDIDATES_MAX
                    + " vectors of the candidate, got " + vectors.length + ", " + candidate.length + " and "
                    + count(candidate));
        }
        for (int i = 0; i < vectors.length; i++) {
            if (vectors[i].length != weights.length) {
                throw new IllegalArgumentException(
                        "vector " + i + " has " + vectors[i].length + " dimensions, expected " + weights.length);
            }
            for (float value : vectors[i]) {
                if (!Float.isFinite(value)) {
                    throw new IllegalArgumentException("vector " + i + " holds a value that is not finite");
                }
            }
        }
    }

    /** By what was seen in earlier windows; zero before there are two vectors that differ. */
    private double[] scaled(float[] vector) {
        double[] scaled = new double[vector.length];
        if (squaredLengths > 0) {
            double scale = Math.sqrt(seen / squaredLengths);
            double length = 0;
            for (int j = 0; j < scaled.length; j++) {
                scaled[j] = (vector[j] - mean[j]) * scale;
                length += scaled[j] * scaled[j];
            }
            double cut = Math.min(1, LENGTH_MAX / Math.sqrt(length));
            for (int j = 0; j < scaled.length; j++) {
                scaled[j] *= length > 0 ? cut : 0;
            }
        }
        return scaled;
    }

    private void learn(double[] scaled, boolean candidate, double base) {
        double error = 1 / (1 + Math.exp(-(base + bounded(dot(weights, scaled))))) - (candidate ? 1 : 0);
        for (int j = 0; j < scaled.length; j++) {
            double gradient = error * scaled[j];
            squaredGradients[j] += gradient * gradient;
            if (squaredGradients[j] > 0) {
                weights[j] -= STEP * gradient / Math.sqrt(squaredGradients[j]);
            }
        }
    }

    private void remember(float[] vector) {
        seen++;
        for (int j = 0; j < mean.length; j++) {
            double difference = vector[j] - mean[j];
            mean[j] += difference / seen;
            squaredLengths += difference * (vector[j] - mean[j]);
        }
    }

    private static int count(boolean[] candidate) {
        int count = 0;
        for (boolean one : candidate) {
            count += one ? 1 : 0;
        }
        return count;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    /** So that one vector alone decides nothing. */
    private static double bounded(double score) {
        return Math.max(-LOGIT_MAX, Math.min(LOGIT_MAX, score));
    }
}
