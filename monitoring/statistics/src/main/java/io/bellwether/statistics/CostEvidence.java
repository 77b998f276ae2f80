package io.bellwether.statistics;

import java.util.Optional;

/**
 * Evidence that a cost grew by more than a margin: the typical one, or the mean, which is what is paid.
 *
 * <p>In each slot the values of both arms get scores in the light of the control's own past ({@link PastScore}); those of the
 * candidate are first divided by 1 + margin. {@link MeanScoreProcess} compares the mean scores:
 * <ul>
 *   <li><b>ranks</b> find a shift of the whole distribution with 95 % of the information that there is, where exceeding the
 *       median has 64 %, and need no assumption about scale or tail;
 *   <li><b>amounts</b>, the costs themselves up to a cap of ten past means, find what is confined to a tail: one request in
 *       twenty that costs four times as much moves no rank beyond a margin, and adds 15 % to the bill.
 * </ul>
 *
 * <p><b>Harm e-value</b>: the mean of both, half of the stake each. Its hypothesis is "neither the mean rank nor the mean
 * amount of the candidate, divided by 1 + margin, is above the control's, slot by slot". A candidate whose costs divided by
 * 1 + margin are stochastically no greater is within both. <b>Safety e-value</b>: the smaller of both, against "the mean rank or
 * the mean amount is at the margin or above".
 *
 * <p><b>Effective margin.</b> Rounded up to whole buckets of 2 %, as in {@link ExceedanceEvidence}, so that a shift of values is
 * a shift of buckets; means are of the middles of buckets.
 *
 * <p><b>No single moment decides</b>: a slot raises the evidence for harm at most by a factor of e^2. <b>Units</b> must not share
 * their fate: of the requests of a batch one, drawn at random, counts. Not thread-safe.
 */
public final class CostEvidence {
    private static final double LOG_SLOT_MAX = 2;
    private static final double MEDIAN = 0.5;

    private final int marginBuckets;
    private final MeanScoreProcess rankHarm = MeanScoreProcess.withSmallBets(LOG_SLOT_MAX);
    private final MeanScoreProcess amountHarm = MeanScoreProcess.withSmallBets(LOG_SLOT_MAX);
    private final MeanScoreProcess rankSafe = MeanScoreProcess.withSmallBets(Double.POSITIVE_INFINITY);
    private final MeanScoreProcess amountSafe = MeanScoreProcess.withSmallBets(Double.POSITIVE_INFINITY);
    private EventTable tally = EventTable.EMPTY;

    /**
     * @param margin relative growth that is not yet harm, at least 0
     */
    public CostEvidence(double margin) {
        this.marginBuckets = BucketScale.bucketsFor(margin);
    }

    /** Adds one slot, judged in the light of {@code past}, which must not contain the slot yet. */
    public void add(PastDistribution past, LogHistogram control, LogHistogram candidate) {
        Optional<LogHistogram> before = past.values(MEDIAN);
        if (before.isEmpty()) {
            return;
        }
        PastScore rank = new RankScore(before.get());
        ScoredArm controlRanks = ScoredArm.of(control, 0, rank);
        ScoredArm candidateRanks = ScoredArm.of(candidate, marginBuckets, rank);
        rankHarm.add(candidateRanks, controlRanks, rank.mean());
        rankSafe.add(controlRanks, candidateRanks, rank.mean());
        PastScore amount = new AmountScore(before.get());
        ScoredArm controlAmounts = ScoredArm.of(control, 0, amount);
        ScoredArm candidateAmounts = ScoredArm.of(candidate, marginBuckets, amount);
        amountHarm.add(candidateAmounts, controlAmounts, amount.mean());
        amountSafe.add(controlAmounts, candidateAmounts, amount.mean());
        int median = before.get().quantileBucket(MEDIAN);
        tally = tally.plus(new EventTable(
                control.total(),
                control.countAbove(median),
                candidate.total(),
                candidate.countAbove(median + marginBuckets)));
    }

    /** The evidence for harm begins once more, beside what it was; {@link LateOnsets} says when and what it is worth. */
    public void beginAgain(double logStake) {
        rankHarm.beginAgain(logStake);
        amountHarm.beginAgain(logStake);
    }

    /** The natural logarithm of the e-value for harm. */
    public double logEHarm() {
        return LogSpace.logMean(rankHarm.logE(), amountHarm.logE());
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        return Math.min(rankSafe.logE(), amountSafe.logE());
    }

    /** The relative margin after rounding up to whole buckets. */
    public double effectiveMargin() {
        return BucketScale.marginOf(marginBuckets);
    }

    /** Values above the control's past median, the candidate's beyond the margin, all slots together, for display. */
    public EventTable tally() {
        return tally;
    }

    /**
     * How fast evidence of harm would grow, for one unit of either arm where both are equally large and half of the stake is
     * lost.
     *
     * @param control what the control's values are like, not empty
     * @param growthBuckets by how many buckets all of the candidate's are greater
     */
    public EvidenceRate harmRate(LogHistogram control, int growthBuckets) {
        int shift = marginBuckets - growthBuckets;
        EvidenceRate byRank = new RankScore(control).rate(control, shift);
        EvidenceRate byAmount = new AmountScore(control).rate(control, shift);
        return byRank.nats() >= byAmount.nats() ? byRank : byAmount;
    }

    public void write(StateWriter out) {
        rankHarm.write(out);
        amountHarm.write(out);
        rankSafe.write(out);
        amountSafe.write(out);
        out.writeTable(tally);
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        rankHarm.read(in);
        amountHarm.read(in);
        rankSafe.read(in);
        amountSafe.read(in);
        tally = in.readTable();
    }
}
