package io.bellwether.gateway.shadow;

/**
 * What became of the copies of a shadow, as this gateway has seen it since it started.
 *
 * @param candidate answers of the candidate, beside those that clients were given
 * @param twin the same of the version that had answered, asked once more
 * @param dropped copies that were not sent because too many were under way
 */
public record ShadowCounts(Answers candidate, Answers twin, long dropped) {

    /**
     * @param failed copies that were not answered
     */
    public record Answers(long agree, long differ, long incomparable, long failed) {

        /** Share of the comparable ones that differ; NaN without any. */
        public double differShare() {
            return (double) differ / (agree + differ);
        }
    }
}
