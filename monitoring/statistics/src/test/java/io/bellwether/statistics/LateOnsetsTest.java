package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LateOnsetsTest {
    private static final OddsAlternatives HARM = OddsAlternatives.harm(1.25, 1.05, 50, 30);

    private record Slot(long number, EventTable table) {}

    /** A process that begins again whenever it is due. */
    private static final class Mixed {
        private final LateOnsets onsets;
        private final ConditionalEProcess process;

        Mixed(int startsMax, long slotsPerStart, double logSlotMax) {
            onsets = new LateOnsets(startsMax, slotsPerStart);
            process = new ConditionalEProcess(HARM, logSlotMax);
        }

        void add(long slot, EventTable table) {
            onsets.due(slot).ifPresent(process::beginAgain);
            process.add(table);
        }

        double logE() {
            return onsets.logE(process.logE());
        }
    }

    private static Mixed unlimited(int startsMax, long slotsPerStart) {
        return new Mixed(startsMax, slotsPerStart, Double.POSITIVE_INFINITY);
    }

    private static List<Slot> slots(long seed, int count, int step) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Slot> slots = new ArrayList<>();
        long number = random.nextInt(1_000);
        for (int i = 0; i < count; i++) {
            int n1 = random.nextInt(30);
            slots.add(new Slot(number, new EventTable(60, random.nextInt(5), n1, random.nextInt(1 + n1 / 6))));
            number += 1 + random.nextInt(step);
        }
        return slots;
    }

    /** The definition: processes of their own, each of which sees nothing before its time. */
    private static double definition(List<Slot> slots, int starts, long slotsPerStart, double logSlotMax) {
        double sum = 0;
        for (int s = 0; s <= starts; s++) {
            ConditionalEProcess process = new ConditionalEProcess(HARM, logSlotMax);
            for (Slot slot : slots) {
                if (slot.number() - slots.get(0).number() >= s * slotsPerStart) {
                    process.add(slot.table());
                }
            }
            sum += Math.exp(process.logE()) / (s == 0 ? 2 : 2 * starts);
        }
        return Math.log(sum);
    }

    @Test
    void itEqualsTheMeanOfProcessesThatBeginOneAfterTheOther() {
        for (long seed = 0; seed < 30; seed++) {
            // Given traffic with silences of up to seven slots, and starts every five slots
            List<Slot> slots = slots(seed, 40, 8);
            Mixed mixed = new Mixed(9, 5, 2);
            for (int i = 0; i < slots.size(); i++) {
                mixed.add(slots.get(i).number(), slots.get(i).table());
                assertThat(mixed.logE())
                        .as("seed %d after %d slots", seed, i + 1)
                        .isCloseTo(definition(slots.subList(0, i + 1), 9, 5, 2), offset(1e-10));
            }
        }
    }

    @Test
    void theMeanIsOneAtTheMarginOverStartsThatLieBetween() {
        // Given two later starts of which one falls between two slots of traffic and one never comes
        double mean = 0;
        for (int a0 = 0; a0 <= 6; a0++) {
            for (int a1 = 0; a1 <= 3; a1++) {
                double first = Exact.binomial(6, a0, 0.05) * Exact.binomial(3, a1, withOdds(0.05, 1.25));
                for (int b0 = 0; b0 <= 4; b0++) {
                    for (int b1 = 0; b1 <= 7; b1++) {
                        Mixed mixed = unlimited(2, 10);
                        mixed.add(4, new EventTable(6, a0, 3, a1));
                        mixed.add(15, new EventTable(4, b0, 7, b1));
                        mean += first
                                * Exact.binomial(4, b0, 0.4)
                                * Exact.binomial(7, b1, withOdds(0.4, 1.25))
                                * Math.exp(mixed.logE());
                    }
                }
            }
        }
        assertThat(mean).isCloseTo(1, offset(1e-9));
    }

    private static double withOdds(double share, double ratio) {
        double odds = share / (1 - share) * ratio;
        return odds / (1 + odds);
    }

    @Test
    void itStartsAtOneAndWhatSaysNothingLeavesItThere() {
        Mixed mixed = unlimited(18, 600);
        assertThat(mixed.logE()).isZero();
        mixed.add(0, EventTable.EMPTY);
        mixed.add(5_000, new EventTable(0, 0, 90, 90));
        mixed.add(50_000, new EventTable(90, 1, 0, 0));
        assertThat(mixed.logE()).isCloseTo(0, offset(1e-12));
    }

    @Test
    void whatTheGoodTimeTookAwayIsForgottenAtTheCostOfTheNumberOfStarts() {
        // Given two good hours and then a bad quarter of an hour, in slots of ten seconds
        Mixed late = unlimited(18, 60);
        ConditionalEProcess plain = new ConditionalEProcess(HARM);
        ConditionalEProcess fresh = new ConditionalEProcess(HARM);
        for (int slot = 0; slot < 810; slot++) {
            int failed = slot < 720 ? (slot % 10 == 0 ? 1 : 0) : (slot % 2 == 0 ? 1 : 0);
            EventTable table = new EventTable(900, slot % 10 == 5 ? 9 : 0, 100, failed);
            late.add(slot, table);
            plain.add(table);
            if (slot >= 720) {
                fresh.add(table);
            }
        }
        assertThat(late.logE()).isGreaterThan(fresh.logE() - Math.log(36)).isGreaterThan(plain.logE() + 2);
    }

    @Test
    void harmFromTheBeginningCostsAtMostLnTwo() {
        Mixed late = unlimited(18, 60);
        ConditionalEProcess plain = new ConditionalEProcess(HARM);
        for (int slot = 0; slot < 200; slot++) {
            EventTable table = new EventTable(900, 1, 100, slot % 2);
            late.add(slot, table);
            plain.add(table);
            assertThat(late.logE()).isGreaterThan(plain.logE() - Math.log(2));
        }
    }

    @Test
    void hugeEvidenceStaysANumberAndTheStateContinuesExactly() {
        LateOnsets onsets = new LateOnsets(18, 60);
        onsets.due(1_000);
        assertThat(onsets.due(1_000 + 18 * 60 + 7)).hasValue(0);
        assertThat(onsets.logE(1e7)).isCloseTo(1e7 - Math.log(2), offset(1e-6));
        assertThat(onsets.logE(-1e7)).isLessThan(-1e6).isFinite();

        StateWriter out = new StateWriter();
        onsets.write(out);
        LateOnsets continued = new LateOnsets(18, 60);
        StateReader in = new StateReader(out.longs(), out.doubles());
        continued.read(in);
        in.finish();
        assertThat(continued.due(Long.MAX_VALUE)).isEmpty();
        assertThat(continued.logE(3)).isEqualTo(onsets.logE(3));
    }

    @Test
    void aSlotThatComesLateMakesNothingDue() {
        LateOnsets onsets = new LateOnsets(4, 10);
        assertThat(onsets.due(100)).isEmpty();
        assertThat(onsets.due(121)).hasValue(Math.log(0.5));
        assertThat(onsets.due(90)).isEmpty();
        assertThat(onsets.due(125)).isEmpty();
        assertThat(onsets.due(130)).hasValue(Math.log(0.25));
    }

    @Test
    void aFaultThatBeginsLateShowsAgainstTheFloorToo() {
        // Given a candidate that fails as often as the control, far below the floor, and then in one of ten requests
        FaultEvidence mixed = FaultEvidence.ofOdds(1.25, 0.005, 0.005);
        FaultEvidence plain = FaultEvidence.ofOdds(1.25, 0.005, 0.005);
        LateOnsets onsets = new LateOnsets(12, 600);
        for (long slot = 0; slot < 3_700; slot++) {
            long failed = slot < 3_600 ? 0 : 1;
            EventTable table = new EventTable(10, slot % 100 == 0 ? 1 : 0, 10, failed);
            onsets.due(slot).ifPresent(mixed::beginAgain);
            mixed.add(table);
            plain.add(table);
        }
        assertThat(onsets.logE(mixed.logEHarm())).isGreaterThan(20).isGreaterThan(plain.logEHarm() + 20);
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new LateOnsets(0, 60)).hasMessageContaining("at least 1, got 0 and 60");
        LateOnsets onsets = new LateOnsets(3, 60);
        assertThatThrownBy(() -> onsets.due(-1)).hasMessageContaining("numbered from 0");
        assertThatThrownBy(() -> onsets.read(new StateReader(new long[] {5, 4}, new double[0])))
                .hasMessageContaining("of at most 3 starts the state has seen 4");
    }
}
