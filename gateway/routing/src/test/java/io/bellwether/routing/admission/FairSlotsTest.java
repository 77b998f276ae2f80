package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.routing.Seeds;
import io.bellwether.routing.admission.Admission.Admitted;
import io.bellwether.routing.admission.Admission.Reason;
import io.bellwether.routing.admission.Admission.Refused;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FairSlotsTest {
    private static final long SECOND = 1_000_000_000L;

    private static FairSlots fixed(int limit, int... weights) {
        return new FairSlots(weights, new LimitSettings(limit, limit, limit, 1, 1, 1, 1), 0);
    }

    /** How many slots a tenant gets when it asks until it is refused. */
    private static int fill(FairSlots slots, int tenant) {
        while (slots.tryAdmit(tenant, 0) instanceof Admitted) {
            assertThat(slots.inFlight()).isLessThanOrEqualTo(slots.limit());
        }
        return slots.inFlight(tenant);
    }

    private static Reason reason(Admission admission) {
        return ((Refused) admission).reason();
    }

    @Test
    void oneOfSeveralTenantsGetsHalfWhileItIsAloneWhateverItsWeight() {
        // Given
        FairSlots slots = fixed(16, 1, 1);
        FairSlots others = fixed(16, 1, 1_000);

        // When
        int alone = fill(slots, 1);
        int heavy = fill(others, 1);

        // Then
        assertThat(alone).isEqualTo(8);
        assertThat(heavy).isEqualTo(8);
        assertThat(reason(slots.tryAdmit(1, 0))).isEqualTo(Reason.SHARE_REACHED);
    }

    @Test
    void theOnlyTenantThatThereIsGetsAllSlots() {
        // Given
        FairSlots slots = fixed(16, 1);

        // Then
        assertThat(fill(slots, 0)).isEqualTo(16);
        assertThat(reason(slots.tryAdmit(0, 0))).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void aNewcomerMeetsFreeSlotsAndTheHogYields() {
        // Given
        FairSlots slots = fixed(16, 1, 1);
        fill(slots, 0);

        // When
        int atOnce = fill(slots, 1);
        slots.onIgnored(0);
        Admission hogAgain = slots.tryAdmit(0, 0);
        Admission newcomerAgain = slots.tryAdmit(1, 0);

        // Then: 8 and 4 of 16 are taken; after an end, 7 are more than the 5 that are free, and 4 are not
        assertThat(atOnce).isEqualTo(4);
        assertThat(reason(hogAgain)).isEqualTo(Reason.SHARE_REACHED);
        assertThat(newcomerAgain).isInstanceOf(Admitted.class);
    }

    @Test
    void greedyTenantsEndAtTheirWeights() {
        // Given: 280 slots, of which 70 stay free and 210 are shared as 1 : 2 : 4
        FairSlots slots = fixed(280, 1, 2, 4);
        fill(slots, 0);
        SplittableRandom random = new SplittableRandom(5);
        double[] held = new double[3];
        int rounds = 10_000;

        // When: requests end in any order, and all three always want more
        for (int i = 0; i < rounds; i++) {
            int first = random.nextInt(3);
            for (int turn = 0; turn < 3; turn++) {
                int tenant = (first + turn) % 3;
                fill(slots, tenant);
                held[tenant] += slots.inFlight(tenant) / (double) rounds;
            }
            int ends = random.nextInt(slots.inFlight());
            for (int tenant = 0; tenant < 3; tenant++) {
                if (ends >= 0 && ends < slots.inFlight(tenant)) {
                    slots.onIgnored(tenant);
                    break;
                }
                ends -= slots.inFlight(tenant);
            }
        }

        // Then
        assertThat(held[0]).isBetween(28.0, 32.0);
        assertThat(held[1]).isBetween(58.0, 62.0);
        assertThat(held[2]).isBetween(118.0, 122.0);
    }

    @Test
    void aTenantThatNoLongerAsksNoLongerCounts() {
        // Given: with a heavy tenant beside it, a light one may hold 2/11 of what is free
        FairSlots slots = fixed(16, 1, 10);
        slots.tryAdmit(1, 0);
        slots.onIgnored(1);
        int beside = fill(slots, 0);

        // When: the half second after that of the last question, and the one after that
        Admission before = slots.tryAdmit(0, SECOND - 1);
        Admission later = slots.tryAdmit(0, SECOND);

        // Then
        assertThat(beside).isEqualTo(3);
        assertThat(before).isInstanceOf(Refused.class);
        assertThat(later).isInstanceOf(Admitted.class);
    }

    @Test
    void moreTenantsThanSlotsShareThemOneEach() {
        // Given
        int[] weights = new int[100];
        Arrays.fill(weights, 1);
        FairSlots slots = fixed(4, weights);

        // When
        int admitted = 0;
        for (int tenant = 0; tenant < 100; tenant++) {
            admitted += slots.tryAdmit(tenant, 0) instanceof Admitted ? 1 : 0;
        }

        // Then
        assertThat(admitted).isEqualTo(4);
    }

    @Test
    void aLimitOfOneIsForWhoComesFirst() {
        FairSlots slots = fixed(1, 1, 1);

        assertThat(slots.tryAdmit(0, 0)).isInstanceOf(Admitted.class);
        assertThat(reason(slots.tryAdmit(1, 0))).isEqualTo(Reason.LIMIT_REACHED);
    }

    @Test
    void aPartOfARequestThatIsInComesInOverTheLimitAndOthersWaitForIt() {
        // Given
        FairSlots slots = fixed(2, 1, 1);
        slots.tryAdmit(0, 0);

        // When
        slots.admitAnyway(0);
        slots.admitAnyway(0);
        Admission other = slots.tryAdmit(1, 0);
        slots.onAnswered(0, 0, 1, 1);
        slots.onAnswered(0, 0, 1, 1);
        Admission later = slots.tryAdmit(1, 1);

        // Then
        assertThat(reason(other)).isEqualTo(Reason.LIMIT_REACHED);
        assertThat(later).isInstanceOf(Admitted.class);
    }

    @Test
    void anEndWithoutABeginningIsAFault() {
        FairSlots slots = fixed(4, 1, 1);
        slots.tryAdmit(0, 0);

        assertThatThrownBy(() -> slots.onIgnored(1)).hasMessageContaining("tenant 1");
    }

    /**
     * Beside a count of what is in flight, and of who asked in this half second or the one before: sums agree, and each
     * answer is the one that the definition gives.
     */
    @Test
    void theInvariantsHoldForEveryHistory() {
        Seeds.forEach(30, seed -> {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            int most = 1 + random.nextInt(40);
            int[] weights = random.ints(2 + random.nextInt(60), 1, 20).toArray();
            long start = random.nextLong();
            LimitSettings settings = new LimitSettings(1, most, 1, 1, 1_000_000, SECOND, 20_000_000);
            FairSlots slots = new FairSlots(weights, settings, start);
            int[] expected = new int[weights.length];
            long[] asked = new long[weights.length];
            Arrays.fill(asked, -10);
            long elapsed = 0;

            for (int i = 0; i < 20_000; i++) {
                // When
                elapsed += random.nextLong(random.nextInt(1_000) == 0 ? 3 * SECOND : 2_000_000);
                long now = start + elapsed;
                int tenant = random.nextInt(weights.length);
                int inFlight = slots.inFlight();
                int free = slots.limit() - inFlight;
                if (random.nextBoolean()) {
                    asked[tenant] = elapsed / FairSlots.EPOCH_NANOS;
                    Admission admission = slots.tryAdmit(tenant, now);
                    if (free <= 0) {
                        assertThat(reason(admission)).isEqualTo(Reason.LIMIT_REACHED);
                    } else if (expected[tenant] < threshold(tenant, weights, asked, free)) {
                        assertThat(admission).isInstanceOf(Admitted.class);
                        expected[tenant]++;
                    } else {
                        assertThat(reason(admission)).isEqualTo(Reason.SHARE_REACHED);
                        assertThat(expected[tenant]).isPositive();
                    }
                } else if (expected[tenant] > 0) {
                    expected[tenant]--;
                    switch (random.nextInt(3)) {
                        case 0 -> slots.onAnswered(tenant, random.nextLong(3_000_000), 1_000_000, now);
                        case 1 -> slots.onDropped(tenant, 1_000_000, now);
                        default -> slots.onIgnored(tenant);
                    }
                }

                // Then
                assertThat(slots.inFlight(tenant)).isEqualTo(expected[tenant]);
                assertThat(slots.inFlight()).isEqualTo(Arrays.stream(expected).sum());
            }
        });
    }

    private static double threshold(int tenant, int[] weights, long[] askedEpoch, int free) {
        long weight = 0;
        int count = 0;
        for (int other = 0; other < weights.length; other++) {
            if (askedEpoch[other] >= askedEpoch[tenant] - 1) {
                weight += weights[other];
                count++;
            }
        }
        return (double) free * weights[tenant] * count / weight;
    }
}
