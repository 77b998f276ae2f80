package io.bellwether.statistics;

/**
 * Pairs of answers to the same request, one of each version, by which of the two is wrong. What "wrong" means is the
 * caller's: against a label, or away from a reference answer.
 *
 * @param alike both right or both wrong
 * @param onlyControlWrong the candidate alone is right
 * @param onlyCandidateWrong the control alone is right
 */
public record PairCounts(long alike, long onlyControlWrong, long onlyCandidateWrong) {
    /** No pair yet. */
    public static final PairCounts NONE = new PairCounts(0, 0, 0);

    public PairCounts {
        if (alike < 0 || onlyControlWrong < 0 || onlyCandidateWrong < 0) {
            throw new IllegalArgumentException("counts of pairs are at least 0, got " + alike + ", " + onlyControlWrong
                    + ", " + onlyCandidateWrong);
        }
    }

    /** All pairs together. */
    public PairCounts plus(PairCounts other) {
        return new PairCounts(
                Math.addExact(alike, other.alike),
                Math.addExact(onlyControlWrong, other.onlyControlWrong),
                Math.addExact(onlyCandidateWrong, other.onlyCandidateWrong));
    }

    /** How much more often the candidate is wrong, as a share of all pairs; 0 without pairs. */
    public double difference() {
        double all = (double) alike + onlyControlWrong + onlyCandidateWrong;
        return all == 0 ? 0 : ((double) onlyCandidateWrong - onlyControlWrong) / all;
    }
}
