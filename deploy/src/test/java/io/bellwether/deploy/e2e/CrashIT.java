package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Role;
import io.grpc.Status;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Worker and gateway are killed as the kernel kills. */
@Timeout(300)
class CrashIT {
    private static final Duration BACK_MAX = Duration.ofMinutes(1);

    @TempDir
    private static Path folder;

    private static Platform platform;
    private static Client client;
    private static Rollouts rollouts;
    private static List<Digit> digits;

    @BeforeAll
    static void startPlatform() throws Exception {
        digits = Digit.all();
        platform = Platform.start(folder.resolve("home"), Platform.HASTY);
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
    void withoutAWorkerRequestsAreRefusedInTimeAndServedWhenItIsBack() throws Exception {
        // Given
        assertThat(client.infer(digits.get(0)).statusCode()).isEqualTo(200);

        // When
        platform.kill(Role.WORKER);
        long startNanos = System.nanoTime();
        var refused = client.infer(digits.get(0));
        var waited = Duration.ofNanos(System.nanoTime() - startNanos);

        // Then
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Bellwether-Reason").orElse(""))
                .isIn("WORKER_UNAVAILABLE", "NOT_READY");
        assertThat(client.parse(refused.body()).path("error").asText()).isNotBlank();
        assertThat(waited).isLessThan(Duration.ofSeconds(5));
        try (var grpc = new GrpcClient(platform.settings())) {
            assertThat(grpc.failure("digits", "", "image", "FP32", 64, 256)
                            .getStatus()
                            .getCode())
                    .isEqualTo(Status.Code.UNAVAILABLE);
        }

        // When
        platform.start(Role.WORKER);

        // Then
        Await.until(
                "requests are served again",
                BACK_MAX,
                () -> client.infer(digits.get(0)).statusCode() == 200);
    }

    @Test
    void aGatewayComesBackWithTheSameRoutesAlsoWithoutKafka() throws Exception {
        // Given
        rollouts.stable("2");
        var rollout = rollouts.create("2", "1");
        var routes = client.rollout(rollout);
        assertThat(versionOf(digits.get(0))).isIn("1", "2");

        // When
        platform.kill(Role.GATEWAY);
        platform.start(Role.GATEWAY);
        platform.awaitReady();

        // Then
        assertThat(client.model("digits").path("stableVersion").asText()).isEqualTo("2");
        assertThat(client.rollout(rollout).path("weightPercent")).isEqualTo(routes.path("weightPercent"));

        // When
        platform.stop(Role.KAFKA);
        platform.kill(Role.GATEWAY);
        platform.start(Role.GATEWAY);

        // Then
        Await.until("the gateway serves from what it has on disk", BACK_MAX, () -> {
            try {
                return client.infer(digits.get(0)).statusCode() == 200;
            } catch (ConnectException e) {
                return false;
            }
        });
        assertThat(client.model("digits").path("stableVersion").asText()).isEqualTo("2");
        assertThat(client.rollout(rollout).path("weightPercent")).isEqualTo(routes.path("weightPercent"));

        // When
        platform.start(Role.KAFKA);
        platform.awaitReady();

        // Then the log has the end of the rollout. A gateway that does not know yet that the log is back takes the
        // abort
        // alone and publishes it a moment later, and may confirm none itself: whatever comes then finds the rollout
        // over
        Await.until("commands are taken again", BACK_MAX, () -> {
            var answer = client.control("POST", "/rollouts/" + rollout + "/abort", "{\"reason\": \"test\"}");
            return answer.statusCode() == 200 || rollouts.state(rollout).matches("ABORTED|ROLLED_BACK");
        });
    }

    private static String versionOf(Digit digit) throws Exception {
        return client.infer(digit)
                .headers()
                .firstValue("Bellwether-Model-Version")
                .orElse("");
    }
}
