package io.bellwether.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalGuardTest {

    private static final SliceCounts BROKEN = new SliceCounts(0, 10, 0, 0, 90, 0, -1);

    private final LocalGuard guard = new LocalGuard(new GuardSettings(1e-4, 0.1, 10, 3, 2));

    @Test
    void aTripIsToldOnceInTheLifeOfARollout() {
        // Given
        guard.watch(Map.of("r", 1_000, "other", 1_000));

        // When
        Optional<Trip> trip = Optional.empty();
        for (int i = 0; i < 3; i++) {
            trip = guard.tick("r", BROKEN);
        }

        // Then: neither more failures nor a new weight bring it up again
        assertThat(trip.orElseThrow().rolloutId()).isEqualTo("r");
        assertThat(guard.watch(Map.of("r", 2_500, "other", 1_000))).containsExactly("other");
        for (int i = 0; i < 10; i++) {
            assertThat(guard.tick("r", BROKEN)).isEmpty();
        }
    }

    @Test
    void asManyAreWatchedAsThereIsRoomForAndEndedOnesMakeRoom() {
        // When
        guard.watch(Map.of("a", 1, "b", 1));
        guard.watch(Map.of("a", 1, "b", 1, "c", 1));

        // Then
        assertThat(guard.size()).isEqualTo(2);
        assertThat(guard.tick("c", BROKEN)).isEmpty();
        assertThat(guard.watch(Map.of("b", 1, "c", 1))).containsExactly("b", "c");
        assertThat(guard.watch(Map.of())).isEmpty();
    }

    @Test
    void requestsUnderDifferentWeightsAreNotCompared() {
        // Given: nine answers of the candidate, which one more would make a slice
        guard.watch(Map.of("r", 1_000));
        guard.tick("r", new SliceCounts(0, 9, 0, 0, 0, 0, -1));

        // When
        guard.watch(Map.of("r", 2_500));
        for (int i = 0; i < 2; i++) {
            assertThat(guard.tick("r", BROKEN)).isEmpty();
        }
        Trip trip = guard.tick("r", BROKEN).orElseThrow();

        // Then
        assertThat(trip.seen().candidate()).isEqualTo(30);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0.1, 10, 3, 1",
        "1e-4, 1, 10, 3, 1",
        "1e-4, 0.1, 1, 3, 1",
        "1e-4, 0.1, 10, 17, 1",
        "1e-4, 0.1, 10, 3, 0"
    })
    void settingsOutsideTheirRangeAreRefused(double alpha, double floor, int requests, int keys, int rollouts) {
        assertThatThrownBy(() -> new GuardSettings(alpha, floor, requests, keys, rollouts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @ParameterizedTest
    @CsvSource({"0.85", "0.995"})
    void aFloorAboveTheUsualAlternativesStillHasSomethingAboveIt(double floor) {
        LocalGuard strict = new LocalGuard(new GuardSettings(1e-4, floor, 10, 3, 1));
        strict.watch(Map.of("r", 1_000));

        boolean tripped = false;
        for (int i = 0; i < 2_000 && !tripped; i++) {
            tripped = strict.tick("r", BROKEN).isPresent();
        }

        assertThat(tripped).isTrue();
    }
}
