package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwether.controlapi.log.Command;
import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * From requests through Kafka to decisions that move traffic. When monitoring is killed in the middle of a rollout, no
 * decision is repeated, lost or contradicted.
 */
@Timeout(300)
class RolloutIT {
    private static final Duration END_MAX = Duration.ofMinutes(2);
    private static final int REQUESTS_PER_SECOND = 150;

    @TempDir
    private static Path folder;

    private static Platform platform;
    private static Client client;
    private static Rollouts rollouts;

    @BeforeAll
    static void startPlatform() throws Exception {
        platform = Platform.start(folder.resolve("home"));
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
    void aFailingCandidateIsTakenBackWithinSeconds() throws Exception {
        // Given
        rollouts.stable("2");
        try (var load = SteadyLoad.settled(client, REQUESTS_PER_SECOND)) {
            // When
            var id = rollouts.create("2", "4");
            var end = rollouts.awaitEnd(id, END_MAX);

            // Then
            assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("ROLLED_BACK");
            assertThat(harmed(client.rollout(id))).contains("errors");
            assertThat(client.model("digits").path("stableVersion").asText()).isEqualTo("2");
            // the candidate refuses some images, whoever asks; nobody else is hurt
            assertThat(load.answers()).containsOnlyKeys("200", "500");
            // what was recorded gives the same verdicts, byte for byte
            assertThat(new RecordedTelemetry(platform, folder).replay(Client.MODEL, id))
                    .matches("\\{\"summary\":\\{\"identical\":[1-9]\\d*,\"different\":0,\"notCompared\":0,\"new\":0}}");
        }
        assertThat(client.metric(Port.MONITORING_MANAGEMENT, "bellwether_monitoring_verdicts_total"))
                .isPositive();
    }

    @Test
    void aSplitByClientIsDecidedByClientsOfWhichEachSpeaksOnce() throws Exception {
        // Given
        rollouts.stable("2");
        try (var load = SteadyLoad.settled(client, REQUESTS_PER_SECOND)) {
            // When
            var id = rollouts.createByUser("2", "4");
            var end = rollouts.awaitEnd(id, END_MAX);

            // Then
            assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("ROLLED_BACK");
            var verdict = client.rollout(id).path("verdict");
            assertThat(verdict.path("unit").asText()).isEqualTo("client");
            assertThat(verdict.path("clientMemories").asInt()).isEqualTo(1);
            assertThat(verdict.path("reason").asText()).contains("of candidate clients fail");
            assertThat(verdict.path("candidateClients").asLong())
                    .isBetween(200L, verdict.path("candidateRequests").asLong() - 1);
            assertThat(load.answers()).containsOnlyKeys("200", "500");
        }
    }

    @Test
    void aBetterCandidateIsPromotedOnceOnEvidenceThoughMonitoringIsKilledOnTheWay() throws Exception {
        rollouts.stable("1");
        try (var load = SteadyLoad.settled(client, REQUESTS_PER_SECOND)) {
            // Given
            var id = rollouts.create("1", "2");
            Await.until(
                    "the second step is reached",
                    END_MAX,
                    () -> client.rollout(id).path("step").asInt() == 1);

            // When
            platform.kill(Role.MONITORING);
            platform.start(Role.MONITORING);
            platform.awaitReady();
            var end = rollouts.awaitEnd(id, END_MAX);

            // Then
            assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("PROMOTED");
            assertThat(end.path("verdict").path("guardrails")).hasSizeGreaterThanOrEqualTo(5);
            assertThat(client.model("digits").path("stableVersion").asText()).isEqualTo("2");
            assertThat(client.infer(Digit.all().get(0)).headers().firstValue("Bellwether-Model-Version"))
                    .contains("2");
            var decisions = decisions(id);
            assertThat(decisions).extracting(Command::getId).doesNotHaveDuplicates();
            assertThat(decisions).filteredOn(Command::hasAdvance).hasSize(1);
            assertThat(decisions).filteredOn(Command::hasPromote).hasSize(1);
            assertThat(decisions).filteredOn(Command::hasRollBack).isEmpty();
            assertThat(load.failures()).as(load.answers().toString()).isZero();
        }
    }

    @Test
    void aRollBackIsDecidedOnceThoughMonitoringIsKilledOnTheWay() throws Exception {
        rollouts.stable("2");
        try (var load = SteadyLoad.settled(client, REQUESTS_PER_SECOND)) {
            // Given
            platform.kill(Role.MONITORING);
            var id = rollouts.create("2", "4");
            Await.until("the candidate has failed requests", END_MAX, () -> load.failures() > 20);

            // When
            platform.start(Role.MONITORING);
            platform.awaitReady();
            var end = rollouts.awaitEnd(id, END_MAX);

            // Then
            assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("ROLLED_BACK");
            var decisions = decisions(id);
            assertThat(decisions).filteredOn(Command::hasRollBack).hasSize(1);
            assertThat(decisions).filteredOn(Command::hasPromote).isEmpty();
        }
    }

    @Test
    void labelsThatAnApplicationTellsLaterEndAShadowThatIsWrongMoreOften() throws Exception {
        // Given a shadow whose candidate errs on 16 % of the images and the stable version on 1 %
        rollouts.stable("2");
        var id = rollouts.createShadow("2", "5");
        Await.until("the shadow is judged", END_MAX, () -> client.rollout(id).has("verdict"));
        var items = new ArrayList<String>();
        for (var digit : Digit.all().subList(0, 240)) {
            var answer = client.infer(digit);
            assertThat(answer.headers().firstValue("Bellwether-Model-Version")).contains("2");
            items.add("{\"requestId\": \""
                    + answer.headers().firstValue("Bellwether-Request-Id").orElseThrow() + "\", \"label\": \""
                    + digit.label() + "\"}");
        }

        // When the application learns what they were
        var told = client.infer("/models/" + Client.MODEL + "/feedback", "{\"items\": " + items + "}");
        assertThat(told.statusCode()).as(told.body()).isEqualTo(202);
        var end = rollouts.awaitEnd(id, END_MAX);

        // Then only they can have ended it
        assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("ROLLED_BACK");
        assertThat(harmed(end)).containsExactly("accuracy");
        assertThat(end.path("verdict").path("conclusion").asText()).isEqualTo("HARM");
    }

    private static List<Command> decisions(String id) throws Exception {
        return ControlLog.commands(platform.settings(), id).stream()
                .filter(command -> command.getActor().equals("monitoring"))
                .toList();
    }

    private static List<String> harmed(JsonNode rollout) {
        var harmed = new ArrayList<String>();
        rollout.path("verdict").path("harmed").forEach(name -> harmed.add(name.asText()));
        return harmed;
    }
}
