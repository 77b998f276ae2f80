package io.bellwether.worker.image;

/**
 * Which source pixels make a target pixel along one side, and how much each counts: a triangle as wide as a source pixel
 * when a picture grows, as a target pixel when it shrinks, so that no source pixel is skipped. Weights of a target pixel
 * add up to 1.
 */
final class Resampling {
    private final int[] first;
    private final float[][] weights;

    /**
     * @param from where the part of the source that is used begins, in source pixels
     * @param extent its length
     * @param sourceSize pixels of the whole source side
     * @param targetSize pixels of the target side
     */
    Resampling(double from, double extent, int sourceSize, int targetSize) {
        first = new int[targetSize];
        weights = new float[targetSize][];
        double scale = extent / targetSize;
        double reach = Math.max(scale, 1);
        for (int target = 0; target < targetSize; target++) {
            double centre = from + (target + 0.5) * scale;
            int begin = Math.max(0, (int) Math.ceil(centre - reach - 0.5));
            int end = Math.min(sourceSize, (int) Math.floor(centre + reach - 0.5) + 1);
            first[target] = begin;
            weights[target] = triangle(begin, end, centre, reach);
        }
    }

    private static float[] triangle(int begin, int end, double centre, double reach) {
        double[] heights = new double[end - begin];
        double sum = 0;
        for (int i = 0; i < heights.length; i++) {
            heights[i] = Math.max(0, 1 - Math.abs(begin + i + 0.5 - centre) / reach);
            sum += heights[i];
        }
        float[] shares = new float[heights.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = (float) (heights[i] / sum);
        }
        return shares;
    }

    int targetSize() {
        return first.length;
    }

    /** The first source pixel of a target pixel. */
    int first(int target) {
        return first[target];
    }

    /** One past the last source pixel of a target pixel. */
    int end(int target) {
        return first[target] + weights[target].length;
    }

    /** How much a source pixel between first and end counts for a target pixel. */
    float weight(int target, int source) {
        return weights[target][source - first[target]];
    }
}
