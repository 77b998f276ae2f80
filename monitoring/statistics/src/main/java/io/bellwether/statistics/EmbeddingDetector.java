package io.bellwether.statistics;

/**
 * Evidence that two versions' embeddings (or other vectors) differ in distribution: if a classifier that has seen only the
 * past can tell from the vector which version made it, they differ.
 *
 * <p>The coin is known, as for {@link PairedDetector}: a vector {@code x} is the candidate's with probability {@code pi}.
 * A logistic classifier says {@code p = sigmoid(logit(pi) + g w.u)} with {@code u} the vector less the mean of all earlier
 * ones, divided by their root mean square length, and cut to ten times that, so that no outlier decides. A window's factor is the product of {@code p/pi} over the candidate's
 * vectors and {@code (1-p)/(1-pi)} over the control's, for three gains {@code g} = 0.25, 0.5, 1; each has mean one if the
 * versions are alike, given the past, whatever the classifier has learned, and whatever the traffic does over time.
 * {@link ChangeMixture} makes of it a detector or an e-process.
 *
 * <p>A window is scored whole before the classifier learns from it, so the order of the vectors within a window, which may
 * tell the arms, does not matter for validity. Learning: one AdaGrad step of 0.1 a vector and gain 1, in the order given.
 *
 * <p><b>Regimes.</b> Before there is a past, and while nothing was learned, factors are one. At 384 dimensions and 10 % of
 * the traffic, a difference of means by 0.5, 1, 2 standard deviations along the leading directions shows after some 170, 60,
 * 27 vectors of the candidate ({@code A} = 1,000). Differences without a difference of means, such as a spread, are
 * invisible to a linear classifier.
 *
 * <p><b>Cost.</b> Scoring and learning take 2.4 us for a vector of 384 dimensions. State: three numbers a
 * dimension. <b>Source.</b> Podkopaev and Ramdas, "Sequential predictive two-sample and independence testing" (2023); Duchi,
 * Hazan and Singer, AdaGrad (2011). Not thread-safe.
 */
public final class EmbeddingDetector {
    /** Most dimensions. */
    public static final int DIMENSIONS_MAX = 16_384;

    private static final double[] GAINS = {0.25, 0.5, 1};
    private static final double STEP = 0.1;
    private static final double LENGTH_MAX = 10;
    private static final double LOGIT_MAX = 30;

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
     * @param candidate for each row, whether it is the candidate's
     * @param share {@code pi}, strictly between 0 and 1
     * @throws IllegalArgumentException if a row has another length or a value is not finite; nothing is learned then
     */
    public void add(float[][] vectors, boolean[] candidate, double share) {
        check(vectors, candidate, share);
        double base = Math.log(share / (1 - share));
        double[] logFactors = new double[GAINS.length];
        double[][] scaled = new double[vectors.length][];
        for (int i = 0; i < vectors.length; i++) {
            scaled[i] = scaled(vectors[i]);
            double score = dot(weights, scaled[i]);
            for (int k = 0; k < GAINS.length; k++) {
                double logit = base + bounded(GAINS[k] * score);
                logFactors[k] +=
                        candidate[i] ? logSigmoid(logit) - logSigmoid(base) : logSigmoid(-logit) - logSigmoid(-base);
            }
        }
        mixture.add(logFactors);
        for (int i = 0; i < vectors.length; i++) {
            learn(scaled[i], candidate[i], base);
        }
        for (float[] vector : vectors) {
            remember(vector);
        }
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

    private void check(float[][] vectors, boolean[] candidate, double share) {
        if (vectors.length != candidate.length || !(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "expected an arm for each vector and a share strictly between 0 and 1, got " + vectors.length + ", "
                            + candidate.length + " and " + share);
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

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int j = 0; j < a.length; j++) {
            sum += a[j] * b[j];
        }
        return sum;
    }

    /** So that one vector costs a window at most so many nats. */
    private static double bounded(double score) {
        return Math.max(-LOGIT_MAX, Math.min(LOGIT_MAX, score));
    }

    private static double logSigmoid(double logit) {
        return Math.min(0, logit) - Math.log1p(Math.exp(-Math.abs(logit)));
    }
}
