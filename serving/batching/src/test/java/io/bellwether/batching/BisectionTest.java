package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BisectionTest {
    private final Set<Long> answered = new TreeSet<>();
    private final Set<Long> failed = new TreeSet<>();
    private int runs;

    private static List<Waiting<Boolean>> batch(int size, Set<Integer> culprits) {
        List<Waiting<Boolean>> batch = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            batch.add(new Waiting<>(i, 1, 1_000, culprits.contains(i)));
        }
        return batch;
    }

    private void play(Bisection<Boolean> bisection) {
        answered.clear();
        failed.clear();
        runs = 0;
        for (Bisection.Step<Boolean> step = bisection.next(0); ; step = bisection.next(0)) {
            step.failed().forEach(request -> assertThat(failed.add(request.id())).isTrue());
            if (step.run().isEmpty()) {
                return;
            }
            runs++;
            if (step.run().stream().anyMatch(Waiting::work)) {
                bisection.threw();
            } else {
                bisection.worked();
                step.run().forEach(request -> assertThat(answered.add(request.id())).isTrue());
            }
        }
    }

    @Test
    void oneCulpritAmong32FailsAloneWithinTenRuns() {
        for (int culprit = 0; culprit < 32; culprit++) {
            // When
            play(Bisection.ofFailed(batch(32, Set.of(culprit))));

            // Then
            assertThat(failed).containsExactly((long) culprit);
            assertThat(answered).hasSize(31);
            assertThat(runs).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void aProgramThatAlwaysThrowsIsNotRunWithoutEnd() {
        Seeds.forEach(200, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            int size = random.nextInt(1, 65);
            Set<Integer> culprits = new TreeSet<>();
            random.ints(random.nextInt(1, size + 1), 0, size).forEach(culprits::add);

            // When
            play(Bisection.ofFailed(batch(size, culprits)));

            // Then: each has one outcome, no culprit is answered, the runs are bounded
            assertThat(answered.size() + failed.size()).isEqualTo(size);
            assertThat(failed).containsAll(culprits.stream().map(Integer::longValue).toList());
            assertThat(runs).isLessThanOrEqualTo(Bisection.runsMax(size));
            if (culprits.size() <= 2) {
                assertThat(failed).hasSameSizeAs(culprits);
            }
        });
    }

    @Test
    void piecesThatFitIntoMemoryAreRunWithoutSuspicion() {
        // When
        play(Bisection.ofTooLarge(batch(10, Set.of()), 4));

        // Then
        assertThat(answered).hasSize(10);
        assertThat(runs).isEqualTo(3);
    }

    @Test
    void theLateAreNotRunAgain() {
        // Given
        Bisection<Boolean> bisection = Bisection.ofFailed(batch(4, Set.of()));

        // When
        Bisection.Step<Boolean> step = bisection.next(1_000);

        // Then
        assertThat(step.run()).isEmpty();
        assertThat(step.expired()).hasSize(4);
    }
}
