package io.bellwether.statistics;

import java.util.OptionalDouble;

/**
 * What one unit cost, in either arm.
 *
 * @param candidate whether the unit was in the candidate arm
 * @param cost what it cost, at least 0, in any unit of money or time
 * @param expected what it was expected to cost before it was assigned to an arm, from its size for instance, at least 0;
 *     empty if nothing was known. However wrong, it costs power, never validity
 */
public record CostUnit(boolean candidate, double cost, OptionalDouble expected) {
    public CostUnit {
        if (!(cost >= 0 && cost < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a cost is finite and at least 0, got " + cost);
        }
        if (expected.isPresent()
                && !(expected.getAsDouble() >= 0 && expected.getAsDouble() < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("an expected cost is finite and at least 0, got " + expected);
        }
    }

    /** A unit about which nothing was known beforehand. */
    public static CostUnit of(boolean candidate, double cost) {
        return new CostUnit(candidate, cost, OptionalDouble.empty());
    }
}
