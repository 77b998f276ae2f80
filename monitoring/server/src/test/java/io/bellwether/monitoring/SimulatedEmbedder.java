package io.bellwether.monitoring;

import io.bellwether.telemetry.EmbeddingSketch;
import java.nio.FloatBuffer;
import java.util.Random;

/**
 * A model of embeddings: texts lie along a few directions more than along others (variances falling like 1/j), around a place of
 * their own, and are scaled to length 1. Another seed is another model: other directions, another place.
 */
public final class SimulatedEmbedder {
    private static final int LAYERS = 8;

    private final int[][] partners = new int[LAYERS][];
    private final double[] sd;
    private final double[] place;
    private final double spread;

    /**
     * @param offset length of the mean, as a share of the length of a vector: 0 for a model whose vectors are centred
     */
    public SimulatedEmbedder(long seed, int dimensions, double offset) {
        Random random = new Random(seed);
        sd = new double[dimensions];
        place = new double[dimensions];
        double variances = 0;
        double square = 0;
        for (int j = 0; j < dimensions; j++) {
            variances += 1.0 / (j + 1);
            place[j] = random.nextGaussian();
            square += place[j] * place[j];
        }
        spread = Math.sqrt(1 - offset * offset);
        for (int j = 0; j < dimensions; j++) {
            sd[j] = Math.sqrt(1 / (j + 1.0) / variances);
            place[j] *= offset / Math.sqrt(square);
        }
        for (int i = 0; i < LAYERS; i++) {
            partners[i] = permutation(random, dimensions);
        }
    }

    private static int[] permutation(Random random, int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int at = random.nextInt(i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        return order;
    }

    /** The vector of a text that is drawn. */
    public float[] embed(Random texts) {
        double[] x = new double[sd.length];
        for (int j = 0; j < x.length; j++) {
            x[j] = spread * sd[j] * texts.nextGaussian();
        }
        for (int[] pairs : partners) {
            for (int i = 0; i + 1 < pairs.length; i += 2) {
                double one = x[pairs[i]];
                double two = x[pairs[i + 1]];
                x[pairs[i]] = (one + two) * Math.sqrt(0.5);
                x[pairs[i + 1]] = (one - two) * Math.sqrt(0.5);
            }
        }
        double square = 0;
        for (int j = 0; j < x.length; j++) {
            x[j] += place[j];
            square += x[j] * x[j];
        }
        float[] vector = new float[x.length];
        for (int j = 0; j < x.length; j++) {
            vector[j] = (float) (x[j] / Math.sqrt(square));
        }
        return vector;
    }

    /** What workers tell of the vector of a text that is drawn. */
    public byte[] sketch(Random texts) {
        return sketch(embed(texts));
    }

    /** What workers tell of a vector. */
    public static byte[] sketch(float[] vector) {
        return EmbeddingSketch.of(FloatBuffer.wrap(vector)).orElseThrow();
    }
}
