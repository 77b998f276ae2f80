package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Models of the control API in words. */
final class ModelText {

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
}
