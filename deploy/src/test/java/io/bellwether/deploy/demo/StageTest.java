package io.bellwether.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stage against a control API in memory that knows one rollout. */
class StageTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final List<String> changes = new ArrayList<>();
    private HttpServer server;
    private String stable = "1";
    private String state = "RUNNING";
    private String actor = "person:demo";

    @BeforeEach
    void startControlApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/control/v1", this::handle);
        server.start();
    }

    @AfterEach
    void stopControlApi() {
        server.stop(0);
    }

    @Test
    void itsOwnLiveRolloutIsTakenBackWhenItCloses() {
        // When
        stage(false).close();

        // Then
        assertThat(changes).containsExactly("POST /rollouts/r-1/abort");
        assertThat(text()).contains("Took back the rollout r-1");
    }

    @Test
    void theRolloutOfSomebodyElseOutlivesIt() throws Exception {
        // Given
        actor = "person:ada";
        var stage = stage(false);

        // When
        var objection = stage.objection("1");
        stage.close();

        // Then
        assertThat(objection.orElseThrow()).contains("rollout abort r-1");
        assertThatThrownBy(() -> stage.prepare("1")).hasMessageContaining("--take-over");
        assertThat(changes).isEmpty();
    }

    @Test
    void takesOverWhenItIsTold() throws Exception {
        // Given
        actor = "person:ada";
        stable = "3";
        var stage = stage(true);

        // When
        var objection = stage.objection("1");
        stage.prepare("1");

        // Then
        assertThat(objection).isEmpty();
        assertThat(changes).containsExactly("POST /rollouts/r-1/abort", "PUT /models/digits/stable");
        assertThat(text()).contains("Version 3 of digits is stable; making version 1 stable.");
    }

    @Test
    void withoutAGatewayItSaysWhatMayBeLeft() {
        // Given
        server.stop(0);

        // When
        stage(false).close();

        // Then
        assertThat(text()).contains("may be live still", "rollout abort ID");
    }

    private Stage stage(boolean takeOver) {
        return new Stage(
                new ControlClient("http://127.0.0.1:" + server.getAddress().getPort()),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                takeOver);
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath().substring("/control/v1".length());
            var body = new ObjectMapper().readTree(exchange.getRequestBody().readAllBytes());
            if (!exchange.getRequestMethod().equals("GET")) {
                changes.add(exchange.getRequestMethod() + " " + path);
                state = path.endsWith("/abort") ? "ABORTED" : state;
                stable = path.endsWith("/stable") ? body.path("version").asText() : stable;
            }
            var answer = path.equals("/models")
                    ? "[{\"model\": \"digits\", \"stableVersion\": \"" + stable + "\"}]"
                    : "[{\"id\": \"r-1\", \"state\": \"" + state + "\", \"history\": [{\"actor\": \"" + actor
                            + "\"}]}]";
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
