package io.bellwether.statistics;

import java.util.Optional;
import java.util.function.Function;

/**
 * Evidence about one quantile of latency, and of harm to what that quantile stands for.
 *
 * <p><b>Safety</b> is {@link ExceedanceEvidence}'s: the candidate, divided by 1 + margin, exceeds the quantile of the control's
 * past less often than the control does.
 *
 * <p><b>Harm</b> is that it exceeds it more often; and half of the stake may be on the mean of a score
 * ({@link MeanScoreProcess}), because one threshold throws away most of what a value says:
 * <ul>
 *   <li><b>typical latency</b>: ranks among the control's past ({@link RankScore}). A shift of the whole has 95 % of the
 *       information that there is, where exceeding the median has 64 %;
 *   <li><b>tail</b>: how far values reach beyond the control's past 90th percentile ({@link ReachScore}). One request in twenty
 *       that takes twice as long shows 1.4 times as much as in exceeding the 95th percentile.
 * </ul>
 *
 * <p><b>Hypothesis</b>: the candidate's latencies divided by 1 + margin neither exceed the threshold more often than the control's
 * nor score more on average, slot by slot. A candidate that is at most 1 + margin times as slow, in the sense that its latencies
 * divided by that are stochastically no greater, is within it: the margin is one on the scale of latency in both. The mean of
 * two e-processes is one, and a slot raises it at most by a factor of e^2, as it does either of them.
 *
 * <p><b>Units</b> must not share their fate: of the requests of a batch one, drawn at random, counts. Not thread-safe.
 */
public final class LatencyEvidence {
    private static final double LOG_SLOT_MAX = 2;

    private final ExceedanceEvidence exceedances;
    private final int marginBuckets;
    private final double quantile;
    private final Optional<Scored> scored;

    /** What a score of one kind has shown. */
    private record Scored(Function<LogHistogram, PastScore> score, MeanScoreProcess harm) {
        static Scored by(Function<LogHistogram, PastScore> score) {
            return new Scored(score, MeanScoreProcess.withLargeBets(LOG_SLOT_MAX));
        }
    }

    /** What half of the stake on harm is bet on. */
    public enum Score {
        /** Typical latency: the rank among the control's past. */
        RANK,
        /** The tail: how far a value reaches beyond the control's past 90th percentile. */
        REACH,
        /** Nothing but exceeding. */
        NONE
    }

    /**
     * @param quantile which quantile of the control's past is the threshold, between 0 and 1
     * @param margin relative growth that is not yet harm, at least 0
     * @param score what half of the stake on harm is bet on
     */
    public LatencyEvidence(double quantile, double margin, Score score) {
        this.exceedances = new ExceedanceEvidence(quantile, margin);
        this.marginBuckets = BucketScale.bucketsFor(margin);
        this.quantile = quantile;
        this.scored = switch (score) {
            case RANK -> Optional.of(Scored.by(RankScore::new));
            case REACH -> Optional.of(Scored.by(ReachScore::new));
            case NONE -> Optional.empty();
        };
    }

    /** Adds one slot, judged in the light of {@code past}, which must not contain the slot yet. */
    public void add(PastDistribution past, LogHistogram control, LogHistogram candidate) {
        exceedances.add(past, control, candidate);
        scored.ifPresent(by -> past.values(quantile).map(by.score()).ifPresent(score -> by.harm()
                .add(ScoredArm.of(candidate, marginBuckets, score), ScoredArm.of(control, 0, score), score.mean())));
    }

    /** The evidence for harm begins once more, beside what it was; {@link LateOnsets} says when and what it is worth. */
    public void beginAgain(double logStake) {
        exceedances.beginAgain(logStake);
        scored.ifPresent(by -> by.harm().beginAgain(logStake));
    }

    /** The natural logarithm of the e-value for harm. */
    public double logEHarm() {
        double exceeding = exceedances.logEHarm();
        return scored.map(by -> LogSpace.logMean(exceeding, by.harm().logE())).orElse(exceeding);
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        return exceedances.logESafe();
    }

    /** The relative margin after rounding up to whole buckets. */
    public double effectiveMargin() {
        return exceedances.effectiveMargin();
    }

    /** Exceedances of the harm thresholds, all slots together, for display. */
    public EventTable tally() {
        return exceedances.tally();
    }

    /** Mean scores, for display. */
    public record MeanScores(double control, double candidate) {}

    /**
     * The mean scores of all values together in the light of the control's, the candidate's divided by 1 + margin.
     *
     * @return empty where there is no score, or nothing to give one to
     */
    public Optional<MeanScores> meanScores(LogHistogram control, LogHistogram candidate) {
        return control.isEmpty() || candidate.isEmpty()
                ? Optional.empty()
                : scored.map(by -> by.score().apply(control))
                        .map(score -> new MeanScores(score.mean(), score.meanOf(candidate, marginBuckets)));
    }

    /**
     * How fast the half of the evidence of harm that is bet on a score would grow, for one unit of either arm where both are
     * equally large.
     *
     * @param control what the control's values are like, not empty
     * @param growthBuckets by how many buckets all of the candidate's are greater
     * @return empty where there is no score
     */
    public Optional<EvidenceRate> scoreRate(LogHistogram control, int growthBuckets) {
        return scored.map(by -> by.score().apply(control))
                .map(score -> score.rate(control, marginBuckets - growthBuckets));
    }

    public void write(StateWriter out) {
        exceedances.write(out);
        scored.ifPresent(by -> by.harm().write(out));
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        exceedances.read(in);
        scored.ifPresent(by -> by.harm().read(in));
    }
}
