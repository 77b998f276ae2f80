package io.bellwether.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;

/** Whether weights share out the whole error budget: a part of them says nothing. */
final class WeightSum {
    private static final double TOLERANCE = 1e-6;
    private static final int SHOWN_DIGITS = 6;

    private WeightSum() {}

    /**
     * Takes note of what is wrong.
     *
     * @param line where the weights begin
     * @param weights those that are given, NaN for one that is wrong by itself; at least one
     * @param without names of the guardrails that have none
     */
    static void check(int line, Map<String, Double> weights, List<String> without, YamlReading reading) {
        double sum = weights.values().stream().mapToDouble(Double::doubleValue).sum();
        if (!without.isEmpty()) {
            reading.problem(
                    line,
                    "weights are given, but none for " + String.join(", ", without),
                    "they share one error budget: give all " + (weights.size() + without.size()) + " or none");
        } else if (!Double.isNaN(sum) && Math.abs(sum - 1) > TOLERANCE) {
            String shown = new BigDecimal(sum)
                    .round(new MathContext(SHOWN_DIGITS))
                    .stripTrailingZeros()
                    .toPlainString();
            reading.problem(
                    line,
                    "the weights sum to " + shown + ", expected 1",
                    "they share one error budget: divide each by " + shown);
        }
    }
}
