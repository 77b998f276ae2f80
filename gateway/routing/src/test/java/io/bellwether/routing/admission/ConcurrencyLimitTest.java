package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.routing.Seeds;
import io.bellwether.routing.admission.Admission.Admitted;
import io.bellwether.routing.admission.Admission.Reason;
import io.bellwether.routing.admission.Admission.Refused;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConcurrencyLimitTest {
    private static final long MILLI = 1_000_000;

    /** Windows of 1 ns end with their last sample; no bound on the wait interferes. */
    private static LimitSettings from(int initial) {
        return new LimitSettings(1, 1_000, initial, 1, 1, Long.MAX_VALUE, 1);
    }

    /**
     * One window that begins when the limit last changed: ten answers alike, with that many requests in flight all the
     * time. Nothing is in flight afterwards.
     */
    private static void window(ConcurrencyLimit limit, int used, long waitNanos, long serviceNanos, long startNanos) {
        long flightNanos = waitNanos + serviceNanos;
        for (int end = 0; end < 10; end++) {
            while (limit.inFlight() < used) {
                assertThat(limit.tryAdmit()).isSameAs(Admission.ADMITTED);
            }
            // A window lasts at least eight services here: only the last answer closes it.
            limit.onAnswered(waitNanos, serviceNanos, startNanos + (end < 9 ? 0 : 8 * serviceNanos) + flightNanos);
        }
        while (limit.inFlight() > 0) {
            limit.onIgnored();
        }
    }

    @Test
    void asManyComeInAsTheLimitSays() {
        // Given
        ConcurrencyLimit limit = new ConcurrencyLimit(from(3), 0);

        // When
        Admission[] answers = {limit.tryAdmit(), limit.tryAdmit(), limit.tryAdmit(), limit.tryAdmit()};
        limit.onIgnored();
        Admission afterAnEnd = limit.tryAdmit();

        // Then
        assertThat(answers).hasSize(4).startsWith(Admission.ADMITTED, Admission.ADMITTED, Admission.ADMITTED);
        assertThat(answers[3]).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(Reason.LIMIT_REACHED));
        assertThat(afterAnEnd).isInstanceOf(Admitted.class);
        assertThat(limit.inFlight()).isEqualTo(3);
    }

    /** L (S + A) / (S + W) with A = S = 10 ms where W exceeds A, L + sqrt(L) (1 - W / A) where it does not. */
    @ParameterizedTest
    @CsvSource({
        "40, 15, 32", // 40 * 20 / 25
        "40, 30, 20", // 40 * 20 / 40, which is half
        "40, 990, 20", // a fiftieth by the formula, but never less than half
        "25, 0, 30", // 25 + 5
        "25, 5, 27", // 25 + 5 / 2, rounded down
        "25, 10, 25",
        "1, 0, 2",
        "1, 30, 1",
        "1000, 0, 1000"
    })
    void aFullWindowMovesTheLimitByTheFormula(int before, long waitMillis, int after) {
        // Given
        ConcurrencyLimit limit = new ConcurrencyLimit(from(before), 0);

        // When
        window(limit, before, waitMillis * MILLI, 10 * MILLI, 0);

        // Then
        assertThat(limit.limit()).isEqualTo(after);
    }

    @Test
    void aLimitThatIsNotNeededDoesNotGrow() {
        // Given
        ConcurrencyLimit limit = new ConcurrencyLimit(from(100), 0);

        // When
        window(limit, 49, 0, 10 * MILLI, 0);
        int halfUnused = limit.limit();
        window(limit, 50, 0, 10 * MILLI, 90 * MILLI);

        // Then
        assertThat(halfUnused).isEqualTo(100);
        assertThat(limit.limit()).isEqualTo(110);
    }

    @Test
    void requestsFromBeforeTheLastChangeSayNothingAboutTheLimitOfNow() {
        // Given: a limit of 40 that has just become 20
        ConcurrencyLimit limit = new ConcurrencyLimit(from(40), 0);
        for (int i = 0; i < 40; i++) {
            limit.tryAdmit();
        }
        for (int i = 0; i < 20; i++) {
            limit.onAnswered(30 * MILLI, 10 * MILLI, 1_000 * MILLI);
        }
        int halved = limit.limit();

        // When: the others answer, with the long waits of the old limit
        for (int i = 0; i < 20; i++) {
            limit.onAnswered(900 * MILLI, 10 * MILLI, 1_500 * MILLI);
        }

        // Then
        assertThat(halved).isEqualTo(20);
        assertThat(limit.limit()).isEqualTo(20);
    }

    @Test
    void dropsShrinkTheLimitByTheirShare() {
        // Given: 40 in flight
        ConcurrencyLimit limit = new ConcurrencyLimit(from(40), 0);
        for (int i = 0; i < 40; i++) {
            limit.tryAdmit();
        }

        // When: of ten that end, three were dropped
        for (int i = 0; i < 7; i++) {
            limit.onAnswered(0, 10 * MILLI, 10 * MILLI);
        }
        for (int i = 0; i < 3; i++) {
            limit.onDropped(10 * MILLI, 1_000 * MILLI);
        }

        // Then: 40 * 0.7
        assertThat(limit.limit()).isEqualTo(28);
    }

    @Test
    void fewDropsAreLeftToTheWaits() {
        // Given: a tenth of the calls has a deadline that nobody can meet
        ConcurrencyLimit limit = new ConcurrencyLimit(from(16), 0);
        for (int i = 0; i < 16; i++) {
            limit.tryAdmit();
        }

        // When
        limit.onDropped(10 * MILLI, 10 * MILLI);
        for (int i = 0; i < 9; i++) {
            limit.onAnswered(0, 10 * MILLI, 1_000 * MILLI);
        }

        // Then: 16 + 4
        assertThat(limit.limit()).isEqualTo(20);
    }

    @Test
    void refusedOnesAreToldOneTurnAfterTheOther() {
        // Given: a limit of 4 whose requests are in flight for 20 ms
        ConcurrencyLimit limit = new ConcurrencyLimit(new LimitSettings(4, 4, 4, 1, 1, 1_000 * MILLI, 1), 0);
        window(limit, 4, 10 * MILLI, 10 * MILLI, 0);
        for (int i = 0; i < 4; i++) {
            limit.tryAdmit();
        }

        // When
        long first = retryAfter(limit.tryAdmit());
        long second = retryAfter(limit.tryAdmit());
        long third = retryAfter(limit.tryAdmit());
        limit.onIgnored();
        limit.tryAdmit();
        long afterATurn = retryAfter(limit.tryAdmit());

        // Then: one flight, and 5 ms for each before it
        assertThat(new long[] {first, second, third, afterATurn})
                .containsExactly(20 * MILLI, 25 * MILLI, 30 * MILLI, 30 * MILLI);
    }

    @Test
    void noRetryAfterIsLongerThanTheLongest() {
        // Given
        ConcurrencyLimit limit = new ConcurrencyLimit(from(1), 0);
        limit.tryAdmit();

        // When
        long last = 0;
        for (int i = 0; i < 100_000; i++) {
            last = retryAfter(limit.tryAdmit());
        }
        ConcurrencyLimit slow = new ConcurrencyLimit(new LimitSettings(1, 1, 1, 1, 1, 1, 1_000_000_000_000L), 0);
        slow.tryAdmit();

        // Then
        assertThat(last).isBetween(1L, ConcurrencyLimit.RETRY_AFTER_NANOS_MAX);
        assertThat(retryAfter(slow.tryAdmit())).isEqualTo(ConcurrencyLimit.RETRY_AFTER_NANOS_MAX);
    }

    private static long retryAfter(Admission admission) {
        return ((Refused) admission).retryAfterNanos();
    }

    @Test
    void anEndWithoutABeginningIsAFault() {
        assertThatThrownBy(() -> new ConcurrencyLimit(from(1), 0).onIgnored())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("none is in flight");
    }

    @Test
    void wrongSettingsAreRefusedByName() {
        assertThatThrownBy(() -> new LimitSettings(0, 1, 1, 1, 1, 1, 1)).hasMessageContaining("least is 0");
        assertThatThrownBy(() -> new LimitSettings(2, 1, 1, 1, 1, 1, 1)).hasMessageContaining("most is 1");
        assertThatThrownBy(() -> new LimitSettings(1, 2, 3, 1, 1, 1, 1)).hasMessageContaining("initial is 3");
        assertThatThrownBy(() -> new LimitSettings(1, 2, 1, Double.NaN, 1, 1, 1))
                .hasMessageContaining("waitPerService is NaN");
        assertThatThrownBy(() -> new LimitSettings(1, 2, 1, 1, 2, 1, 1)).hasMessageContaining("waitNanosMax is 1");
        assertThatThrownBy(() -> new LimitSettings(1, 2, 1, 1, 1, 1, 0)).hasMessageContaining("windowNanos is 0");
    }

    /** Whatever is reported, on a clock that begins anywhere and passes its largest value. */
    @Test
    void theInvariantsHoldForEveryHistory() {
        Seeds.forEach(50, seed -> {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            int least = 1 + random.nextInt(5);
            int most = least + random.nextInt(200);
            long now = Long.MAX_VALUE - random.nextLong(2_000 * MILLI);
            ConcurrencyLimit limit = new ConcurrencyLimit(
                    new LimitSettings(least, most, least, 0.5 + random.nextDouble(), MILLI, 1_000 * MILLI, 20 * MILLI),
                    now);
            Deque<Long> inFlight = new ArrayDeque<>();
            long scale = 1 + random.nextLong(50 * MILLI);

            for (int i = 0; i < 20_000; i++) {
                // When
                int limitBefore = limit.limit();
                now += random.nextLong(MILLI);
                if (random.nextInt(100) < 55) {
                    Admission admission = limit.tryAdmit();
                    assertThat(admission instanceof Admitted).isEqualTo(inFlight.size() < limitBefore);
                    if (admission instanceof Refused refused) {
                        assertThat(refused.retryAfterNanos()).isBetween(1L, ConcurrencyLimit.RETRY_AFTER_NANOS_MAX);
                    } else {
                        inFlight.add(now);
                    }
                } else if (!inFlight.isEmpty()) {
                    long began = inFlight.poll();
                    int kind = random.nextInt(20);
                    if (kind == 0) {
                        limit.onIgnored();
                    } else if (kind == 1) {
                        limit.onDropped(now - began, now);
                    } else {
                        long service = random.nextLong(scale) - random.nextInt(2);
                        limit.onAnswered(now - began - service, service, now);
                    }
                }

                // Then
                assertThat(limit.inFlight()).isEqualTo(inFlight.size());
                assertThat(limit.limit()).isBetween(least, most);
                assertThat(limit.limit()).isGreaterThanOrEqualTo(limitBefore / 2);
            }
        });
    }
}
