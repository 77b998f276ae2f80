package io.bellwether.loadtests;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints one line a second: for people, or as JSON for programs. */
final class Progress implements LoadDriver.Observer {
    private final PrintStream out;
    private final boolean json;
    private final double rate;

    Progress(PrintStream out, boolean json, double rate) {
        this.out = out;
        this.json = json;
        this.rate = rate;
    }

    @Override
    public void second(long second, Tally tally, int inFlight) {
        Map<String, Counts> interval = tally.takeInterval();
        out.println(json ? jsonLine(second, interval, tally.total(), inFlight) : line(second, interval, inFlight));
        out.flush();
    }

    /**
     * {@code second}, {@code requestsPerSecond}, {@code inFlight}; {@code interval} and {@code total}, each with counts of
     * all requests and of each version.
     */
    private String jsonLine(long second, Map<String, Counts> interval, Map<String, Counts> total, int inFlight) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("atMillis", System.currentTimeMillis());
        fields.put("second", second);
        fields.put("requestsPerSecond", rate);
        fields.put("inFlight", inFlight);
        fields.put("interval", part(interval));
        fields.put("total", part(total));
        return Results.line(fields);
    }

    private static Map<String, Object> part(Map<String, Counts> byVersion) {
        Map<String, Object> fields = Results.counts(Tally.sum(byVersion));
        fields.put("versions", Results.byVersion(byVersion));
        return fields;
    }

    private String line(long second, Map<String, Counts> interval, int inFlight) {
        Counts all = Tally.sum(interval);
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "%4d s  %6.0f/s asked  %6d ok  %5d failed  p50 %7.2f ms  p99 %7.2f ms  max %7.2f ms  %4d open",
                second,
                rate,
                all.count(Outcome.OK),
                all.failures(),
                all.millis(50),
                all.millis(99),
                all.millis(100),
                inFlight));
        all.outcomes().forEach((outcome, count) -> {
            if (outcome != Outcome.OK) {
                line.append("  ").append(outcome.label()).append(' ').append(count);
            }
        });
        interval.forEach((version, counts) -> {
            if (!version.isEmpty() && interval.size() > 1) {
                line.append("  v").append(version).append(' ').append(counts.total());
            }
        });
        return line.toString();
    }

    /** What a stretch came to, for people. */
    static String summary(double rate, LoadDriver.Result result) {
        Map<String, Counts> byVersion = result.tally().total();
        Counts all = Tally.sum(byVersion);
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%.0f requests/s for %.1f s: %d ok, %d failed %s%n",
                rate,
                result.seconds(),
                all.count(Outcome.OK),
                all.failures(),
                Results.counts(all).get("outcomes")));
        byVersion.forEach((version, counts) -> text.append(String.format(
                Locale.ROOT,
                "  version %-6s %7d ok  p50 %.2f  p90 %.2f  p99 %.2f  p99.9 %.2f  max %.2f ms%s%n",
                version.isEmpty() ? "none" : version,
                counts.count(Outcome.OK),
                counts.millis(50),
                counts.millis(90),
                counts.millis(99),
                counts.millis(99.9),
                counts.millis(100),
                accuracy(counts))));
        text.append(String.format(
                Locale.ROOT, "  the driver was at most %.2f ms behind its schedule", result.lagNanosMax() / 1e6));
        return text.toString();
    }

    private static String accuracy(Counts counts) {
        return counts.labelled() == 0
                ? ""
                : String.format(Locale.ROOT, "  %.2f %% correct", 100.0 * counts.correct() / counts.labelled());
    }
}
