package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Role;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Monitoring is killed in the middle of a rollout: no decision is repeated, lost or contradicted. */
@Timeout(300)
class MonitoringCrashIT {
    private static final Duration END_MAX = Duration.ofMinutes(2);

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
    void aPromotionIsDecidedOnceThoughMonitoringIsKilledOnTheWay() throws Exception {
        rollouts.stable("1");
        try (var load = SteadyLoad.settled(client, 150)) {
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
        try (var load = SteadyLoad.settled(client, 150)) {
            // Given
            platform.kill(Role.MONITORING);
            var id = rollouts.create("2", "4");
            Await.until("the candidate has failed requests", END_MAX, () -> load.failures() > 20);

            // When
            platform.start(Role.MONITORING);
            var end = rollouts.awaitEnd(id, END_MAX);

            // Then
            assertThat(end.path("state").asText()).as(end.toPrettyString()).isEqualTo("ROLLED_BACK");
            var decisions = decisions(id);
            assertThat(decisions).filteredOn(Command::hasRollBack).hasSize(1);
            assertThat(decisions).filteredOn(Command::hasPromote).isEmpty();
        }
    }

    private static List<Command> decisions(String id) throws Exception {
        return ControlLog.commands(platform.settings(), id).stream()
                .filter(command -> command.getActor().equals("monitoring"))
                .toList();
    }
}
