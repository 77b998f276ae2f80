package io.bellwether.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

/** Evidence of faults against two references: the matched arm, and all of the stable version in rare-event form. */
class SecondReferenceTest {
    private static final double FLOOR = 1e-9;
    private static final OddsAlternatives HARM = OddsAlternatives.harm(1.25, 1.05, 50, 30);

    private static double logE(long controls, long controlEvents, long candidates, long candidateEvents) {
        RareEventEProcess process = new RareEventEProcess(HARM);
        process.add(new EventTable(controls, controlEvents, candidates, candidateEvents));
        return process.logE();
    }

    private static double choose(int n, int k) {
        double ways = 1;
        for (int i = 0; i < k; i++) {
            ways = ways * (n - i) / (i + 1);
        }
        return ways;
    }

    @Test
    void whereChanceAloneSharesOutTheBrokenRequestsItsMeanIsAtMostOne() {
        // Given 24 requests of which some break whoever serves them, and 6 of all drawn for the candidate
        for (int broken = 0; broken <= 24; broken++) {
            double mean = 0;
            for (int ofCandidate = Math.max(0, broken - 18); ofCandidate <= Math.min(6, broken); ofCandidate++) {
                double chance = choose(6, ofCandidate) * choose(18, broken - ofCandidate) / choose(24, broken);
                mean += chance * Math.exp(logE(18, broken - ofCandidate, 6, ofCandidate));
            }

            assertThat(mean).as("%d broken", broken).isLessThanOrEqualTo(1 + 1e-12);
        }
    }

    @Test
    void whatElseBefallsTheStableVersionOnlyLowersIt() {
        for (int events = 0; events < 18; events++) {
            for (int ofCandidate = 0; ofCandidate < 6; ofCandidate++) {
                double before = logE(18, events, 6, ofCandidate);
                assertThat(logE(18, events + 1, 6, ofCandidate)).isLessThanOrEqualTo(before);
                assertThat(logE(18, events, 6, ofCandidate + 1)).isGreaterThanOrEqualTo(before);
            }
        }
    }

    @Test
    void eachReferenceHasHalfOfTheStake() {
        // Given
        EventTable matched = new EventTable(100, 1, 100, 6);
        EventTable all = new EventTable(900, 9, 100, 6);
        ConditionalEProcess first = new ConditionalEProcess(HARM);
        RareEventEProcess second = new RareEventEProcess(HARM);
        first.add(matched);
        second.add(all);

        // When
        FaultEvidence evidence = FaultEvidence.ofOddsTwice(1.25, FLOOR, FLOOR);
        evidence.add(matched);
        evidence.addReference(all);

        // Then
        assertThat(evidence.logEHarm())
                .isCloseTo(Math.log((Math.exp(first.logE()) + Math.exp(second.logE())) / 2), offset(1e-12));
        assertThat(evidence.tally()).isEqualTo(matched);
        assertThat(evidence.referenceTally()).isEqualTo(all);
    }

    @Test
    void itIsRestoredToTheBit() {
        FaultEvidence evidence = FaultEvidence.ofOddsTwice(1.25, FLOOR, FLOOR);
        evidence.add(new EventTable(100, 1, 100, 6));
        evidence.addReference(new EventTable(900, 9, 100, 6));
        evidence.beginAgain(-3);
        StateWriter out = new StateWriter();
        evidence.write(out);

        FaultEvidence same = FaultEvidence.ofOddsTwice(1.25, FLOOR, FLOOR);
        same.read(new StateReader(out.longs(), out.doubles()));
        evidence.addReference(new EventTable(90, 0, 10, 3));
        same.addReference(new EventTable(90, 0, 10, 3));

        assertThat(same.logEHarm()).isEqualTo(evidence.logEHarm());
        assertThat(same.referenceTally()).isEqualTo(evidence.referenceTally());
    }
}
