package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Kafka goes away under load in the middle of a rollout, and comes back. */
@Timeout(300)
class KafkaOutageIT {
    private static final long OUTAGE_SECONDS = 12;

    @TempDir
    private Path folder;

    @Test
    void inferenceGoesOnNothingIsPromotedMeanwhileAndDecisionsResume() throws Exception {
        try (var platform = Platform.start(folder.resolve("home"), Platform.HASTY)) {
            var client = platform.client();
            var rollouts = new Rollouts(client);
            rollouts.stable("1");
            try (var load = SteadyLoad.settled(client, 150)) {
                // Given
                var id = rollouts.create("1", "2");
                Await.until("a verdict exists", Duration.ofSeconds(30), () -> client.rollout(id)
                        .path("verdict")
                        .isObject());

                // When
                platform.stop(Role.KAFKA);
                var before = client.rollout(id);
                long served = load.successes();
                TimeUnit.SECONDS.sleep(OUTAGE_SECONDS);

                // Then
                var during = client.rollout(id);
                assertThat(during.path("state").asText())
                        .isEqualTo(before.path("state").asText());
                assertThat(during.path("step").asInt())
                        .isEqualTo(before.path("step").asInt());
                assertThat(load.successes() - served).isGreaterThan(OUTAGE_SECONDS * 100);
                assertThat(load.failures()).as(load.answers().toString()).isZero();
                assertThat(drops(client)).as("dropped snapshots").isPositive();
                var write = client.control("POST", "/rollouts/" + id + "/hold", "{\"reason\": \"test\"}");
                assertThat(write.statusCode()).as(write.body()).isEqualTo(503);

                // When
                platform.start(Role.KAFKA);
                platform.awaitReady();
                var end = rollouts.awaitEnd(id, Duration.ofMinutes(2));

                // Then
                assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("PROMOTED");
                assertThat(load.failures()).as(load.answers().toString()).isZero();
            }
        }
    }

    private static double drops(Client client) throws Exception {
        return client.metric(Port.GATEWAY_MANAGEMENT, "bellwether_gateway_snapshots_dropped_total")
                + client.metric(Port.GATEWAY_MANAGEMENT, "bellwether_gateway_snapshots_failed_total");
    }
}
