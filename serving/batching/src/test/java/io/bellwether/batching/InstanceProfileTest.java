package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.batching.InstanceProfile.Decision;
import io.bellwether.batching.InstanceProfile.Measured;
import io.bellwether.batching.InstanceProfile.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InstanceProfileTest {
    private static final long NO_OBJECTIVE = 0;
    private static final int TABLES = 2_000;

    private static Measured pair(int instances, int threads, double itemsPerSecond, double rowMillis) {
        return new Measured(
                new InstanceChoice(instances, threads), itemsPerSecond, Math.round(rowMillis * 1_000_000), 1.0);
    }

    private static Decision decide(long objectiveMillis, Measured... table) {
        return new InstanceProfile(16, List.of(table)).decide(objectiveMillis * 1_000_000);
    }

    private static Decision chosen(int instances, int threads, Reason reason) {
        return new Decision(new InstanceChoice(instances, threads), reason);
    }

    @Test
    void theMostItemsPerSecondWin() {
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 100, 10), pair(2, 1, 190, 10.5), pair(1, 2, 150, 6)))
                .isEqualTo(chosen(2, 1, Reason.FASTER));
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 100, 10), pair(2, 1, 110, 14), pair(1, 2, 150, 6)))
                .isEqualTo(chosen(1, 2, Reason.FASTER));
    }

    @Test
    void whatIsHardlyFasterIsNotFaster() {
        // 110 to 100 is a tie, 111 is none
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 100, 10), pair(2, 1, 110, 10)))
                .isEqualTo(chosen(1, 1, Reason.NONE_BETTER));
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 100, 10), pair(2, 1, 111, 10)))
                .isEqualTo(chosen(2, 1, Reason.FASTER));
    }

    @Test
    void aTieGoesToFewerThreadsThenToFewerInstances() {
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 100, 10), pair(2, 1, 195, 10), pair(1, 2, 200, 5)))
                .isEqualTo(chosen(2, 1, Reason.FASTER));
        assertThat(decide(
                        NO_OBJECTIVE,
                        pair(1, 1, 100, 10),
                        pair(2, 1, 380, 10),
                        pair(4, 1, 400, 10),
                        pair(2, 2, 399, 10)))
                .isEqualTo(chosen(2, 1, Reason.FASTER));
    }

    @Test
    void whatMakesOneRowMuchSlowerIsNoChoice() {
        // 15 ms to 10 ms is just allowed
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 100, 10), pair(2, 1, 150, 15), pair(4, 1, 300, 15.1)))
                .isEqualTo(chosen(2, 1, Reason.FASTER));
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 100, 10), pair(4, 1, 300, 15.1)))
                .isEqualTo(chosen(1, 1, Reason.NONE_BETTER));
    }

    @Test
    void aPairThatKeepsTheObjectiveComesBeforeAFasterOneThatDoesNot() {
        // One run may have to be waited for: with 50 ms a row may take 25 ms
        assertThat(decide(50, pair(1, 1, 100, 40), pair(4, 1, 400, 41), pair(1, 4, 300, 25)))
                .isEqualTo(chosen(1, 4, Reason.IN_TIME));
        assertThat(decide(49, pair(1, 1, 100, 40), pair(4, 1, 400, 41), pair(1, 4, 300, 25)))
                .as("nobody keeps it")
                .isEqualTo(chosen(4, 1, Reason.FASTER));
    }

    @Test
    void onABusyMachineNothingIsCompared() {
        Measured disturbed = new Measured(InstanceChoice.ONE, 90, 10_000_000, 0.49);
        assertThat(decide(NO_OBJECTIVE, disturbed, pair(2, 1, 190, 10.5))).isEqualTo(chosen(1, 1, Reason.MACHINE_BUSY));
        Measured hardly = new Measured(InstanceChoice.ONE, 90, 10_000_000, 0.5);
        assertThat(decide(NO_OBJECTIVE, hardly, pair(2, 1, 190, 10.5))).isEqualTo(chosen(2, 1, Reason.FASTER));
    }

    @Test
    void aDisturbedPairOnlyHarmsItself() {
        // Given: two threads that had to share one processor with somebody, as measured on two cores
        Measured contended = new Measured(new InstanceChoice(1, 2), 9, 400_000_000, 0.5);

        // When, Then
        assertThat(decide(NO_OBJECTIVE, pair(1, 1, 392, 2.6), contended)).isEqualTo(chosen(1, 1, Reason.NONE_BETTER));
    }

    @Test
    void theFirstPairIsTheMeasure() {
        // Given: somebody asked for two instances
        assertThat(decide(NO_OBJECTIVE, pair(2, 1, 190, 10), pair(2, 2, 200, 9)))
                .isEqualTo(chosen(2, 1, Reason.NONE_BETTER));
        assertThat(decide(NO_OBJECTIVE, pair(2, 1, 190, 10))).isEqualTo(chosen(2, 1, Reason.NONE_BETTER));
    }

    @Test
    void randomTablesKeepTheRule() {
        Seeds.forEach(TABLES, seed -> {
            // Given
            Random random = new Random(seed);
            List<Measured> table = table(random);
            long objectiveNanos = random.nextBoolean() ? 0 : random.nextLong(1, 400_000_000);

            // When
            Decision decision = new InstanceProfile(16, table).decide(objectiveNanos);

            // Then
            Measured first = table.get(0);
            Measured won = table.stream()
                    .filter(one -> one.pair().equals(decision.chosen()))
                    .findFirst()
                    .orElseThrow();
            String what = "table " + table + " objective " + objectiveNanos + " " + decision;
            assertThat(won.rowNanos() <= 1.5 * first.rowNanos()).as(what).isTrue();
            if (decision.reason() != Reason.MACHINE_BUSY) {
                boolean late = isLate(won, objectiveNanos);
                assertThat(table).as(what).noneMatch(one -> late && !isLate(one, objectiveNanos));
                assertThat(table)
                        .as(what)
                        .noneMatch(one -> one.itemsPerSecond() > 1.1000001 * won.itemsPerSecond()
                                && one.rowNanos() <= 1.5 * first.rowNanos()
                                && !isLate(one, objectiveNanos));
            }
            assertThat(new InstanceProfile(16, faster(table)).decide(objectiveNanos))
                    .as(what)
                    .isEqualTo(decision);
        });
    }

    private static boolean isLate(Measured one, long objectiveNanos) {
        return objectiveNanos > 0 && 2 * one.rowNanos() > objectiveNanos;
    }

    private static List<Measured> table(Random random) {
        List<Measured> table = new ArrayList<>();
        int processors = random.nextInt(1, 17);
        for (InstanceChoice pair : InstanceChoice.candidates(OptionalInt.empty(), OptionalInt.empty(), processors)) {
            table.add(new Measured(
                    pair,
                    random.nextDouble() * 1_000,
                    random.nextLong(1, 200_000_000),
                    random.nextInt(5) == 0 ? random.nextDouble() : 1.0));
        }
        return table;
    }

    /** The unit of the rate is of no account. */
    private static List<Measured> faster(List<Measured> table) {
        return table.stream()
                .map(one -> new Measured(one.pair(), one.itemsPerSecond() * 8, one.rowNanos(), one.readyShare()))
                .toList();
    }

    @Test
    void numbersThatNobodyMeasuredAreRefused() {
        for (double wrong : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> pair(1, 1, wrong, 1)).hasMessageContaining("itemsPerSecond");
        }
        assertThatThrownBy(() -> pair(1, 1, 1, -1)).hasMessageContaining("rowNanos");
        assertThatThrownBy(() -> new Measured(InstanceChoice.ONE, 1, 1, Double.NaN))
                .hasMessageContaining("readyShare");
        assertThatThrownBy(() -> new InstanceProfile(16, List.of())).hasMessageContaining("at least one pair");
    }
}
