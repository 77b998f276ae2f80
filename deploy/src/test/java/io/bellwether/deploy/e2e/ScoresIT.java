package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwether.deploy.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** From the scores of answers to what goes up: a candidate that scores otherwise is held where that is asked for. */
@EnabledIfSystemProperty(
        named = "bellwether.long",
        matches = "true",
        disabledReason = "it takes minutes; -Dbellwether.long=true")
@Timeout(300)
class ScoresIT {
    private static final Duration END_MAX = Duration.ofMinutes(2);
    private static final int REQUESTS_PER_SECOND = 150;

    /** Version 7 is the program of version 2 under another number. */
    private static final Map<String, String> PROGRAMS = Map.of("1", "1", "2", "2", "7", "2");

    @TempDir
    private static Path folder;

    private static Platform platform;
    private static Client client;
    private static Rollouts rollouts;

    @BeforeAll
    static void startPlatform() throws Exception {
        Path samples = Path.of("samples", "models", "digits");
        Path digits = Files.createDirectories(folder.resolve("models").resolve("digits"));
        Files.copy(samples.resolve("model.yaml"), digits.resolve("model.yaml"));
        for (var version : PROGRAMS.entrySet()) {
            Path to = Files.createDirectories(digits.resolve(version.getKey()));
            Files.copy(samples.resolve(version.getValue()).resolve("model.pt"), to.resolve("model.pt"));
        }
        platform = Platform.start(folder.resolve("home"), folder.resolve("models"));
        client = platform.client();
        rollouts = new Rollouts(client);
    }

    @AfterAll
    static void stopPlatform() {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void anEqualCandidateIsPromotedThoughAMoveWouldHoldIt() throws Exception {
        rollouts.stable("2");
        try (var load = SteadyLoad.settled(client, REQUESTS_PER_SECOND)) {
            // When
            var id = rollouts.createHeldByMoves("2", "7");
            var end = rollouts.awaitEnd(id, END_MAX);

            // Then
            assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("PROMOTED");
            JsonNode scores = end.path("verdict").path("scores");
            assertThat(scores.path("scale").asText()).isEqualTo("top-1");
            assertThat(scores.path("moved").asBoolean()).isFalse();
            assertThat(scores.path("candidateCount").asLong()).isGreaterThan(500);
            assertThat(load.failures()).as(load.answers().toString()).isZero();
        }
    }

    @Test
    void aCandidateThatScoresOtherwiseIsHeldAndSaysWhatMoved() throws Exception {
        // Given version 1, which saw few images and is less sure
        rollouts.stable("2");
        try (var load = SteadyLoad.settled(client, REQUESTS_PER_SECOND)) {
            // When
            var id = rollouts.createHeldByMoves("2", "1");
            Await.until("all but the scores would let it go up", END_MAX, () -> reason(id)
                    .matches("(?s)the scores of the candidate's answers have moved, .*Without that: no guardrail.*"));

            // Then
            JsonNode verdict = client.rollout(id).path("verdict");
            assertThat(verdict.path("conclusion").asText()).isEqualTo("HOLD");
            assertThat(verdict.path("scores").path("moved").asBoolean()).isTrue();
            assertThat(verdict.path("scores").path("holding").asBoolean()).isTrue();
            assertThat(verdict.path("scores").path("bins")).hasSizeGreaterThan(5);
            assertThat(client.rollout(id).path("step").asInt()).isZero();
            System.out.println("scores: " + verdict.path("reason").asText());

            // When a person ends it, what was recorded gives the same verdicts, byte for byte
            var answer = client.control("POST", "/rollouts/" + id + "/abort", "{\"reason\": \"test\"}");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(new RecordedTelemetry(platform, folder).replay(Client.MODEL, id))
                    .matches("\\{\"summary\":\\{\"identical\":[1-9]\\d*,\"different\":0,\"notCompared\":0,\"new\":0}}");
            assertThat(load.failures()).as(load.answers().toString()).isZero();
        }
    }

    private static String reason(String id) throws Exception {
        return client.rollout(id).path("verdict").path("reason").asText();
    }
}
