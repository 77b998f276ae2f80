package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.BucketScale;
import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.EvidenceRate;
import io.bellwether.statistics.Forecast;
import io.bellwether.statistics.LogHistogram;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The smallest harm that so much traffic shows with a chance of nine in ten, for each guardrail: what "nothing was found"
 * means. An estimate for people, good to about a third; nothing is decided by it.
 *
 * <ul>
 *   <li>Errors, timeouts, NaN: the candidate's share of events. It has to show against the ratio and against the floor.
 *   <li>Latency: relative growth of the whole distribution, by whichever half of the evidence shows it first. Exceeding the threshold with share {@code p1} instead
 *       of {@code p0} is growth by {@code (1 + margin) Q(1 - p0)/Q(1 - p1) - 1} with the control's quantiles {@code Q}.
 *   <li>Cost: relative growth of the whole distribution, in whole buckets of 2 %.
 *   <li>Classes: the odds ratio of the class whose share moved most.
 * </ul>
 *
 * <p>Infinity where not even the greatest would be seen. <b>Cost.</b> About a millisecond a guardrail: once a rollout.
 */
final class SmallestEffects {
    private static final double POWER = 0.9;
    private static final double ODDS_MAX = 1e6;
    private static final double SHARE_MAX = 0.999;
    private static final double GROWTH_MAX = 1_000;
    private static final double ABOVE = 1.0001;

    private final RolloutPlan plan;
    private final Margins margins;
    private final GuardrailLedger ledger;

    SmallestEffects(RolloutPlan plan, GuardrailLedger ledger) {
        this.plan = plan;
        this.margins = plan.margins();
        this.ledger = ledger;
    }

    /** The smallest harm that would have been seen by now. */
    double of(Guardrail guardrail) {
        EventTable tally = ledger.tally(guardrail);
        if (tally.controlCount() == 0 || tally.candidateCount() == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double level = plan.weightOf(guardrail) * margins.alpha() * stake(guardrail);
        RareMargins rare = margins.rare();
        return switch (guardrail) {
            case ERRORS ->
                share(tally, level, margins.errorOdds(), margins.errorFloors().harm());
            case TIMEOUTS -> share(tally, level, rare.timeoutRatio(), rare.timeoutFloor());
            case NAN -> share(tally, level, rare.nanRatio(), rare.nanFloor());
            // Half of the stake is on scores.
            case LATENCY_P50, LATENCY_P95 ->
                Math.min(growth(guardrail, tally, level / 2), scoreGrowth(guardrail, tally, level / 2));
            case LATENCY_P99 -> growth(guardrail, tally, level);
            case COST -> scoreGrowth(guardrail, tally, level / 2);
            // Both directions of each class share what the guardrail may spend.
            case CLASSES -> odds(tally, level / (2 * ledger.classes()), margins.classOdds());
        };
    }

    /** Half of what is bet on harm is bet on harm from the beginning, but for classes all of it. */
    private static double stake(Guardrail guardrail) {
        return guardrail == Guardrail.CLASSES ? 1 : 0.5;
    }

    /** One of these for people. */
    static String text(Guardrail guardrail, double effect) {
        if (effect == Double.POSITIVE_INFINITY) {
            return guardrail.label() + " none";
        }
        return guardrail.label()
                + switch (guardrail) {
                    case ERRORS, TIMEOUTS, NAN -> String.format(Locale.ROOT, " at %.2f %%", 100 * effect);
                    case LATENCY_P50, LATENCY_P95, LATENCY_P99, COST ->
                        String.format(Locale.ROOT, " +%.0f %%", 100 * effect);
                    case CLASSES -> String.format(Locale.ROOT, " odds x %.2f", effect);
                };
    }

    private static double share(EventTable tally, double level, double ratioMargin, double floor) {
        double byRatio = shareOf(baseShare(tally), odds(tally, level, ratioMargin));
        OptionalDouble byFloor = new Forecast(level)
                .smallestDetectable(
                        (double) tally.candidateCount(),
                        POWER,
                        share -> EvidenceRate.ofShare(share, floor),
                        floor * ABOVE,
                        SHARE_MAX);
        return byFloor.isEmpty() ? Double.POSITIVE_INFINITY : Math.max(byRatio, byFloor.getAsDouble());
    }

    private double growth(Guardrail guardrail, EventTable tally, double level) {
        LogHistogram seen = ledger.seenOfControl().latencyNanos();
        double base = baseShare(tally);
        double odds = odds(tally, level, 1);
        if (odds == Double.POSITIVE_INFINITY || seen.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        double threshold = BucketScale.middleOf(seen.quantileBucket(1 - base));
        double reached = BucketScale.middleOf(seen.quantileBucket(1 - shareOf(base, odds)));
        return (1 + ledger.effectiveMargin(guardrail)) * threshold / reached - 1;
    }

    private double scoreGrowth(Guardrail guardrail, EventTable tally, double level) {
        double evenUnits = 4.0
                * tally.controlCount()
                / ((double) tally.controlCount() + tally.candidateCount())
                * tally.candidateCount();
        int marginBuckets = BucketScale.bucketsFor(ledger.effectiveMargin(guardrail));
        return new Forecast(level)
                        .smallestDetectable(
                                evenUnits,
                                POWER,
                                buckets -> ledger.scoreRate(guardrail, (int) Math.ceil(buckets)),
                                marginBuckets,
                                BucketScale.bucketsFor(GROWTH_MAX))
                        .stream()
                        .map(buckets -> BucketScale.marginOf((int) Math.ceil(buckets)))
                        .findFirst()
                        .orElse(Double.POSITIVE_INFINITY);
    }

    private static double odds(EventTable tally, double level, double margin) {
        double units = (double) tally.controlCount() + tally.candidateCount();
        double candidateShare = tally.candidateCount() / units;
        double base = baseShare(tally);
        return new Forecast(level)
                .smallestDetectable(
                        units,
                        POWER,
                        odds -> EvidenceRate.ofOdds(base, odds, margin, candidateShare),
                        margin * ABOVE,
                        ODDS_MAX)
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** The control's share of events, never 0 and never 1. */
    private static double baseShare(EventTable tally) {
        return (tally.controlEvents() + 0.5) / (tally.controlCount() + 1);
    }

    private static double shareOf(double base, double oddsRatio) {
        double odds = base / (1 - base) * oddsRatio;
        return odds == Double.POSITIVE_INFINITY ? odds : Math.min(SHARE_MAX, odds / (1 + odds));
    }
}
