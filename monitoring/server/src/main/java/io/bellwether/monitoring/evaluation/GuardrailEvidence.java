package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.ShareDifference;
import java.util.Optional;

/**
 * What one guardrail knows since the rollout began.
 *
 * @param name of the guardrail, as verdicts show it
 * @param weight share of the error budget
 * @param logEHarm natural logarithm of the e-value for harm beyond the margin
 * @param logESafe natural logarithm of the e-value against harm beyond the margin
 * @param control what the control arm showed
 * @param candidate what the candidate showed
 * @param unit of the values: "ratio", "seconds", "usd" or "number"
 * @param margin the effective margin after rounding up to whole buckets
 * @param detail which class, which quantile; what is missing
 * @param smallestEffect past the horizon the least harm that would have been seen: share of the candidate's requests,
 *     relative growth, or odds of a class; 0 before, infinity for none
 * @param present false: this guardrail has no data and none is expected; it neither harms nor is required
 */
public record GuardrailEvidence(
        String name,
        double weight,
        double logEHarm,
        double logESafe,
        ArmShare control,
        ArmShare candidate,
        String unit,
        double margin,
        String detail,
        double smallestEffect,
        boolean present) {
    /** Unit of an outcome, whose own unit nobody has to tell. */
    static final String NUMBER = "number";

    private static final double EFFECT_ALPHA = 0.05;

    /** Units of an arm at which the bounds of an effect are narrowest for what was seen: some minutes of a busy model. */
    private static final double EFFECT_COUNT_BEST = 5_000;

    /**
     * The candidate's share of events minus the control's: with a chance of 95 % the truth lies within at all times, for people.
     *
     * @return empty before both arms have units, for numbers, which are no events, and for classes: of the one that looks
     *     worst among many no level holds
     */
    public Optional<ShareDifference> effect() {
        if (unit.equals(NUMBER)
                || name.equals(Guardrail.CLASSES.label())
                || control.count() == 0
                || candidate.count() == 0) {
            return Optional.empty();
        }
        EventTable table = new EventTable(control.count(), control.events(), candidate.count(), candidate.events());
        return Optional.of(ShareDifference.of(table, EFFECT_ALPHA, EFFECT_COUNT_BEST));
    }

    /**
     * What one arm showed.
     *
     * @param count units that were judged
     * @param events of these, failures, exceedances of the threshold, or predictions of the class
     * @param value for display, in the guardrail's unit
     */
    public record ArmShare(long count, long events, double value) {
        /** Events among the units; zero where there are none. */
        public double share() {
            return count == 0 ? 0 : (double) events / count;
        }
    }
}
