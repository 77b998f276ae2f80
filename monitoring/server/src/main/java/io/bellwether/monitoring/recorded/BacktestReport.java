package io.bellwether.monitoring.recorded;

import io.bellwether.monitoring.replay.Timeline;
import io.bellwether.monitoring.replay.Timeline.Change;
import io.bellwether.monitoring.replay.Timeline.Course;
import io.bellwether.monitoring.replay.Timeline.Guarded;
import io.bellwether.telemetry.events.Verdict.Conclusion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Two courses of the same rollouts side by side: as they were judged, and as they are with other guardrails. */
final class BacktestReport {
    private static final List<Conclusion> DECISIVE = List.of(
            Conclusion.ROLL_BACK,
            Conclusion.ADVANCE,
            Conclusion.PROMOTE,
            Conclusion.INVALID,
            Conclusion.HARM,
            Conclusion.SAFE);

    private final Timeline recorded;
    private final Timeline tested;

    BacktestReport(Timeline recorded, Timeline tested) {
        this.recorded = recorded;
        this.tested = tested;
    }

    List<String> text() {
        List<String> lines = new ArrayList<>();
        recorded.courses().forEach((rollout, then) -> {
            Course now = tested.courses().get(rollout);
            if (now != null) {
                lines.add("Rollout " + rollout + " of model '" + then.last().getModel() + "', last judged at "
                        + EvidenceText.at(then.last().getAtMillis()) + " UTC");
                lines.addAll(conclusions(then, now));
                lines.add("");
                lines.addAll(guardrails(then, now));
                lines.add("");
            }
        });
        if (lines.isEmpty()) {
            lines.add("The file holds nothing that was judged.");
        }
        return lines;
    }

    private static List<String> conclusions(Course then, Course now) {
        Columns table = new Columns("FIRST", "RECORDED", "BACKTEST", "EARLIER BY");
        for (Conclusion conclusion : DECISIVE) {
            Optional<Change> before = then.first(conclusion);
            Optional<Change> after = now.first(conclusion);
            if (before.isPresent() || after.isPresent()) {
                table.row(conclusion.name(), at(before), at(after), earlier(before, after));
            }
        }
        table.row(
                "at the end",
                then.last().getConclusion().name(),
                now.last().getConclusion().name(),
                "");
        return table.lines();
    }

    private static List<String> guardrails(Course then, Course now) {
        Columns table = new Columns(
                "GUARDRAIL",
                "MARGIN",
                "WEIGHT",
                "HARM",
                "SAFE",
                "HARM SHOWN",
                "MARGIN NOW",
                "WEIGHT NOW",
                "HARM NOW",
                "SAFE NOW",
                "HARM SHOWN NOW");
        then.guardrails().forEach((name, before) -> {
            Guarded after = Objects.requireNonNullElse(now.guardrails().get(name), before);
            table.row(
                    name,
                    number(before.last().getMargin()),
                    number(before.last().getWeight()),
                    EvidenceText.eValue(before.last().getLogEHarm()),
                    EvidenceText.eValue(before.last().getLogESafe()),
                    EvidenceText.at(before.harmedAtMillis()),
                    number(after.last().getMargin()),
                    number(after.last().getWeight()),
                    EvidenceText.eValue(after.last().getLogEHarm()),
                    EvidenceText.eValue(after.last().getLogESafe()),
                    EvidenceText.at(after.harmedAtMillis()));
        });
        return table.lines();
    }

    /** One object a rollout. */
    List<String> json() {
        List<String> lines = new ArrayList<>();
        recorded.courses().forEach((rollout, then) -> {
            Course now = tested.courses().get(rollout);
            if (now != null) {
                lines.add("{\"rolloutId\":\"" + rollout + "\",\"recorded\":" + json(then) + ",\"backtest\":" + json(now)
                        + "}");
            }
        });
        return lines;
    }

    private static String json(Course course) {
        List<String> first = new ArrayList<>();
        for (Conclusion conclusion : DECISIVE) {
            course.first(conclusion).ifPresent(change -> first.add("\"" + conclusion + "\":" + change.atMillis()));
        }
        List<String> guardrails = new ArrayList<>();
        for (Map.Entry<String, Guarded> guarded : course.guardrails().entrySet()) {
            Guarded shown = guarded.getValue();
            guardrails.add("{\"name\":\"" + guarded.getKey() + "\",\"harmedAtMillis\":" + shown.harmedAtMillis()
                    + ",\"safeAtMillis\":" + shown.safeAtMillis() + ",\"last\":" + LineJson.print(shown.last()) + "}");
        }
        return "{\"conclusion\":\"" + course.last().getConclusion() + "\",\"atMillis\":"
                + course.last().getAtMillis() + ",\"firstAtMillis\":{" + String.join(",", first)
                + "},\"guardrails\":[" + String.join(",", guardrails) + "]}";
    }

    private static String at(Optional<Change> change) {
        return change.map(known -> EvidenceText.at(known.atMillis())).orElse("not concluded");
    }

    private static String earlier(Optional<Change> before, Optional<Change> after) {
        return before.isPresent() && after.isPresent()
                ? String.format(
                        Locale.ROOT,
                        "%.1f s",
                        (before.get().atMillis() - after.get().atMillis()) / 1e3)
                : "";
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }
}
