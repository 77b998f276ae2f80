package io.bellwether.benchmark.run;

import io.bellwether.benchmark.judge.Verdict;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one judge did in all rollouts of one scenario.
 *
 * @param scenario its name
 * @param judge its name
 * @param results one for each rollout
 */
public record Tally(String scenario, String judge, List<RolloutResult> results) {
    public Tally {
        results = List.copyOf(results);
    }

    /** Of all results, those of one scenario and one judge. */
    public static Tally of(List<RolloutResult> all, String scenario, String judge) {
        return new Tally(
                scenario,
                judge,
                all.stream()
                        .filter(result -> result.scenario().equals(scenario)
                                && result.judge().equals(judge))
                        .toList());
    }

    /** How many rollouts there were. */
    public int runs() {
        return results.size();
    }

    /** How many ended so. */
    public int count(Verdict verdict) {
        return (int)
                results.stream().filter(result -> result.verdict() == verdict).count();
    }

    /** Minutes to the rollbacks, rising. */
    public double[] rollbackMinutes() {
        return results.stream()
                .filter(result -> result.verdict() == Verdict.ROLL_BACK)
                .mapToDouble(result -> result.second() / 60.0)
                .sorted()
                .toArray();
    }

    /** Minutes until evidence for a promotion sufficed, where it did, rising. */
    public double[] sufficedMinutes() {
        return results.stream()
                .filter(result -> result.sufficedSecond() >= 0)
                .mapToDouble(result -> result.sufficedSecond() / 60.0)
                .sorted()
                .toArray();
    }

    /** Median over all rollouts of what the candidate had done when they ended. */
    public double median(ToDoubleFunction<RolloutResult> value) {
        return medianOf(results.stream().mapToDouble(value).sorted().toArray());
    }

    /** The middle of sorted values; NaN without values. */
    public static double medianOf(double[] sorted) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
