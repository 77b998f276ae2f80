package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Port;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models change under load and nobody notices. The numbers are small in the build; {@code -Dbellwether.swaps=100
 * -Dbellwether.swaps.rate=300} makes it the long run.
 */
@Timeout(1_800)
class ModelSwapIT {
    private static final int SWAPS = Integer.getInteger("bellwether.swaps", 5);
    private static final int RATE = Integer.getInteger("bellwether.swaps.rate", 60);

    @TempDir
    private static Path folder;

    private static Path models;
    private static Path programs;
    private static Platform platform;
    private static Client client;

    @BeforeAll
    static void startPlatform() throws Exception {
        Path samples = Path.of("samples", "models", "digits");
        models = folder.resolve("models");
        programs = samples;
        Path digits = Files.createDirectories(models.resolve("digits"));
        Files.copy(samples.resolve("model.yaml"), digits.resolve("model.yaml"));
        for (String version : List.of("1", "2")) {
            Files.createDirectories(digits.resolve(version));
            Files.copy(program(version), digits.resolve(version).resolve("model.pt"));
        }
        platform = Platform.start(folder.resolve("home"), models);
        client = platform.client();
    }

    @AfterAll
    static void stopPlatform() {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void swapsAndFailedLoadsUnderLoadLoseNoRequestAndGiveNoWrongAnswer() throws Exception {
        // Given
        Map<Digit, Set<Integer>> right = predictions("1", "2");
        try (var load = SteadyLoad.settled(
                client, RATE, (digit, body) -> right.get(digit).contains(client.predicted(body)))) {
            for (int swap = 0; swap < SWAPS; swap++) {
                // When
                write("1", Files.readAllBytes(program(swap % 2 == 0 ? "2" : "1")));
                var loaded = client.post(Port.GATEWAY_HTTP, "/v2/repository/models/digits/load");

                // Then
                assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(200);
                if (swap % 5 == 4) {
                    failToLoad();
                }
            }
            assertThat(load.answers()).containsOnlyKeys("200");
        }
    }

    /** A file that is no program, and one that ends in the middle: both are refused and nothing changes. */
    private static void failToLoad() throws Exception {
        byte[] whole = Files.readAllBytes(program("1"));
        for (byte[] bad :
                List.of("not a program".getBytes(StandardCharsets.UTF_8), Arrays.copyOf(whole, whole.length / 2))) {
            write("1", bad);
            var loaded = client.post(Port.GATEWAY_HTTP, "/v2/repository/models/digits/load");
            assertThat(loaded.statusCode()).as(loaded.body()).isEqualTo(400);
            assertThat(client.parse(loaded.body()).path("error").asText()).contains("load failed for model 'digits'");
            assertThat(client.get(Port.GATEWAY_HTTP, "/v2/models/digits/versions/1/ready")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** As a deployment does it: the new file is complete when it appears. */
    private static void write(String version, byte[] program) throws Exception {
        Path target = models.resolve("digits").resolve(version).resolve("model.pt");
        Path next = Files.write(models.resolve("next.pt"), program);
        Files.move(next, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private static Map<Digit, Set<Integer>> predictions(String... versions) throws Exception {
        Map<Digit, Set<Integer>> right = new HashMap<>();
        for (Digit digit : Digit.all()) {
            for (String version : versions) {
                var answer = client.infer("/models/digits/versions/" + version + "/infer", digit.json());
                right.computeIfAbsent(digit, unused -> new HashSet<>()).add(client.predicted(answer.body()));
            }
        }
        return right;
    }

    private static Path program(String version) {
        return programs.resolve(version).resolve("model.pt");
    }
}
