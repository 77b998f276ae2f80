package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Models of the control API in words. */
final class ModelText {

    private static final String UNKNOWN = "-";

    private ModelText() {}

    /** A table with one line per version. */
    static List<String> list(JsonNode models) {
        if (models.isEmpty()) {
            return List.of("no models; add one to the repository of a worker");
        }
        TextTable table = new TextTable("MODEL", "VERSION", "STATE", "WORKERS", "ROLE", "REASON");
        for (JsonNode model : models) {
            String stable = model.path("stableVersion").asText("");
            for (JsonNode version : model.path("versions")) {
                JsonNode workers = version.path("workers");
                table.row(
                        model.path("model").asText(),
                        version.path("version").asText(),
                        version.path("state").asText(),
                        workers.isArray() ? Integer.toString(workers.size()) : workers.asText("0"),
                        !stable.isEmpty() && version.path("version").asText().equals(stable) ? "stable" : "",
                        version.path("reason").asText(""));
            }
            String rollout = model.path("rolloutId").asText("");
            if (!rollout.isEmpty()) {
                table.row(model.path("model").asText(), "", "", "", "rollout " + rollout, "");
            }
        }
        return table.lines();
    }

    /** One model: a line for each version on each worker, and what to look at next. */
    static List<String> whole(JsonNode model) {
        String name = model.path("model").asText();
        String stable = model.path("stableVersion").asText("");
        String rollout = model.path("rolloutId").asText("");
        List<String> lines = new ArrayList<>();
        lines.add(name + ": " + (stable.isEmpty() ? "no stable version" : "stable version " + stable)
                + (rollout.isEmpty() ? "" : ", rollout " + rollout) + ", route version "
                + model.path("routeVersion").asLong());
        TextTable table = new TextTable(
                "VERSION",
                "WEIGHT",
                "ROLE",
                "WORKER",
                "STATE",
                "IN FLIGHT",
                "WAITING",
                "WAIT",
                "RUN",
                "TOLD",
                "REASON");
        for (JsonNode version : model.path("versions")) {
            String number = version.path("version").asText();
            for (JsonNode on : version.path("onWorkers")) {
                table.row(
                        number,
                        RolloutText.percent(version.path("weightPercent").asDouble()),
                        number.equals(stable) ? "stable" : "",
                        on.path("worker").asText(),
                        on.path("reachable").asBoolean() ? on.path("state").asText() : "NOT REACHABLE",
                        Integer.toString(on.path("requestsInFlight").asInt()),
                        on.path("told").path("waiting").asText(UNKNOWN),
                        millis(on.path("told").path("waitMillis")),
                        millis(on.path("told").path("runMillis")),
                        age(on.path("told").path("ageMillis")),
                        on.path("reason").asText());
            }
        }
        lines.addAll(
                model.path("versions").isEmpty()
                        ? List.of("no worker has it; add it to the repository of one")
                        : table.lines());
        PlanText.target(model)
                .ifPresent(target -> lines.add("WEIGHT is of " + target + "; all others go to the stable version."));
        lines.add("");
        lines.add("Where its requests go: bellwether route show " + name + ". What it can carry: bellwether capacity "
                + name + "." + (rollout.isEmpty() ? "" : " Why: bellwether rollout explain " + rollout + "."));
        return lines;
    }

    private static String millis(JsonNode millis) {
        return millis.isNumber() ? CapacityText.millis(millis.asDouble()) + " ms" : UNKNOWN;
    }

    private static String age(JsonNode millis) {
        return millis.isNumber() ? String.format(Locale.ROOT, "%.1f s ago", millis.asDouble() / 1_000) : UNKNOWN;
    }
}
