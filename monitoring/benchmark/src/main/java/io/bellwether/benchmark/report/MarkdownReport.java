package io.bellwether.benchmark.report;

import io.bellwether.benchmark.judge.Verdict;
import io.bellwether.benchmark.run.RolloutResult;
import io.bellwether.benchmark.run.Tally;
import io.bellwether.benchmark.trace.Scenario;
import java.util.Locale;

/** The table, in Markdown: one for equal candidates, one for harmful ones, with exact 95 % intervals. */
public final class MarkdownReport {
    private MarkdownReport() {}

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
