package io.bellwether.benchmark.report;

import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.judge.Verdict;
import io.bellwether.benchmark.run.RolloutResult;
import io.bellwether.benchmark.run.Tally;
import io.bellwether.benchmark.trace.Scenario;
import java.util.List;
import java.util.Locale;

/**
 * The results in Markdown, with exact 95 % intervals: a matrix of scenarios and judges, and tables with a row for each pair,
 * one for equal candidates and one for harmful ones.
 */
public final class MarkdownReport {
    private MarkdownReport() {}

    /**
     * A row for each scenario, a column for each judge: percent of the rollouts that were rolled back, its interval, and
     * after an at sign the median minute.
     */
    public static String matrix(Board board) {
        StringBuilder out = new StringBuilder();
        for (Scenario.Truth truth : Scenario.Truth.values()) {
            boolean equal = truth == Scenario.Truth.EQUAL;
            out.append(equal ? "| Equal candidate" : "\n| Harmful candidate").append(", requests/min, runs");
            StringBuilder rule = new StringBuilder("|---|");
            for (Contestant contestant : Contestant.all()) {
                out.append(" | ").append(contestant.name());
                rule.append("---|");
            }
            out.append(" |\n").append(rule).append('\n');
            for (Scenario scenario : board.scenarios(truth)) {
                matrixRow(out, scenario, board.tallies(scenario));
            }
        }
        return out.toString();
    }

    private static void matrixRow(StringBuilder out, Scenario scenario, List<Tally> tallies) {
        out.append("| ").append(label(scenario, tallies.get(0)));
        for (Contestant contestant : Contestant.all()) {
            out.append(" | ");
            tallies.stream()
                    .filter(tally -> tally.judge().equals(contestant.name()))
                    .forEach(tally -> out.append(cell(tally)));
        }
        out.append(" |\n");
    }

    private static String cell(Tally tally) {
        int events = tally.count(Verdict.ROLL_BACK);
        ExactInterval interval = ExactInterval.of(events, tally.runs());
        String share = String.format(
                Locale.ROOT,
                "%.0f [%.0f .. %.0f]",
                100.0 * events / tally.runs(),
                100 * interval.lower(),
                100 * interval.upper());
        return events == 0 ? share : share + " @ " + number(Tally.medianOf(tally.rollbackMinutes()));
    }

    /** Both tables. */
    public static String of(Board board) {
        StringBuilder out = new StringBuilder();
        out.append("### Equal candidates: every rollback is an error\n\n");
        out.append("| Scenario, requests/min, runs | Judge | Rolled back | Median minute | Promoted | Held"
                + " | Evidence sufficed: median minute |\n|---|---|---|---|---|---|---|\n");
        for (Scenario scenario : board.scenarios(Scenario.Truth.EQUAL)) {
            for (Tally tally : board.tallies(scenario)) {
                equalRow(out, scenario, tally);
            }
        }
        out.append("\n### Harmful candidates: every promotion is an error\n\n");
        out.append("| Scenario, requests/min, runs | Judge | Rolled back | Minute: median, 90 % | Promoted | Held"
                + " | Requests of the candidate | Bad requests in excess | Cost in excess, USD |\n"
                + "|---|---|---|---|---|---|---|---|---|\n");
        for (Scenario scenario : board.scenarios(Scenario.Truth.HARMFUL)) {
            for (Tally tally : board.tallies(scenario)) {
                harmfulRow(out, scenario, tally);
            }
        }
        return out.toString();
    }

    private static void equalRow(StringBuilder out, Scenario scenario, Tally tally) {
        double[] suffices = tally.sufficedMinutes();
        out.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %s | %s |\n",
                label(scenario, tally),
                tally.judge(),
                share(tally, Verdict.ROLL_BACK),
                number(Tally.medianOf(tally.rollbackMinutes())),
                share(tally, Verdict.PROMOTE),
                tally.count(Verdict.HOLD),
                suffices.length == 0 ? "" : number(Tally.medianOf(suffices)) + " (in " + suffices.length + ")"));
    }

    private static void harmfulRow(StringBuilder out, Scenario scenario, Tally tally) {
        double[] minutes = tally.rollbackMinutes();
        String slow = minutes.length == 0 ? "" : ", " + number(minutes[(int) Math.ceil(0.9 * minutes.length) - 1]);
        out.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s%s | %s | %s | %s | %s | %.4f |\n",
                label(scenario, tally),
                tally.judge(),
                share(tally, Verdict.ROLL_BACK),
                number(Tally.medianOf(minutes)),
                slow,
                share(tally, Verdict.PROMOTE),
                tally.count(Verdict.HOLD),
                number(tally.median(RolloutResult::candidateRequests)),
                number(tally.median(RolloutResult::badRequests)),
                tally.median(RolloutResult::costMicroUsd) / 1e6));
    }

    private static String label(Scenario scenario, Tally tally) {
        return String.format(
                Locale.ROOT,
                "%s, %,.0f, %d",
                scenario.title(),
                scenario.traffic().requestsPerMinute(),
                tally.runs());
    }

    /** A count with the interval of its share, in percent. */
    static String share(Tally tally, Verdict verdict) {
        int events = tally.count(verdict);
        ExactInterval interval = ExactInterval.of(events, tally.runs());
        return String.format(
                Locale.ROOT,
                "%.1f %% [%.1f .. %.1f]",
                100.0 * events / tally.runs(),
                100 * interval.lower(),
                100 * interval.upper());
    }

    /** With one decimal, whole from a hundred on; empty for NaN. */
    static String number(double value) {
        if (Double.isNaN(value)) {
            return "";
        }
        return String.format(Locale.ROOT, Math.abs(value) >= 100 ? "%,.0f" : "%.1f", value);
    }
}
