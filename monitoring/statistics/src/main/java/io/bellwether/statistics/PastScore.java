package io.bellwether.statistics;

import java.util.function.IntToDoubleFunction;

/**
 * What a value is worth in the light of the control's past, which does not hold the value itself. A score lies between 0 and 1
 * and does not fall with the value, so an arm whose values are stochastically less scores less on average, whatever the past
 * was. It is a function of the value's bucket. Immutable.
 */
sealed interface PastScore extends IntToDoubleFunction permits RankScore, AmountScore, ReachScore {
    /** The mean score of the past itself; at least 0 and below 1. */
    double mean();

    /** The mean score of other values, each of which counts as less by so many buckets. */
    default double meanOf(LogHistogram values, int shiftBuckets) {
        return ScoredArm.of(values, shiftBuckets, this).mean();
    }

    /**
     * How fast evidence of a greater mean score would grow, for one unit of either arm where both are equally large.
     *
     * @param values what those of the control are like, not empty
     * @param shiftBuckets the candidate's are the same, and each counts as less by so many buckets
     */
    default EvidenceRate rate(LogHistogram values, int shiftBuckets) {
        return MeanScoreProcess.rate(ScoredArm.of(values, shiftBuckets, this), ScoredArm.of(values, 0, this), mean());
    }
}
