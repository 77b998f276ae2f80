package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Routes of the control API in words. */
final class RouteText {
    private static final int WORKERS_NAMED_MAX = 3;

    private RouteText() {}

    /** A table with one line for each part of a model's requests. */
    static List<String> list(JsonNode routes) {
        List<String> lines = new ArrayList<>();
        lines.add("route version " + routes.path("routeVersion").asLong());
        if (routes.path("routes").isEmpty()) {
            lines.add("no models; add one to the repository of a worker");
            return lines;
        }
        TextTable table = new TextTable("MODEL", "VERSION", "ARM", "WEIGHT", "WORKERS", "ROLLOUT");
        for (JsonNode route : routes.path("routes")) {
            rows(table, route);
        }
        lines.addAll(table.lines());
        return lines;
    }

    private static void rows(TextTable table, JsonNode route) {
        String model = route.path("model").asText();
        String rollout = rollout(route);
        if (route.path("shares").isEmpty()) {
            table.row(model, "-", "-", "100 %", "no version is known: requests are refused", rollout);
            rollout = "";
        }
        for (JsonNode share : route.path("shares")) {
            table.row(
                    model,
                    share.path("version").asText(),
                    share.path("arm").asText(),
                    RolloutText.percent(share.path("weightPercent").asDouble()),
                    workers(share),
                    rollout);
            rollout = "";
        }
        JsonNode copies = route.path("copies");
        if (copies.isObject()) {
            table.row(
                    model,
                    copies.path("version").asText(),
                    "(copies)",
                    RolloutText.percent(copies.path("sharePercent").asDouble()),
                    "",
                    "");
        }
    }

    private static String workers(JsonNode share) {
        JsonNode workers = share.path("workers");
        if (!share.path("served").asBoolean()) {
            return "none is ready: requests are refused";
        }
        List<String> named = new ArrayList<>();
        for (int i = 0; i < Math.min(workers.size(), WORKERS_NAMED_MAX); i++) {
            named.add(workers.path(i).asText());
        }
        int more = workers.size() - named.size();
        return String.join(", ", named) + (more > 0 ? " and " + more + " more" : "");
    }

    private static String rollout(JsonNode route) {
        JsonNode rollout = route.path("rollout");
        if (!rollout.isObject()) {
            return "";
        }
        String header = route.path("keyHeader").asText("");
        return String.format(
                Locale.ROOT,
                "%s %s, step %d/%d%s%s%s",
                rollout.path("id").asText(),
                rollout.path("state").asText(),
                rollout.path("step").asInt() + 1,
                rollout.path("steps").asInt(),
                header.isEmpty() ? "" : ", sticky by " + header,
                PlanText.target(route).map(target -> ", only " + target).orElse(""),
                rollout.path("takenBackByGuard").asBoolean() ? ", taken back at this gateway" : "");
    }
}
