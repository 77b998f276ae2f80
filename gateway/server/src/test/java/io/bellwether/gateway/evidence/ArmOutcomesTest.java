package io.bellwether.gateway.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Arm;
import io.bellwether.routing.Route;
import io.bellwether.routing.guard.SliceCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArmOutcomesTest {
    private static final String KEY = "k";

    private final ArmOutcomes outcomes = new ArmOutcomes();

    @BeforeEach
    void watch() {
        outcomes.watch(Set.of(only("r")));
    }

    @ParameterizedTest
    @CsvSource({
        // arm, outcome, nonfinite; good, errors, timeouts, nonfinite, stable good, stable failed
        "CANDIDATE, OK, false, 1, 0, 0, 0, 0, 0",
        "CANDIDATE_REST, OK, false, 1, 0, 0, 0, 0, 0",
        "CANDIDATE, OK, true, 0, 0, 0, 1, 0, 0",
        "CANDIDATE, MODEL_ERROR, false, 0, 1, 0, 0, 0, 0",
        "CANDIDATE_REST, UNAVAILABLE, false, 0, 1, 0, 0, 0, 0",
        "CANDIDATE, TIMEOUT, false, 0, 0, 1, 0, 0, 0",
        "CANDIDATE, REFUSED, false, 0, 0, 0, 0, 0, 0",
        "CANDIDATE, INVALID, false, 0, 0, 0, 0, 0, 0",
        "CONTROL, OK, false, 0, 0, 0, 0, 1, 0",
        "STABLE_REST, OK, false, 0, 0, 0, 0, 1, 0",
        "STABLE_REST, OK, true, 0, 0, 0, 0, 0, 1",
        "CONTROL, MODEL_ERROR, false, 0, 0, 0, 0, 0, 1",
        "STABLE_REST, TIMEOUT, false, 0, 0, 0, 0, 0, 1",
        "CONTROL, REFUSED, false, 0, 0, 0, 0, 0, 0",
        "PINNED, MODEL_ERROR, false, 0, 0, 0, 0, 0, 0"
    })
    void whatSaysSomethingAboutAVersionIsInOneCounter(
            Arm arm,
            Outcome outcome,
            boolean nonfinite,
            long good,
            long errors,
            long timeouts,
            long nonfinites,
            long stableGood,
            long stableFailed) {
        // When
        outcomes.answered(new Route.Routed("2", arm, "r"), outcome, nonfinite, KEY);

        // Then
        long keys = errors + timeouts + nonfinites > 0 ? SliceCounts.keyBit(KEY) : 0;
        assertThat(outcomes.take(only("r")))
                .isEqualTo(new SliceCounts(good, errors, timeouts, nonfinites, stableGood, stableFailed, keys));
        assertThat(outcomes.take(only("r"))).isEqualTo(SliceCounts.NONE);
    }

    @Test
    void rolloutsThatAreNotWatchedTakeNoMemory() {
        // When
        outcomes.answered(new Route.Routed("1", Arm.STABLE_REST, ""), Outcome.OK, false, KEY);
        outcomes.answered(new Route.Routed("1", Arm.CANDIDATE, "other"), Outcome.OK, false, KEY);

        // Then
        assertThat(outcomes.take(only("other"))).isEqualTo(SliceCounts.NONE);
        assertThat(outcomes.take(only(""))).isEqualTo(SliceCounts.NONE);
    }

    @Test
    void aRolloutThatStaysWatchedKeepsWhatWasCounted() {
        // Given
        outcomes.answered(new Route.Routed("1", Arm.CONTROL, "r"), Outcome.OK, false, KEY);

        // When
        outcomes.watch(Set.of(only("r"), only("s")));

        // Then
        assertThat(outcomes.take(only("r")).stableGood()).isEqualTo(1);
        outcomes.watch(Set.of(only("s")));
        outcomes.answered(new Route.Routed("1", Arm.CONTROL, "r"), Outcome.OK, false, KEY);
        outcomes.watch(Set.of(only("r")));
        assertThat(outcomes.take(only("r"))).isEqualTo(SliceCounts.NONE);
    }

    @Test
    void nothingIsLostOrCountedTwiceWhileSomebodyTakes() throws InterruptedException {
        // Given
        int each = 50_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(new Thread(() -> {
                for (int n = 0; n < each; n++) {
                    outcomes.answered(new Route.Routed("2", Arm.CANDIDATE, "r"), Outcome.TIMEOUT, false, "k" + n);
                }
            }));
        }

        // When
        threads.forEach(Thread::start);
        SliceCounts sum = SliceCounts.NONE;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            sum = sum.plus(outcomes.take(only("r")));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        sum = sum.plus(outcomes.take(only("r")));

        // Then
        assertThat(sum.candidateTimeouts()).isEqualTo(4L * each);
        assertThat(sum.failedKeys()).isEqualTo(-1);
    }

    private static ArmOutcomes.Watched only(String rolloutId) {
        return new ArmOutcomes.Watched(rolloutId, "");
    }
}
