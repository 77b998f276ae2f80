package io.bellwether.batching;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VersionStateTest {
    private static final VersionState.Loading LOADING = new VersionState.Absent(1).toLoading(2);
    private static final VersionState.Warming WARMING = LOADING.toWarming(3);
    private static final VersionState.Ready READY = WARMING.toReady(4);

    @Test
    void eachLegalMoveGivesTheNextStateWithItsTime() {
        assertThat(new VersionState.Absent(1).toLoading(2)).isEqualTo(new VersionState.Loading(2));
        assertThat(LOADING.toWarming(3)).isEqualTo(new VersionState.Warming(3));
        assertThat(LOADING.toFailed("truncated", 3)).isEqualTo(new VersionState.Failed("truncated", 3));
        assertThat(LOADING.toGone(3)).isEqualTo(new VersionState.Gone(3));
        assertThat(WARMING.toReady(4)).isEqualTo(new VersionState.Ready(4));
        assertThat(WARMING.toFailed("throws", 4)).isEqualTo(new VersionState.Failed("throws", 4));
        assertThat(WARMING.toGone(4)).isEqualTo(new VersionState.Gone(4));
        assertThat(READY.toDraining(5)).isEqualTo(new VersionState.Draining(5));
        assertThat(READY.toFailed("engine", 5)).isEqualTo(new VersionState.Failed("engine", 5));
        assertThat(READY.toDraining(5).toGone(6)).isEqualTo(new VersionState.Gone(6));
        assertThat(READY.toFailed("engine", 5).toLoading(6)).isEqualTo(new VersionState.Loading(6));
        assertThat(READY.toFailed("engine", 5).toGone(6)).isEqualTo(new VersionState.Gone(6));
    }

    @Test
    void thereAreNoOtherMoves() {
        // When
        Map<String, List<String>> moves = new TreeMap<>();
        for (Class<?> state : VersionState.class.getPermittedSubclasses()) {
            moves.put(
                    state.getSimpleName(),
                    Arrays.stream(state.getDeclaredMethods())
                            .map(Method::getName)
                            .filter(name -> name.startsWith("to") && !name.equals("toString"))
                            .sorted()
                            .collect(Collectors.toList()));
        }

        // Then
        assertThat(moves)
                .isEqualTo(Map.of(
                        "Absent", List.of("toLoading"),
                        "Loading", List.of("toFailed", "toGone", "toWarming"),
                        "Warming", List.of("toFailed", "toGone", "toReady"),
                        "Ready", List.of("toDraining", "toFailed"),
                        "Draining", List.of("toGone"),
                        "Failed", List.of("toGone", "toLoading"),
                        "Gone", List.of()));
    }

    @Test
    void onlyReadyTakesRequests() {
        assertThat(READY.takesRequests()).isTrue();
        List<VersionState> others = List.of(
                new VersionState.Absent(0),
                LOADING,
                WARMING,
                READY.toDraining(1),
                READY.toFailed("x", 1),
                new VersionState.Gone(1));
        assertThat(others).noneMatch(VersionState::takesRequests);
        assertThat(others)
                .extracting(VersionState::label)
                .containsExactly("ABSENT", "LOADING", "WARMING", "DRAINING", "FAILED", "GONE");
    }
}
