package io.bellwether.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The committed samples are what their description says. */
class SamplesTest {
    private static final Path SAMPLES = Path.of("samples");
    private static final int PIXELS = 64;

    @Test
    void everyVersionIsAFileOfAtMostOneMegabyte() throws IOException {
        for (int version = 1; version <= 6; version++) {
            var file = SAMPLES.resolve("models/digits/" + version + "/model.pt");
            assertThat(Files.size(file)).as(file.toString()).isBetween(10_000L, 1_000_000L);
        }
        assertThat(SAMPLES.resolve("models/digits/model.yaml")).exists();
    }

    @Test
    void heldOutImagesAreDigitsOfEveryClass() throws IOException {
        // Given
        var lines = Files.readAllLines(SAMPLES.resolve("data/digits-heldout.csv"));

        // When
        var rows = lines.subList(1, lines.size()).stream()
                .map(line -> Arrays.stream(line.split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray())
                .toList();

        // Then
        assertThat(rows).hasSize(899).allMatch(row -> row.length == PIXELS + 1);
        assertThat(rows).allMatch(SamplesTest::pixelsInRange);
        var labels = rows.stream().map(row -> row[PIXELS]).distinct().sorted().toList();
        assertThat(labels).isEqualTo(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    }

    private static boolean pixelsInRange(int[] row) {
        return Arrays.stream(row, 0, PIXELS).allMatch(pixel -> pixel >= 0 && pixel <= 16);
    }
}
