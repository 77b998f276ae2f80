package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RareEventEProcessTest {
    private static final OddsAlternatives HARM = OddsAlternatives.harm(1.25, 1.05, 50, 30);
    private static final OddsAlternatives SAFETY = OddsAlternatives.safety(1.25, 24);

    private static double logE(OddsAlternatives alternatives, EventTable... slots) {
        RareEventEProcess process = new RareEventEProcess(alternatives);
        for (EventTable slot : slots) {
            process.add(slot);
        }
        return process.logE();
    }

    @Test
    void equalsTossesOfACoinForEachEvent() {
        // Given 7 events of the candidate and 4 of the control, at 10 % of the traffic
        double expected = 0;
        for (int i = 0; i < 30; i++) {
            double r = 1.25 * 1.05 * Math.pow(50 / 1.05, i / 29.0);
            double theta = 0.1 * r / (0.1 * r + 0.9);
            double atMargin = 0.125 / (0.125 + 0.9);
            expected += Math.pow(theta / atMargin, 7) * Math.pow((1 - theta) / (1 - atMargin), 4) / 30;
        }
        RareEventEProcess process = new RareEventEProcess(HARM);
        process.add(0.1, 3, 4);
        process.add(0.1, 4, 0);
        assertThat(process.logE()).isCloseTo(Math.log(expected), offset(1e-12));
        assertThat(logE(HARM, new EventTable(9_000, 4, 1_000, 7))).isCloseTo(Math.log(expected), offset(1e-12));
    }

    @Test
    void agreesWithTheExactFormInTheLimitOfManyUnits() {
        for (OddsAlternatives side : new OddsAlternatives[] {HARM, SAFETY}) {
            double before = Double.POSITIVE_INFINITY;
            for (long n = 1_000; n <= 100_000_000; n *= 10) {
                // Given the same 25 events among ever more units
                EventTable slot = new EventTable(3 * n, 14, n, 11);
                ConditionalEProcess exact = new ConditionalEProcess(side);
                exact.add(slot);
                double difference = Math.abs(exact.logE() - logE(side, slot));

                // Then ten times as many units leave a tenth of the difference, which is within k^2/n
                assertThat(difference).as("%d units", n).isLessThan(625.0 / n).isLessThan(0.12 * before + 1e-9);
                before = difference;
            }
            assertThat(before).isLessThan(1e-6);
        }
    }

    @Test
    void withAssignedSharesTheMeanIsOneAtTheMarginHoweverCommonTheEvents() {
        // Given seven units, each assigned to the candidate with a probability of 30 %
        for (double base : new double[] {0.001, 0.2, 0.7}) {
            assertThat(assignedMean(HARM, base, 1.25)).isCloseTo(1, offset(1e-12));
            assertThat(assignedMean(SAFETY, base, 1.25)).isCloseTo(1, offset(1e-12));
            assertThat(assignedMean(HARM, base, 1.1)).isLessThan(1);
            assertThat(assignedMean(SAFETY, base, 1.4)).isLessThan(1);
        }
    }

    /** Over the numbers of a trinomial law: events of the candidate, events of the control, others. */
    private static double assignedMean(OddsAlternatives alternatives, double base, double ratio) {
        double p1 = 0.3 * base * ratio;
        double p0 = 0.7 * base;
        double mean = 0;
        for (int k1 = 0; k1 <= 7; k1++) {
            for (int k0 = 0; k0 <= 7 - k1; k0++) {
                RareEventEProcess process = new RareEventEProcess(alternatives);
                process.add(0.3, k1, k0);
                double ways =
                        Exact.choose(7, k1).multiply(Exact.choose(7 - k1, k0)).doubleValue();
                mean += ways
                        * Math.pow(p1, k1)
                        * Math.pow(p0, k0)
                        * Math.pow(1 - p1 - p0, 7 - k1 - k0)
                        * Math.exp(process.logE());
            }
        }
        return mean;
    }

    @Test
    void withCountedSharesTheMeanIsAtMostOneAndNearItForRareEvents() {
        for (int[] size : new int[][] {{1, 1}, {9, 4}, {4, 20}}) {
            for (double base : new double[] {0.001, 0.05, 0.4, 0.79}) {
                String what = size[0] + " and " + size[1] + " units, base " + base;
                for (double within : new double[] {0.1, 1, 1.25}) {
                    assertThat(countedMean(HARM, size, base, base * within))
                            .as(what)
                            .isLessThanOrEqualTo(1 + 1e-12);
                }
                for (double beyond : new double[] {1.25, Math.min(1.26, 1 / base)}) {
                    assertThat(countedMean(SAFETY, size, base, base * beyond))
                            .as(what)
                            .isLessThanOrEqualTo(1 + 1e-12);
                }
            }
            assertThat(countedMean(HARM, size, 1e-5, 1.25e-5)).isCloseTo(1, offset(1e-6));
            assertThat(countedMean(SAFETY, size, 1e-5, 1.25e-5)).isCloseTo(1, offset(1e-6));
        }
    }

    private static double countedMean(OddsAlternatives alternatives, int[] size, double p0, double p1) {
        double mean = 0;
        for (int k0 = 0; k0 <= size[0]; k0++) {
            for (int k1 = 0; k1 <= size[1]; k1++) {
                mean += Exact.binomial(size[0], k0, p0)
                        * Exact.binomial(size[1], k1, p1)
                        * Math.exp(logE(alternatives, new EventTable(size[0], k0, size[1], k1)));
            }
        }
        return mean;
    }

    @Test
    void harmIsValidForOddsRatiosTooGivenTheTotals() {
        for (int[] size : new int[][] {{3, 2}, {10, 4}, {25, 25}, {4, 60}}) {
            for (int k = 1; k < size[0] + size[1]; k += 1 + k / 6) {
                for (double odds : new double[] {0.1, 1, 1.25}) {
                    assertThat(conditionalMean(HARM, size[0], size[1], k, odds))
                            .as("%d events of %d and %d, odds ratio %s", k, size[1], size[0], odds)
                            .isLessThanOrEqualTo(1 + 1e-12);
                }
            }
        }
    }

    @Test
    void safetyIsAboutSharesAndNotAboutOdds() {
        // Given common events at an odds ratio at the margin of 4: the ratio of shares is below 4, and that is shown
        OddsAlternatives safety = OddsAlternatives.safety(4, 24);
        assertThat(conditionalMean(safety, 25, 25, 40, 4)).isGreaterThan(10);
        // And for rare events there is no difference
        assertThat(conditionalMean(safety, 400, 400, 2, 4)).isCloseTo(1, offset(1e-2));
    }

    private static double conditionalMean(OddsAlternatives alternatives, int n0, int n1, int k, double odds) {
        double mean = 0;
        for (int k1 = Math.max(0, k - n0); k1 <= Math.min(n1, k); k1++) {
            mean += Exact.probability(n1, n0, k, k1, BigDecimal.valueOf(odds))
                    * Math.exp(logE(alternatives, new EventTable(n0, k - k1, n1, k1)));
        }
        return mean;
    }

    @Test
    void noEventsOneArmOrAllOfTheTrafficChangeNothing() {
        RareEventEProcess process = new RareEventEProcess(HARM);
        process.add(EventTable.EMPTY);
        process.add(new EventTable(0, 0, 500, 17));
        process.add(new EventTable(500, 17, 0, 0));
        process.add(new EventTable(300, 0, 300, 0));
        process.add(1, 50, 0);
        process.add(0, 0, 50);
        assertThat(process.logE()).isCloseTo(0, offset(1e-12));
    }

    @Test
    void staysANumberForTheGreatestCountsAndTheSmallestShares() {
        RareEventEProcess harm = new RareEventEProcess(HARM);
        RareEventEProcess safe = new RareEventEProcess(SAFETY);
        for (RareEventEProcess process : new RareEventEProcess[] {harm, safe}) {
            process.add(new EventTable(1L << 53, 1L << 40, 1L << 53, 1L << 41));
            process.add(1e-300, 0, 1L << 53);
            process.add(1 - 0x1p-53, 1L << 53, 0);
            process.add(new EventTable(Long.MAX_VALUE, 5, Long.MAX_VALUE, Long.MAX_VALUE));
        }
        assertThat(harm.logE()).isGreaterThan(1e10).isFinite();
        assertThat(safe.logE()).isLessThan(-1e10).isFinite();
    }

    @Test
    void theOrderOfSlotsDoesNotMatterAndComponentsContinueExactly() {
        SplittableRandom random = new SplittableRandom(33);
        EventTable[] slots = new EventTable[50];
        EventTable[] reversed = new EventTable[50];
        for (int i = 0; i < 50; i++) {
            slots[i] = new EventTable(1_000, random.nextInt(5), 1 + random.nextInt(1_000), random.nextInt(2));
            reversed[49 - i] = slots[i];
        }
        assertThat(logE(HARM, slots)).isCloseTo(logE(HARM, reversed), offset(1e-11));

        RareEventEProcess whole = new RareEventEProcess(HARM);
        whole.add(slots[0]);
        RareEventEProcess continued = new RareEventEProcess(HARM);
        continued.restore(whole.logComponents());
        whole.add(slots[1]);
        continued.add(slots[1]);
        assertThat(continued.logComponents()).containsExactly(whole.logComponents());
    }

    @Test
    void impossibleInputIsRefused() {
        RareEventEProcess process = new RareEventEProcess(HARM);
        assertThatThrownBy(() -> process.add(1.1, 0, 0)).hasMessageContaining("between 0 and 1, got 1.1");
        assertThatThrownBy(() -> process.add(Double.NaN, 0, 0)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> process.add(0.5, -1, 0)).hasMessageContaining("at least 0, got -1 and 0");
        assertThatThrownBy(() -> process.restore(new double[3])).hasMessageContaining("expected 30");
    }
}
