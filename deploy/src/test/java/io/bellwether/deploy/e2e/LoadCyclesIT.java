package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model comes and goes, and the worker stays as large as it was. Few times in the build; {@code -Dbellwether.cycles=1000}
 * makes it the long run. The resident memory after each fiftieth cycle is in {@code target/load-cycles.json}.
 */
@Timeout(1_800)
class LoadCyclesIT {
    private static final int CYCLES = Integer.getInteger("bellwether.cycles", 3);
    private static final int LOOK_EVERY = 50;
    private static final int REQUESTS = 3;
    private static final double GROWTH_MAX = 1.02;
    private static final double BYTES_A_MEBIBYTE = 1024 * 1024;

    @TempDir
    private Path folder;

    @Test
    void loadsAndUnloadsLeaveNothingInMemory() throws Exception {
        // Given
        Path samples = Path.of("samples", "models", "digits");
        Path digits = Files.createDirectories(folder.resolve("models").resolve("digits"));
        Files.createDirectories(digits.resolve("1"));
        Files.copy(samples.resolve("model.yaml"), digits.resolve("model.yaml"));
        Files.copy(samples.resolve("1/model.pt"), digits.resolve("1/model.pt"));
        Digit digit = Digit.all().get(0);
        Map<Integer, Double> mebibytes = new TreeMap<>();
        try (var platform = Platform.startWorker(
                        folder.resolve("home"),
                        digits.getParent(),
                        new ProcessProperty(Role.WORKER, "worker.model-control.retire-time", "0s"));
                var worker = new GrpcClient(platform.settings(), Port.WORKER_GRPC)) {
            float[] right = worker.scores(Client.MODEL, "1", digit);
            for (int cycle = 1; cycle <= CYCLES; cycle++) {
                // When
                worker.unload(Client.MODEL);
                worker.load(Client.MODEL);

                // Then
                for (int i = 0; i < REQUESTS; i++) {
                    assertThat(worker.scores(Client.MODEL, "1", digit)).containsExactly(right);
                }
                if (cycle % LOOK_EVERY == 0) {
                    mebibytes.put(cycle, platform.residentBytes(Role.WORKER) / BYTES_A_MEBIBYTE);
                }
            }
        }
        new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValue(Path.of("target", "load-cycles.json").toFile(), mebibytes);
        if (CYCLES > LOOK_EVERY) {
            assertThat(mebibytes.get(CYCLES - CYCLES % LOOK_EVERY))
                    .as("resident MiB after these cycles: %s", mebibytes)
                    .isLessThanOrEqualTo(GROWTH_MAX * mebibytes.get(LOOK_EVERY));
        }
    }
}
