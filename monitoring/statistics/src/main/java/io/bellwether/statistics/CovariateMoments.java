package io.bellwether.statistics;

/**
 * Moments of values together with a covariate that was known before the units were assigned (tokens, pixels, cost of
 * earlier days), immutable. What the covariate explains does not count as spread any more.
 *
 * <p>With {@code theta = sum of both arms' cross products / sum of both arms' squares of the covariate},
 * <pre>  adjusted mean = mean(y) - theta (mean(x) - mean of x in both arms)
 *  adjusted squares = Syy - 2 theta Sxy + theta^2 Sxx</pre>
 * The assignment does not depend on the covariate, so the difference of adjusted means estimates the same effect; its
 * variance is less by the factor {@code 1 - r^2}, with {@code r} the correlation.
 *
 * <p><b>Source.</b> Deng, Xu, Kohavi and Walker, "Improving the sensitivity of online controlled experiments by
 * utilizing pre-experiment data" (2013), with one coefficient for both arms.
 *
 * @param values the moments of the values
 * @param covariate the moments of the covariate, of as many units
 * @param products the sum of products of both differences from their means
 */
public record CovariateMoments(Moments values, Moments covariate, double products) {
    /** No unit yet. */
    public static final CovariateMoments NONE = new CovariateMoments(Moments.NONE, Moments.NONE, 0);

    public CovariateMoments {
        if (values.count() != covariate.count() || !(Math.abs(products) < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("values and covariate have the same count and a finite product sum, got "
                    + values.count() + ", " + covariate.count() + ", " + products);
        }
    }

    /** One unit. */
    public static CovariateMoments of(double value, double covariate) {
        return new CovariateMoments(new Moments(1, value, 0), new Moments(1, covariate, 0), 0);
    }

    /** All units together. */
    public CovariateMoments plus(CovariateMoments other) {
        long count = values.count();
        long others = other.values.count();
        if (count == 0 || others == 0) {
            return count == 0 ? other : this;
        }
        double share = others / ((double) count + others);
        double cross = (other.values.mean() - values.mean()) * (other.covariate.mean() - covariate.mean());
        return new CovariateMoments(
                values.plus(other.values),
                covariate.plus(other.covariate),
                products + other.products + cross * count * share);
    }

    /** The values without what the covariate explains; unchanged where the covariate does not vary. */
    public Moments adjusted(CovariateMoments otherArm) {
        double spread = covariate.squares() + otherArm.covariate.squares();
        if (!(spread > 0) || values.count() == 0) {
            return values;
        }
        double theta = (products + otherArm.products) / spread;
        double middle = covariate.plus(otherArm.covariate).mean();
        double squares = values.squares() - 2 * theta * products + theta * theta * covariate.squares();
        return new Moments(values.count(), values.mean() - theta * (covariate.mean() - middle), Math.max(0, squares));
    }
}
