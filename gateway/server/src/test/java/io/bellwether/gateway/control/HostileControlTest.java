package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.hostile.HostileValues;
import io.bellwether.gateway.hostile.Leaks;
import io.bellwether.gateway.hostile.RawHttp;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong request to the control API is refused in its form, appends nothing, and learns nothing. */
class HostileControlTest {
    private static final String GOOD =
            "{\"model\":\"m\",\"candidateVersion\":\"2\",\"steps\":[{\"weightPercent\":10}]}";
    private static final Set<Integer> STATUSES = Set.of(400, 404, 405, 409);

    private static final ControlFold FOLD = new ControlFold();
    private static final FakeControlLog LOG = new FakeControlLog(FOLD);
    private static final Vertx VERTX = Vertx.vertx();
    private static ControlServer server;
    private static int port;

    record Case(String what, String method, String target, String body, List<String> sent) {
        @Override
        public String toString() {
            String clean = what.replaceAll("[^\\x20-\\x7e]", "?");
            return clean.length() <= 100 ? clean : clean.substring(0, 100);
        }
    }

    @BeforeAll
    static void start() {
        FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
        WorkerDirectory directory = Directories.of(new Worker("w", worker));
        directory.poll();
        ControlViews views = new ControlViews(FOLD, directory, new VerdictBoard(4), id -> Optional.empty());
        ControlApi api = new ControlApi(
                FOLD,
                views,
                new CommandWriter(
                        FOLD, LOG, Duration.ofMillis(200), Duration.ofMillis(100), List.of("default", "acme")),
                new FakeTime(),
                new FleetCapacity(directory, Runnable::run));
        server = new ControlServer(VERTX, api, new RolloutEvents(VERTX, FOLD, views), "127.0.0.1", 0, 2_048);
        port = server.start().toCompletionStage().toCompletableFuture().join();
    }

    @AfterAll
    static void stop() {
        server.close().toCompletionStage().toCompletableFuture().join();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
        assertThat(LOG.appended).isEmpty();
    }

    static List<Case> cases() {
        List<Case> all = new ArrayList<>();
        for (String name : HostileValues.PATH_NAMES) {
            String decoded = URLDecoder.decode(name, StandardCharsets.UTF_8);
            List<String> sent = List.of(name, decoded);
            all.add(new Case("rollout " + name, "GET", "/control/v1/rollouts/" + name, "", sent));
            all.add(new Case("move of " + name, "POST", "/control/v1/rollouts/" + name + "/abort", "", sent));
            all.add(new Case("model " + name, "GET", "/control/v1/models/" + name, "", sent));
            all.add(new Case("route of " + name, "GET", "/control/v1/routes/" + name, "", sent));
            all.add(new Case("capacity of " + name, "GET", "/control/v1/models/" + name + "/capacity", "", sent));
            all.add(new Case("verb " + name, "POST", "/control/v1/rollouts/r/" + name, "", sent));
            all.add(new Case(
                    "stable of " + name, "PUT", "/control/v1/models/" + name + "/stable", "{\"version\":\"1\"}", sent));
        }
        for (String name : HostileValues.UNDECODABLE_PATH_NAMES) {
            all.add(new Case("rollout " + name, "GET", "/control/v1/rollouts/" + name, "", List.of(name)));
        }
        for (String name : HostileValues.NAMES) {
            String quoted = Json.encode(name);
            create(all, "model", name, GOOD.replace("\"m\"", quoted));
            create(all, "version", name, GOOD.replace("\"2\"", quoted));
            create(all, "id", name, GOOD.replace("{\"model", "{\"id\":" + quoted + ",\"model"));
            create(all, "field", name, GOOD.replace("{\"model", "{" + quoted + ":1,\"model"));
            create(all, "steps", name, GOOD.replace("[{\"weightPercent\":10}]", quoted));
        }
        for (String number : HostileValues.NUMBERS) {
            if (!number.equals("1.5")) {
                create(all, "weight", number, GOOD.replace(":10}", ":" + number + "}"));
            }
            create(all, "all weights", number, GOOD.replace("[{\"weightPercent\":10}]", number));
            create(all, "based on", number, GOOD.replace("{\"model", "{\"basedOnVersion\":" + number + ",\"model"));
        }
        create(all, "deep", "", "[".repeat(2_000));
        create(all, "half a pair", "", GOOD.replace("\"m\"", "\"\\ud800\""));
        create(all, "field of half a pair", "", GOOD.replace("{\"model", "{\"\\ud800\":1,\"model"));
        create(all, "large", "", " ".repeat(3_000));
        return all;
    }

    private static void create(List<Case> all, String slot, String value, String body) {
        all.add(new Case(slot + " " + value, "POST", "/control/v1/rollouts", body, List.of(value)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedAndLearnsNothing(Case one) {
        // Given
        byte[] body = one.body().getBytes(StandardCharsets.UTF_8);

        // When
        RawHttp.Answer answer = RawHttp.send(port, one.method(), one.target(), List.of(), body);

        // Then
        assertThat(STATUSES).as(answer.text()).contains(answer.status());
        ApiDocument.check(new ApiDocument.Seen(
                one.method(), one.target(), answer.status(), answer.headers(), Buffer.buffer(answer.body())));
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.fieldNames()).contains("error", "reason").isSubsetOf("error", "reason", "problems");
        assertThat(WriteResult.Reason.valueOf(json.getString("reason"))).isNotEqualTo(WriteResult.Reason.INTERNAL);
        assertThat(Leaks.in(json.getString("error"), one.sent()))
                .as(answer.body())
                .isEmpty();
        for (Object problem : json.getJsonArray("problems", new JsonArray())) {
            assertThat(Leaks.in(((JsonObject) problem).getString("text"), one.sent()))
                    .as(answer.body())
                    .isEmpty();
        }
        assertThat(answer.body()).hasSizeLessThan(8_000);
    }
}
