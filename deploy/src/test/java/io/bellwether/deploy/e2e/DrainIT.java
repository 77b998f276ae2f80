package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.Await;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A gateway that is asked to end serves on until balancers have seen that it is not ready. */
@Timeout(300)
class DrainIT {
    @TempDir
    private static Path folder;

    @Test
    void requestsThatComeWhileTheGatewayLeavesAreAnswered() throws Exception {
        var digit = Digit.all().get(0);
        try (var platform = Platform.start(
                folder.resolve("home"),
                new ProcessProperty(Role.WORKER, "worker.warm-up.first-time-max", "1s"),
                new ProcessProperty(Role.GATEWAY, "gateway.warm-up.duration-max", "2s"),
                new ProcessProperty(Role.GATEWAY, "gateway.drain.delay", "8s"))) {
            // Given
            var client = platform.client();
            assertThat(client.infer(digit).statusCode()).isEqualTo(200);

            // When
            var end = new FutureTask<Void>(() -> platform.stop(Role.GATEWAY), null);
            new Thread(end, "end").start();
            Await.until(
                    "the gateway says that it is not ready",
                    Duration.ofSeconds(8),
                    () -> client.get(Port.GATEWAY_HTTP, "/v2/health/ready").statusCode() == 503);
            var kept = client.infer(digit);
            var fresh = platform.client().infer(digit);

            // Then
            for (var answer : List.of(kept, fresh)) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                assertThat(answer.headers().firstValue("connection")).contains("close");
            }
            end.get();
        }
    }
}
