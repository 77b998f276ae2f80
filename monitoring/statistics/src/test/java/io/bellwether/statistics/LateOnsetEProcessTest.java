package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LateOnsetEProcessTest {
    private static final OddsAlternatives HARM = OddsAlternatives.harm(1.25, 1.05, 50, 30);
    private static final double UNLIMITED = Double.POSITIVE_INFINITY;

    private record Slot(long number, EventTable table) {}

    private static List<Slot> slots(long seed, int count, int step) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Slot> slots = new ArrayList<>();
        long number = 0;
        for (int i = 0; i < count; i++) {
            number += 1 + random.nextInt(step);
            int n1 = random.nextInt(30);
            slots.add(new Slot(number, new EventTable(60, random.nextInt(5), n1, random.nextInt(1 + n1 / 6))));
        }
        return slots;
    }

    /** The definition: processes of their own, each of which sees nothing before its start. */
    private static double definition(List<Slot> slots, int starts, long slotsPerStart, double logSlotMax) {
        double sum = 0;
        for (int s = 0; s < starts; s++) {
            ConditionalEProcess process = new ConditionalEProcess(HARM, logSlotMax);
            for (Slot slot : slots) {
                if (slot.number() >= s * slotsPerStart) {
                    process.add(slot.table());
                }
            }
            sum += Math.exp(process.logE()) / starts;
        }
        return Math.log(sum);
    }

    @Test
    void equalsTheMeanOfProcessesThatStartOneAfterTheOther() {
        for (long seed = 0; seed < 30; seed++) {
            // Given traffic with silences of up to seven slots, and starts every five slots
            List<Slot> slots = slots(seed, 40, 8);
            LateOnsetEProcess process = new LateOnsetEProcess(HARM, 2, 9, 5);
            for (int i = 0; i < slots.size(); i++) {
                process.add(slots.get(i).number(), slots.get(i).table());
                assertThat(process.logE())
                        .as("seed %d after %d slots", seed, i + 1)
                        .isCloseTo(definition(slots.subList(0, i + 1), 9, 5, 2), offset(1e-10));
            }
        }
    }

    @Test
    void withOneStartItIsTheProcessItself() {
        LateOnsetEProcess process = new LateOnsetEProcess(HARM, UNLIMITED, 1, 600);
        ConditionalEProcess plain = new ConditionalEProcess(HARM);
        for (Slot slot : slots(5, 60, 3)) {
            process.add(slot.number(), slot.table());
            plain.add(slot.table());
        }
        assertThat(process.logE()).isCloseTo(plain.logE(), offset(1e-12));
    }

    @Test
    void theMeanIsOneAtTheMarginOverStartsThatLieBetween() {
        // Given three starts of which one falls between two slots of traffic and one never comes
        double mean = 0;
        for (int a0 = 0; a0 <= 6; a0++) {
            for (int a1 = 0; a1 <= 3; a1++) {
                double first = Exact.binomial(6, a0, 0.05) * Exact.binomial(3, a1, withOdds(0.05, 1.25));
                for (int b0 = 0; b0 <= 4; b0++) {
                    for (int b1 = 0; b1 <= 7; b1++) {
                        LateOnsetEProcess process = new LateOnsetEProcess(HARM, UNLIMITED, 3, 10);
                        process.add(4, new EventTable(6, a0, 3, a1));
                        process.add(12, new EventTable(4, b0, 7, b1));
                        mean += first
                                * Exact.binomial(4, b0, 0.4)
                                * Exact.binomial(7, b1, withOdds(0.4, 1.25))
                                * Math.exp(process.logE());
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
    void itStartsAtOneSilenceLeavesItThereAndOneArmAloneSaysNothing() {
        LateOnsetEProcess process = new LateOnsetEProcess(HARM, UNLIMITED, 18, 600);
        assertThat(process.logE()).isZero();
        process.add(0, EventTable.EMPTY);
        process.add(5_000, new EventTable(0, 0, 90, 90));
        process.add(50_000, new EventTable(90, 1, 0, 0));
        assertThat(process.logE()).isCloseTo(0, offset(1e-12));
    }

    @Test
    void whatTheGoodTimeTookAwayIsForgottenAtTheCostOfTheNumberOfStarts() {
        // Given two good hours and then a bad quarter of an hour, in slots of ten seconds
        LateOnsetEProcess late = new LateOnsetEProcess(HARM, UNLIMITED, 18, 60);
        ConditionalEProcess plain = new ConditionalEProcess(HARM);
        for (int slot = 0; slot < 810; slot++) {
            int failed = slot < 720 ? (slot % 10 == 0 ? 1 : 0) : (slot % 2 == 0 ? 1 : 0);
            EventTable table = new EventTable(900, slot % 10 == 5 ? 9 : 0, 100, failed);
            late.add(slot, table);
            plain.add(table);
        }
        ConditionalEProcess fresh = new ConditionalEProcess(HARM);
        for (int slot = 720; slot < 810; slot++) {
            fresh.add(new EventTable(900, slot % 10 == 5 ? 9 : 0, 100, slot % 2 == 0 ? 1 : 0));
        }
        assertThat(late.logE()).isGreaterThan(fresh.logE() - Math.log(18)).isGreaterThan(plain.logE() + 2);
    }

    @Test
    void hugeEvidenceStaysANumberAndTheStateContinuesExactly() {
        LateOnsetEProcess harm = new LateOnsetEProcess(HARM, UNLIMITED, 18, 60);
        LateOnsetEProcess good = new LateOnsetEProcess(HARM, UNLIMITED, 18, 60);
        for (long slot = 0; slot < 2_000; slot++) {
            harm.add(slot, new EventTable(5_000, 100, 5_000, 4_000));
            good.add(slot, new EventTable(5_000, 4_000, 5_000, 100));
        }
        harm.add(Long.MAX_VALUE, new EventTable(1L << 53, 1, 1L << 53, 1L << 52));
        assertThat(harm.logE()).isGreaterThan(1e6).isFinite();
        assertThat(good.logE()).isLessThan(-100).isFinite();

        StateWriter out = new StateWriter();
        harm.write(out);
        LateOnsetEProcess continued = new LateOnsetEProcess(HARM, UNLIMITED, 18, 60);
        StateReader in = new StateReader(out.longs(), out.doubles());
        continued.read(in);
        in.finish();
        harm.add(2_001, new EventTable(40, 2, 60, 9));
        continued.add(2_001, new EventTable(40, 2, 60, 9));
        assertThat(continued.logE()).isEqualTo(harm.logE());
        // And the state has one number an alternative, however many starts there are
        assertThat(out.doubles()).hasSize(30);
        assertThat(out.longs()).containsExactly(18);
    }

    @Test
    void aStateBeforeItsFirstSlotContinuesToo() {
        StateWriter out = new StateWriter();
        new LateOnsetEProcess(HARM, UNLIMITED, 4, 10).write(out);
        LateOnsetEProcess continued = new LateOnsetEProcess(HARM, UNLIMITED, 4, 10);
        continued.read(new StateReader(out.longs(), out.doubles()));
        assertThat(continued.logE()).isZero();
    }

    @Test
    void impossibleInputIsRefused() {
        assertThatThrownBy(() -> new LateOnsetEProcess(HARM, 2, 0, 60))
                .hasMessageContaining("at least 1, got 0 and 60");
        assertThatThrownBy(() -> new LateOnsetEProcess(HARM, 2, 3, 60).add(-1, EventTable.EMPTY))
                .hasMessageContaining("numbered from 0");
        LateOnsetEProcess process = new LateOnsetEProcess(HARM, 2, 3, 60);
        assertThatThrownBy(() -> process.read(new StateReader(new long[] {4}, new double[30])))
                .hasMessageContaining("of at most 3 starts the state has seen 4");
        double[] broken = new double[30];
        broken[7] = Double.NaN;
        assertThatThrownBy(() -> process.read(new StateReader(new long[] {2}, broken)))
                .hasMessageContaining("not a number");
    }
}
