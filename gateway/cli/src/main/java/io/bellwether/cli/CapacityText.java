package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The capacity of a model in words. What is not known is a dash or said, never a number. */
final class CapacityText {
    private static final String UNKNOWN = "-";

    private static final int WHOLE = 100;

    private CapacityText() {}

    static List<String> whole(JsonNode model) {
        JsonNode versions = model.path("versions");
        if (versions.isEmpty()) {
            return List.of("no worker that can be asked serves "
                    + model.path("model").asText() + "; 'bellwether model list' shows why");
        }
        List<String> lines = new ArrayList<>(costs(model));
        lines.add("");
        lines.addAll(rates(model));
        for (JsonNode version : versions) {
            if (!version.path("known").asBoolean()) {
                lines.add("version " + version.path("version").asText()
                        + ": its capacity is not known yet; it is after some batches of several sizes");
            }
        }
        lines.addAll(projection(model));
        return lines;
    }

    /** What the planner would make of shares of the traffic: of all for the stable version, of each weight for others. */
    private static List<String> projection(JsonNode model) {
        TextTable table = new TextTable("VERSION", "WEIGHT", "BUSY", "ON TIME", "P50", "P99");
        boolean any = false;
        for (JsonNode version : model.path("versions")) {
            boolean stable = version.path("version").equals(model.path("stableVersion"));
            for (JsonNode at : version.path("projection")) {
                if (!stable || at.path("weightPercent").asInt() == WHOLE) {
                    any = true;
                    table.row(
                            version.path("version").asText(),
                            at.path("weightPercent").asInt() + " %",
                            percent(at.path("utilisation").asDouble()),
                            percent(Math.floor(at.path("onTimeShare").asDouble() * 1_000) / 1_000),
                            millis(at, "p50Millis") + " ms",
                            millis(at, "p99Millis") + " ms");
                }
            }
        }
        if (!any) {
            return List.of();
        }
        JsonNode traffic = model.path("projectedTraffic");
        String from = traffic.path("basis").asText().equals("POISSON")
                ? " of random requests"
                : ", made from the recent requests";
        List<String> lines = new ArrayList<>(List.of(
                "", "projection for " + rate(traffic.path("requestsPerSecond")) + from + ", not a measurement:"));
        lines.addAll(table.lines());
        return lines;
    }

    /** What a batch takes, on the slowest worker of each version. */
    private static List<String> costs(JsonNode model) {
        TextTable table = new TextTable(
                "VERSION", "ROLE", "BATCH OF b TAKES", "SPREAD", "RUNS", "OBJECTIVE", "BEST BATCH", "TAKES", "P99");
        for (JsonNode version : model.path("versions")) {
            JsonNode worker = worker(version);
            JsonNode latency = worker.path("latency");
            JsonNode capacity = worker.path("capacity");
            boolean stable = version.path("version").equals(model.path("stableVersion"));
            table.row(
                    version.path("version").asText(),
                    stable ? "stable" : "",
                    latency.isObject() ? line(latency) : UNKNOWN,
                    latency.isObject() ? percent(latency.path("sigmaShare").asDouble()) : UNKNOWN,
                    latency.isObject()
                            ? String.format(
                                    Locale.ROOT, "%.0f", latency.path("runs").asDouble())
                            : UNKNOWN,
                    objective(worker),
                    best(capacity),
                    capacity.isObject()
                            ? millis(capacity, "meanMillis") + " +- " + millis(capacity, "errorMillis") + " ms"
                            : UNKNOWN,
                    capacity.isObject() ? millis(capacity, "p99Millis") + " ms" : UNKNOWN);
        }
        return table.lines();
    }

    /** What all workers of each version can promise together. */
    private static List<String> rates(JsonNode model) {
        JsonNode planned = model.path("requestsPerSecond");
        String column = planned.isNumber() ? "WORKERS FOR " + rate(planned) : "";
        TextTable table = new TextTable("VERSION", "WORKERS", "PROMISED", "SUSTAINED", "ARRIVING", "HEAD ROOM", column);
        for (JsonNode version : model.path("versions")) {
            boolean known = version.path("known").asBoolean();
            JsonNode replicas = version.path("replicasNeeded");
            String needed = replicas.isNumber() ? replicas.asText() : known ? "no number of them" : UNKNOWN;
            table.row(
                    version.path("version").asText(),
                    Integer.toString(version.path("workers").size()),
                    rate(version.path("promisedRequestsPerSecond")),
                    rate(version.path("sustainedRequestsPerSecond")),
                    rate(version.path("arrivingRequestsPerSecond")),
                    rate(version.path("headRoomRequestsPerSecond")),
                    planned.isNumber() ? needed : "");
        }
        return table.lines();
    }

    private static JsonNode worker(JsonNode version) {
        JsonNode slowest = version.path("slowestWorker");
        for (JsonNode worker : version.path("workers")) {
            if (worker.path("worker").equals(slowest)) {
                return worker;
            }
        }
        return version.path("workers").path(0);
    }

    private static String line(JsonNode latency) {
        return millis(latency, "alphaMillis") + " + " + millis(latency, "betaMillis") + " b ms";
    }

    private static String objective(JsonNode worker) {
        double objective = worker.path("objectiveMillis").asDouble();
        return objective > 0 ? millis(worker, "objectiveMillis") + " ms" : "none";
    }

    private static String best(JsonNode capacity) {
        int items = capacity.path("bestItems").asInt();
        return !capacity.isObject() ? UNKNOWN : items == 0 ? "none is fast enough" : Integer.toString(items);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    static String millis(JsonNode node, String field) {
        return millis(node.path(field).asDouble());
    }

    static String millis(double millis) {
        return String.format(Locale.ROOT, millis < 1 ? "%.4f" : millis < 100 ? "%.2f" : "%.0f", millis);
    }

    static String rate(JsonNode rate) {
        double value = rate.asDouble();
        return !rate.isNumber()
                ? UNKNOWN
                : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%,.1f/s" : "%,.0f/s", value);
    }
}
