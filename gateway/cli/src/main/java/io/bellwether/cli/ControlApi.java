package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;

/** Client of the control API of a gateway. */
final class ControlApi {
    private static final GatewayPort.Words WORDS =
            new GatewayPort.Words("control API", 8003, "--control or BELLWETHER_CONTROL", false);

    private final GatewayPort port;

    ControlApi(URI base, Duration answerMax) {
        this.port = new GatewayPort(base, WORDS, answerMax);
    }

    /** Path below {@code /control/v1} from segments, each percent-encoded. */
    static String path(String... segments) {
        return GatewayPort.path("/control/v1", segments);
    }

    Answer get(String path) {
        return port.send("GET", path, "", "");
    }

    Answer post(String path, JsonNode body) {
        return change("POST", path, body);
    }

    Answer put(String path, JsonNode body) {
        return change("PUT", path, body);
    }

    private Answer change(String method, String path, JsonNode body) {
        String commandId = body.path("commandId").asText();
        return port.send(
                method,
                path,
                body.toString(),
                "; whether the command took effect is not known, and to repeat it with --command-id " + commandId
                        + " is safe");
    }
}
