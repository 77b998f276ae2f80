package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** A table that grows by one line per look; its header comes again after some lines and when its columns change. */
final class WatchTable {

    private static final int LINES_PER_HEADER = 20;
    private static final int[] FIXED = {7, 11, 5, 8, 9, 9, 5};
    private static final int GUARDRAIL_WIDTH_MIN = 5;

    private String placed = "STEP";
    private List<String> guardrails = List.of();
    private int linesSinceHeader = LINES_PER_HEADER;

    List<String> lines(long seconds, JsonNode rollout) {
        if (!AbText.isAb(rollout)) {
            return lines(seconds, rollout, rollout.path("state").asText(), RolloutText.step(rollout));
        }
        placed = "ARM";
        List<String> lines = new ArrayList<>();
        for (JsonNode arm : AbText.arms(rollout)) {
            lines.addAll(lines(
                    seconds,
                    arm,
                    arm.path("state").asText(),
                    arm.path("candidateVersion").asText()));
        }
        return lines;
    }

    private List<String> lines(long seconds, JsonNode rollout, String state, String place) {
        JsonNode verdict = rollout.path("verdict");
        List<String> names = new ArrayList<>();
        verdict.path("guardrails")
                .forEach(guardrail -> names.add(guardrail.path("name").asText()));
        List<String> lines = new ArrayList<>();
        if (!names.equals(guardrails) || linesSinceHeader >= LINES_PER_HEADER) {
            guardrails = List.copyOf(names);
            linesSinceHeader = 0;
            lines.add(header());
        }
        linesSinceHeader++;
        lines.add(line(List.of(Long.toString(seconds), state, place), rollout, verdict));
        return lines;
    }

    private String header() {
        List<String> cells =
                new ArrayList<>(List.of("SECONDS", "STATE", placed, "WEIGHT", "CONTROL", "CANDIDATE", "HARM"));
        cells.addAll(guardrails);
        cells.add("CONCLUSION");
        return TextTable.line(cells, widths());
    }

    private String line(List<String> first, JsonNode rollout, JsonNode verdict) {
        List<String> cells = new ArrayList<>(first);
        cells.addAll(List.of(
                RolloutText.weight(rollout),
                RolloutText.count(verdict, "controlRequests"),
                RolloutText.count(verdict, "candidateRequests"),
                RolloutText.share(verdict, "logECombined", "logERollBack")));
        for (JsonNode guardrail : verdict.path("guardrails")) {
            cells.add(
                    harmed(verdict, guardrail.path("name").asText())
                            ? "HARM"
                            : RolloutText.percentOf(
                                    guardrail.path("logESafe").asDouble(),
                                    verdict.path("logEPromote").asDouble()));
        }
        List<String> said = new ArrayList<>(Alarm.of(rollout));
        said.add(conclusion(verdict));
        cells.add(String.join(" ", said));
        return TextTable.line(cells, widths());
    }

    private static String conclusion(JsonNode verdict) {
        String reason = verdict.path("reason").asText();
        String conclusion = verdict.path("conclusion").asText("no verdict yet");
        return reason.isEmpty() ? conclusion : conclusion + ": " + reason;
    }

    private static boolean harmed(JsonNode verdict, String name) {
        for (JsonNode harmed : verdict.path("harmed")) {
            if (harmed.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }

    private int[] widths() {
        int[] widths = new int[FIXED.length + guardrails.size() + 1];
        System.arraycopy(FIXED, 0, widths, 0, FIXED.length);
        for (int i = 0; i < guardrails.size(); i++) {
            widths[FIXED.length + i] =
                    Math.max(GUARDRAIL_WIDTH_MIN, guardrails.get(i).length());
        }
        return widths;
    }
}
