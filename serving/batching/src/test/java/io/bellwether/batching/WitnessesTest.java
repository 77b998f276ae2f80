package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WitnessesTest {
    private static List<Waiting<String>> batch(String cells, int... items) {
        return IntStream.range(0, items.length)
                .mapToObj(i -> new Waiting<>(i, items[i], 100L, cells.substring(i, i + 1)))
                .toList();
    }

    @Test
    void marksExactlyOneRequestOfEachCell() {
        Seeds.forEach(500, seed -> {
            // Given
            List<Waiting<String>> batch = batch("aabacb", 1, 2, 3, 4, 1, 1);

            // When
            boolean[] witness = Witnesses.choose(batch, Waiting::work, new SplittableRandom(seed).nextLong());

            // Then
            for (String cell : List.of("a", "b", "c")) {
                assertThat(IntStream.range(0, witness.length)
                                .filter(i -> witness[i] && batch.get(i).work().equals(cell))
                                .count())
                        .isEqualTo(1);
            }
        });
    }

    @Test
    void everyItemHasTheSameChance() {
        // Given: 10 items, of which the requests hold 1, 2, 3 and 4
        List<Waiting<String>> batch = batch("aaaa", 1, 2, 3, 4);
        SplittableRandom random = new SplittableRandom(42);
        int draws = 100_000;
        int[] chosen = new int[4];

        // When
        for (int i = 0; i < draws; i++) {
            boolean[] witness = Witnesses.choose(batch, Waiting::work, random.nextLong());
            IntStream.range(0, 4).filter(k -> witness[k]).forEach(k -> chosen[k]++);
        }

        // Then: Pearson's chi-squared with 3 degrees of freedom is below 16.27, its 0.1 % point
        double chiSquared = 0;
        for (int k = 0; k < 4; k++) {
            double expected = draws * (k + 1) / 10.0;
            chiSquared += (chosen[k] - expected) * (chosen[k] - expected) / expected;
        }
        assertThat(chiSquared).isLessThan(16.27);
    }

    @Test
    void cellsAreDrawnIndependently() {
        // Given: two cells of two requests; equal choices in both must happen half of the time
        List<Waiting<String>> batch = batch("aabb", 1, 1, 1, 1);
        SplittableRandom random = new SplittableRandom(7);
        int same = 0;

        // When
        for (int i = 0; i < 40_000; i++) {
            boolean[] witness = Witnesses.choose(batch, Waiting::work, random.nextLong());
            same += witness[0] == witness[2] ? 1 : 0;
        }

        // Then: within four standard deviations, 4 x sqrt(40000)/2 = 400
        assertThat(same).isBetween(19_600, 20_400);
    }

    @Test
    void anEmptyBatchHasNone() {
        assertThat(Witnesses.choose(List.<Waiting<String>>of(), Waiting::work, 1))
                .isEmpty();
    }
}
