package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;

class RareFaultEvidenceTest {
    private static final boolean LONG = Boolean.getBoolean("bellwether.long");
    private static final int RUNS = LONG ? 2_000 : 300;
    private static final double ALPHA = 0.05;
    private static final double FLOOR = 0.002;
    private static final double MARGIN = 1.25;

    /** Exceeded with a chance of about one in a thousand if the true share is {@code ALPHA}. */
    private static double most() {
        return RUNS * ALPHA + 3.1 * Math.sqrt(RUNS * ALPHA * (1 - ALPHA));
    }

    private static long events(Random random, long count, double share) {
        long events = 0;
        for (long i = 0; i < count; i++) {
            events += random.nextDouble() < share ? 1 : 0;
        }
        return events;
    }

    @Test
    void bothPartsHaveToShowHarmAndEitherShowsSafety() {
        // Given the parts by themselves
        EventTable slot = new EventTable(900, 2, 1_000, 9);
        RareEventEProcess ratioHarm = new RareEventEProcess(OddsAlternatives.harm(MARGIN, 1.05, 50, 30));
        RareEventEProcess ratioSafe = new RareEventEProcess(OddsAlternatives.safety(MARGIN, 24));
        BernoulliEProcess floorHarm = BernoulliEProcess.harm(FLOOR);
        BernoulliEProcess floorSafe = BernoulliEProcess.safety(FLOOR);
        FaultEvidence evidence = FaultEvidence.ofShares(MARGIN, FLOOR);

        // When
        ratioHarm.add(slot);
        ratioSafe.add(slot);
        floorHarm.add(1_000, 9);
        floorSafe.add(1_000, 9);
        evidence.add(slot);

        // Then
        double mean = Math.log((Math.exp(ratioSafe.logE()) + Math.exp(floorSafe.logE())) / 2);
        assertThat(evidence.logEHarm()).isEqualTo(Math.min(ratioHarm.logE(), floorHarm.logE()));
        assertThat(evidence.logESafe()).isCloseTo(mean, offset(1e-12));
        assertThat(evidence.tally()).isEqualTo(slot);
    }

    @Test
    void someEventsBelowTheFloorAreNoHarmAndManyAboveItAre() {
        FaultEvidence below = FaultEvidence.ofShares(MARGIN, FLOOR);
        FaultEvidence above = FaultEvidence.ofShares(MARGIN, FLOOR);
        below.add(new EventTable(10_000, 0, 10_000, 12));
        above.add(new EventTable(10_000, 0, 10_000, 80));
        assertThat(below.logEHarm()).isNegative();
        assertThat(above.logEHarm()).isGreaterThan(20);
        assertThat(above.logESafe()).isNegative();
    }

    @Test
    void whatIsMissingInOneArmOrBothIsNeitherHarmNorSafetyByComparison() {
        FaultEvidence evidence = FaultEvidence.ofShares(MARGIN, FLOOR);
        for (int i = 0; i < 1_000; i++) {
            evidence.add(EventTable.EMPTY);
            evidence.add(new EventTable(100, 50, 0, 0));
        }
        assertThat(evidence.logEHarm()).isCloseTo(0, offset(1e-12));
        assertThat(evidence.logESafe()).isCloseTo(0, offset(1e-12));
    }

    @Test
    void itContinuesFromItsNumbersBitByBit() {
        FaultEvidence whole = FaultEvidence.ofShares(MARGIN, FLOOR);
        FaultEvidence restored = FaultEvidence.ofShares(MARGIN, FLOOR);
        whole.add(new EventTable(90, 1, 110, 3));
        StateWriter out = new StateWriter();
        whole.write(out);
        StateReader in = new StateReader(out.longs(), out.doubles());
        restored.read(in);
        in.finish();
        whole.add(new EventTable(80, 0, 70, 1));
        restored.add(new EventTable(80, 0, 70, 1));
        assertThat(restored.logEHarm()).isEqualTo(whole.logEHarm());
        assertThat(restored.logESafe()).isEqualTo(whole.logESafe());
        assertThat(restored.tally()).isEqualTo(whole.tally());
    }

    @Test
    void atMarginAndFloorFalseConclusionsStayWithinTheLevelThoughRateAndSplitMove() {
        // Given the candidate exactly at the margin, and at the floor whenever the control's share is low
        int harmed = 0;
        int safe = 0;
        for (int seed = 0; seed < RUNS; seed++) {
            Random random = new Random(seed);
            FaultEvidence harm = FaultEvidence.ofShares(MARGIN, 1e-4);
            FaultEvidence safety = FaultEvidence.ofShares(MARGIN, 0.01 * MARGIN);
            double harmMost = 0;
            double safeMost = 0;
            for (int slot = 0; slot < 200; slot++) {
                double base = slot % 40 < 5 ? 0.1 : 0.01;
                long n1 = 10 + slot * 90L / 200;
                long n0 = 200 - n1;
                EventTable table = new EventTable(n0, events(random, n0, base), n1, events(random, n1, base * MARGIN));
                harm.add(table);
                safety.add(table);
                harmMost = Math.max(harmMost, harm.logEHarm());
                safeMost = Math.max(safeMost, safety.logESafe());
            }
            harmed += harmMost >= -Math.log(ALPHA) ? 1 : 0;
            safe += safeMost >= -Math.log(ALPHA) ? 1 : 0;
        }
        System.out.printf(
                "rare events at the margin: harm %d, safety %d of %d (seeds 0 to %d)%n", harmed, safe, RUNS, RUNS - 1);
        assertThat((double) harmed).isLessThanOrEqualTo(most());
        assertThat((double) safe).isLessThanOrEqualTo(most());
    }
}
