package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.routing.Seeds;
import io.bellwether.routing.admission.Admission.Admitted;
import io.bellwether.routing.admission.Admission.Reason;
import io.bellwether.routing.admission.Admission.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TenantQuotasTest {
    private static final long SECOND = 1_000_000_000L;
    private static final double NONE = Double.POSITIVE_INFINITY;

    private static TenantQuotas of(TenantQuota... quotas) {
        return new TenantQuotas(List.of(quotas), 0);
    }

    private static TenantQuotas requests(double perSecond, int burst) {
        return of(new TenantQuota(perSecond, NONE, burst / perSecond, 1));
    }

    private static TenantQuotas elements(double perSecond, int burst) {
        return of(new TenantQuota(NONE, perSecond, burst / perSecond, 1));
    }

    @Test
    void aTenantOverItsRequestsIsToldTheExactTime() {
        // Given
        TenantQuotas quotas = requests(3, 2);
        quotas.admit(0, 0, 0);
        quotas.admit(0, 0, 0);

        // When
        Admission third = quotas.admit(0, 0, 100);
        Admission oneNanoTooEarly = quotas.admit(0, 0, 333_333_333);
        Admission inTime = quotas.admit(0, 0, 333_333_334);

        // Then: a third of a second, rounded up, less 100 ns
        assertThat(third).isEqualTo(new Refused(Reason.REQUESTS_OVER_QUOTA, 333_333_234));
        assertThat(oneNanoTooEarly).isEqualTo(new Refused(Reason.REQUESTS_OVER_QUOTA, 1));
        assertThat(inTime).isInstanceOf(Admitted.class);
    }

    @Test
    void aTenantOverItsElementsIsToldTheExactTime() {
        // Given
        TenantQuotas quotas = elements(1_000, 500);
        quotas.admit(0, 500, 0);

        // When
        Admission second = quotas.admit(0, 250, 0);

        // Then
        assertThat(second).isEqualTo(new Refused(Reason.ELEMENTS_OVER_QUOTA, SECOND / 4));
        assertThat(quotas.admit(0, 250, SECOND / 4)).isInstanceOf(Admitted.class);
    }

    @Test
    void theLongerOfTwoTimesIsTheAnswer() {
        // Given
        TenantQuotas quotas = of(new TenantQuota(1, 1_000, 1, 1));
        quotas.admit(0, 1_000, 0);

        // When
        Admission forRequests = quotas.admit(0, 900, 600_000_000);
        quotas.charge(0, 500, 600_000_000);
        Admission forElements = quotas.admit(0, 900, 600_000_000);

        // Then: 0.4 s for the request; 100 elements are there and 900 wanted
        assertThat(forRequests).isEqualTo(new Refused(Reason.REQUESTS_OVER_QUOTA, 400_000_000));
        assertThat(forElements).isEqualTo(new Refused(Reason.ELEMENTS_OVER_QUOTA, 800_000_000));
    }

    @Test
    void whatIsChargedAfterwardsIsPaidBeforeTheNextRequest() {
        // Given
        TenantQuotas quotas = elements(1_000, 100);
        quotas.admit(0, 10, 0);

        // When
        quotas.charge(0, 2_190, 0);
        Admission next = quotas.admit(0, 10, 0);

        // Then: from -2,100 to 10 at 1,000 a second
        assertThat(next).isEqualTo(new Refused(Reason.ELEMENTS_OVER_QUOTA, 2_110_000_000L));
    }

    @Test
    void aRequestAboveTheBurstComesInOnAFullBucketAndIsPaidOffAfterwards() {
        // Given
        TenantQuotas quotas = elements(1_000, 100);

        // When
        Admission huge = quotas.admit(0, 5_000, 0);
        Admission another = quotas.admit(0, 5_000, 0);

        // Then
        assertThat(huge).isInstanceOf(Admitted.class);
        assertThat(another).isEqualTo(new Refused(Reason.ELEMENTS_OVER_QUOTA, 5 * SECOND));
        assertThat(quotas.admit(0, 5_000, 5 * SECOND)).isInstanceOf(Admitted.class);
    }

    @Test
    void aRequestThatStaysOutForAnotherReasonIsChargedNothing() {
        // Given
        TenantQuotas quotas = of(new TenantQuota(1, 100, 1, 1));
        quotas.admit(0, 100, 0);

        // When
        quotas.giveBack(0, 100, 0);

        // Then
        assertThat(quotas.admit(0, 100, 0)).isInstanceOf(Admitted.class);
    }

    @Test
    void tenantsDoNotShareAQuota() {
        // Given
        TenantQuota one = new TenantQuota(1, NONE, 1, 1);
        TenantQuotas quotas = of(one, one, TenantQuota.UNLIMITED);
        quotas.admit(0, 0, 0);

        // Then
        assertThat(quotas.admit(0, 0, 0)).isInstanceOf(Refused.class);
        assertThat(quotas.admit(1, 0, 0)).isInstanceOf(Admitted.class);
        for (int i = 0; i < 10_000; i++) {
            assertThat(quotas.admit(2, Long.MAX_VALUE, 0)).isInstanceOf(Admitted.class);
        }
    }

    @Test
    void aSlowQuotaStillLetsOneRequestIn() {
        // Given: one in a hundred seconds, and a burst of less than one
        TenantQuotas quotas = of(new TenantQuota(0.01, NONE, 1, 1));

        // Then
        assertThat(quotas.admit(0, 0, 0)).isInstanceOf(Admitted.class);
        assertThat(quotas.admit(0, 0, 0)).isEqualTo(new Refused(Reason.REQUESTS_OVER_QUOTA, 100 * SECOND));
    }

    @Test
    void wrongQuotasAreRefusedByName() {
        assertThatThrownBy(() -> new TenantQuota(0, 1, 1, 1)).hasMessageContaining("requests-per-second is 0.0");
        assertThatThrownBy(() -> new TenantQuota(Double.NaN, 1, 1, 1))
                .hasMessageContaining("requests-per-second is NaN");
        assertThatThrownBy(() -> new TenantQuota(1, 0.5, 1, 1)).hasMessageContaining("elements-per-second is 0.5");
        assertThatThrownBy(() -> new TenantQuota(1, 2e15, 1, 1)).hasMessageContaining("elements-per-second is 2.0E15");
        assertThatThrownBy(() -> new TenantQuota(1, 1, 0, 1)).hasMessageContaining("burst is 0.0");
        assertThatThrownBy(() -> new TenantQuota(1, 1, 1_001, 1)).hasMessageContaining("burst is 1001.0");
        assertThatThrownBy(() -> new TenantQuota(1, 1, 1, 1_001)).hasMessageContaining("weight is 1001");
    }

    /** Greedy and late callers: what comes in obeys both buckets over every stretch of time. */
    @Test
    void noStretchOfTimeLetsInMoreThanTheQuota() {
        Seeds.forEach(40, seed -> {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            long rate = 1 + random.nextLong(50);
            int burst = 1 + random.nextInt(10);
            double burstSeconds = burst / (double) rate;
            long elementRate = 1 + random.nextLong(1_000);
            TenantQuota quota = new TenantQuota(rate, elementRate, burstSeconds, 1);
            TenantQuotas quotas = of(quota);
            List<long[]> admitted = new ArrayList<>();
            long now = 0;

            // When: half of the callers come back exactly when they were told to
            for (int i = 0; i < 2_000; i++) {
                long elements = random.nextLong(300);
                Admission admission = quotas.admit(0, elements, now);
                if (admission instanceof Refused refused) {
                    assertThat(refused.retryAfterNanos()).isPositive();
                    long back = now + refused.retryAfterNanos();
                    assertThat(quotas.admit(0, elements, back - 1)).isInstanceOf(Refused.class);
                    if (random.nextBoolean()) {
                        assertThat(quotas.admit(0, elements, back)).isInstanceOf(Admitted.class);
                        admission = Admission.ADMITTED;
                    }
                    now = back;
                }
                if (admission instanceof Admitted) {
                    admitted.add(new long[] {now, elements});
                }
                now += random.nextLong(SECOND / rate);
            }

            // Then
            for (int from = 0; from < admitted.size(); from += 7) {
                long sum = 0;
                for (int to = from; to < admitted.size(); to++) {
                    double seconds = (admitted.get(to)[0] - admitted.get(from)[0]) / 1e9;
                    assertThat(to - from + 1.0).isLessThanOrEqualTo(burst + rate * seconds + 1e-5);
                    // The last one may go beyond the burst, into debt.
                    assertThat((double) sum).isLessThanOrEqualTo(quota.burstElements() + elementRate * seconds + 1e-6);
                    sum += admitted.get(to)[1];
                }
            }
        });
    }
}
