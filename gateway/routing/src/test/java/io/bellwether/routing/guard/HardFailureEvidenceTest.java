package io.bellwether.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole test in virtual time. One seed again: {@code -Dseed=<n>}. */
class HardFailureEvidenceTest {

    private static final double PER_SECOND = 200;
    private static final int RUNS = 200;
    private static final double LOOSE_ALPHA = 0.05;

    private static List<Long> seeds(int count) {
        Long one = Long.getLong("seed");
        return one != null ? List.of(one) : LongStream.range(0, count).boxed().toList();
    }

    /** Ville's bound, at a level that 200 runs can show: 10 are allowed, and 5 more are three standard deviations. */
    @ParameterizedTest
    @CsvSource({"0.001", "0.01", "0.1", "0.3", "0.5", "0.9", "1"})
    void equalArmsAreSeldomTakenForAHardFailure(double rate) {
        for (double weight : new double[] {0.01, 0.1, 0.5}) {
            long trips = seeds(RUNS).stream()
                    .filter(seed -> trips(loose(), new Traffic(seed, PER_SECOND, weight, t -> rate, t -> rate), 60))
                    .count();

            assertThat(trips).as("rate %s, weight %s", rate, weight).isLessThanOrEqualTo(19);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.001, 0.05, 0.2, 0.5, 1})
    void atTheDefaultLevelEqualArmsAreNotTaken(double rate) {
        for (long seed : seeds(100)) {
            Traffic equal = new Traffic(seed, PER_SECOND, 0.1, t -> rate, t -> rate);

            assertThat(trips(GuardSettings.DEFAULT, equal, 60))
                    .as("seed %d", seed)
                    .isFalse();
        }
    }

    /** Worse than the stable version, but not hard: monitoring's business, but for one in a hundred. */
    @Test
    void aCandidateBelowTheFloorIsLeftToMonitoring() {
        long trips = seeds(RUNS).stream()
                .filter(seed ->
                        trips(GuardSettings.DEFAULT, new Traffic(seed, PER_SECOND, 0.5, t -> 0.1, t -> 0.001), 60))
                .count();

        // 2 are allowed, and 4 more are three standard deviations.
        assertThat(trips).isLessThanOrEqualTo(6);
    }

    /** Outages of both arms that come and go, of any depth, also right after a long healthy time. */
    @Test
    void anOutageOfBothArmsIsNobodysFault() {
        DoubleUnaryOperator outages = t -> t % 20 < 10 ? 0.001 : t % 40 < 20 ? 1 : 0.6;
        for (long seed : seeds(50)) {
            Traffic equal = new Traffic(seed, PER_SECOND, 0.25, outages, outages);

            assertThat(trips(GuardSettings.DEFAULT, equal, 120))
                    .as("seed %d", seed)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        // healthy seconds, base rate, rate, seconds within which half and 9 of 10 are found
        "0, 0.001, 1, 0.35, 0.5",
        "60, 0, 1, 0.4, 0.55",
        "600, 0.001, 1, 0.6, 0.9",
        "0, 0.001, 0.3, 2.5, 5.5"
    })
    void aHardFailureAtTenPercentIsFound(
            double healthySeconds, double base, double rate, double halfSeconds, double mostSeconds) {
        List<Double> delays = new ArrayList<>();
        for (long seed : seeds(100)) {
            Traffic broken = new Traffic(seed, PER_SECOND, 0.1, t -> t < healthySeconds ? base : rate, t -> base);
            broken.onsetSeconds = healthySeconds;
            assertThat(trips(GuardSettings.DEFAULT, broken, healthySeconds + 120))
                    .as("seed %d", seed)
                    .isTrue();
            delays.add(broken.nowSeconds() - broken.firstFailureSeconds);
        }

        Collections.sort(delays);
        assertThat(delays.get(delays.size() / 2)).as("median of %s", delays).isLessThanOrEqualTo(halfSeconds);
        assertThat(delays.get(delays.size() * 9 / 10)).as("p90 of %s", delays).isLessThanOrEqualTo(mostSeconds);
    }

    @Test
    void fewerThanFiveFailuresOrThreeSlicesAreNeverEnough() {
        for (long seed : seeds(200)) {
            Traffic broken = new Traffic(seed, PER_SECOND, 0.02, t -> 1, t -> 0);
            assertThat(trips(GuardSettings.DEFAULT, broken, 120))
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(broken.failedSinceOnset).as("seed %d", seed).isGreaterThanOrEqualTo(5);
        }
        HardFailureEvidence burst = new HardFailureEvidence(GuardSettings.DEFAULT);
        assertThat(burst.add(failing(500, -1))).isFalse();
        assertThat(burst.add(failing(500, -1))).isFalse();
        assertThat(burst.add(failing(500, -1))).isTrue();
    }

    @Test
    void oneClientWithABrokenRequestTakesNothingBack() {
        HardFailureEvidence test = new HardFailureEvidence(GuardSettings.DEFAULT);

        for (int i = 0; i < 1_000; i++) {
            assertThat(test.add(failing(5, SliceCounts.keyBit("mallory") | SliceCounts.keyBit("ted"))))
                    .isFalse();
        }
        assertThat(test.add(failing(5, -1))).isTrue();
    }

    @Test
    void slicesWithoutOneArmSayNothing() {
        HardFailureEvidence test = new HardFailureEvidence(GuardSettings.DEFAULT);

        for (int i = 0; i < 1_000; i++) {
            assertThat(test.add(new SliceCounts(0, 50, 0, 0, 0, 0, -1))).isFalse();
            assertThat(test.add(new SliceCounts(0, 0, 0, 0, 50, 0, 0))).isFalse();
        }
        // A slice goes on until it has enough requests: these are one slice, with both arms.
        assertThat(test.add(new SliceCounts(0, 5, 0, 0, 0, 0, -1))).isFalse();
        assertThat(test.add(new SliceCounts(0, 0, 0, 0, 45, 0, 0))).isFalse();
        assertThat(test.trip("r").seen().candidate()).isEqualTo(5);
    }

    @Test
    void errorsTimeoutsAndOutputsThatAreNoNumbersCountAlike() {
        HardFailureEvidence test = new HardFailureEvidence(GuardSettings.DEFAULT);
        SliceCounts mixed = new SliceCounts(0, 1, 2, 3, 54, 1, -1);

        boolean hard = false;
        while (!hard) {
            hard = test.add(mixed);
        }

        Trip trip = test.trip("r-1");
        assertThat(trip.reason())
                .contains("18 of 18 requests failed (3 errors, 6 timeouts, 9 not finite)")
                .contains("3 of 165");
        assertThat(trip.logEControl()).isGreaterThanOrEqualTo(Math.log(1e4));
        assertThat(trip.logEFloor()).isGreaterThanOrEqualTo(Math.log(1e2));
    }

    private static SliceCounts failing(long failed, long keys) {
        return new SliceCounts(0, failed, 0, 0, 9 * failed, 0, keys);
    }

    private static GuardSettings loose() {
        GuardSettings usual = GuardSettings.DEFAULT;
        return new GuardSettings(
                LOOSE_ALPHA, usual.failureFloor(), usual.sliceRequestsMin(), usual.keysMin(), usual.rolloutsMax());
    }

    private static boolean trips(GuardSettings settings, Traffic traffic, double untilSeconds) {
        HardFailureEvidence test = new HardFailureEvidence(settings);
        while (traffic.nowSeconds() < untilSeconds) {
            if (test.add(traffic.untilTick())) {
                return true;
            }
        }
        return false;
    }
}
