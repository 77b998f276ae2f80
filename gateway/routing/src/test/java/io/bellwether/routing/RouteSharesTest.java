package io.bellwether.routing;

import static io.bellwether.routing.Commands.MODEL;
import static io.bellwether.routing.Commands.ROLLOUT;
import static io.bellwether.routing.Commands.createRollout;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.move;
import static io.bellwether.routing.Commands.plan;
import static io.bellwether.routing.Commands.setStable;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteSharesTest {
    private static final Set<String> BOTH = Set.of("1", "2");

    @ParameterizedTest
    @ValueSource(ints = {1, 1_250, 4_999, 5_000, 5_001, 9_999, 10_000})
    void sharesAreWhatRoutingAllBucketsComesTo(int weight) {
        // Given
        RouteTable table = rollout(weight);

        // Then
        assertThat(counted(table.shares(MODEL, BOTH))).isEqualTo(routed(table, BOTH));
    }

    @Test
    void theShareOfACandidateThatIsNotReadyIsTheStableVersionsAndNoEvidence() {
        // Given
        RouteTable table = rollout(1_250);

        // When
        List<RouteShare> shares = table.shares(MODEL, Set.of("1"));

        // Then
        assertThat(shares)
                .containsExactly(
                        new RouteShare("1", Arm.CONTROL, 1_250, true),
                        new RouteShare("1", Arm.STABLE_REST, 8_750, true));
        assertThat(counted(shares)).isEqualTo(routed(table, Set.of("1")));
    }

    @Test
    void aStableVersionThatIsNotReadyKeepsItsShareUnserved() {
        assertThat(rollout(5_000).shares(MODEL, Set.of("2")))
                .containsExactly(
                        new RouteShare("2", Arm.CANDIDATE, 5_000, true),
                        new RouteShare("1", Arm.CONTROL, 5_000, false));
    }

    @Test
    void aKilledCandidateHasNoShare() {
        // Given
        KilledRollouts killed = KilledRollouts.NONE.with(new Kill(ROLLOUT, MODEL, 1, "it fails hard"));

        // When
        RouteTable table = fold(createRollout("c-0")).routes(killed);

        // Then
        assertThat(table.shares(MODEL, BOTH)).containsExactly(new RouteShare("1", Arm.STABLE_REST, 10_000, true));
    }

    @ParameterizedTest
    @CsvSource({"'', 1", "2, 2"})
    void withoutARolloutTheStableVersionHasAll(String named, String serving) {
        // Given
        RouteTable table = named.isEmpty()
                ? ControlState.empty().routes()
                : fold(setStable("s", named)).routes();

        // Then
        assertThat(table.shares(MODEL, BOTH)).containsExactly(new RouteShare(serving, Arm.STABLE_REST, 10_000, true));
    }

    @Test
    void nothingIsSharedOutWhereNoVersionIsKnown() {
        assertThat(ControlState.empty().routes().shares(MODEL, Set.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1250, 1250", "5000, 5000", "9000, 1000", "10000, 0"})
    void armsAreDrawnAtTheShareOfTheComparedOnes(int weight, int share) {
        assertThat(rollout(weight).declared(MODEL).draw().share(BOTH)).isEqualTo(share);
    }

    @Test
    void nothingIsDrawnWhereAVersionIsAwayOrTheSplitIsByClient() {
        RouteTable byClient = fold(move("c-0", 0)
                        .setCreate(plan("1", "2", 1_250).setKeyHeader("X-User").setAutomatic(false))
                        .build())
                .routes();

        assertThat(rollout(1_250).declared(MODEL).draw().share(Set.of("1"))).isZero();
        assertThat(rollout(1_250).declared(MODEL).draw().share(Set.of("2"))).isZero();
        assertThat(byClient.declared(MODEL).draw().share(BOTH)).isZero();
        assertThat(ControlState.empty().routes().declared(MODEL).draw().share(BOTH))
                .isZero();
    }

    private static RouteTable rollout(int weight) {
        return fold(move("c-0", 0)
                        .setCreate(plan("1", "2", weight).setAutomatic(false))
                        .build())
                .routes();
    }

    private static Map<String, Integer> counted(List<RouteShare> shares) {
        Map<String, Integer> counts = new HashMap<>();
        shares.forEach(share -> counts.put(share.version() + " " + share.arm(), share.basisPoints()));
        return counts;
    }

    /** Routes one key of each bucket. */
    private static Map<String, Integer> routed(RouteTable table, Set<String> ready) {
        Map<String, Integer> counts = new HashMap<>();
        for (String key : oneKeyABucket()) {
            Route.Routed routed = (Route.Routed) table.route(MODEL, "", key, ready);
            counts.merge(routed.version() + " " + routed.arm(), 1, Integer::sum);
        }
        return counts;
    }

    private static List<String> oneKeyABucket() {
        long seed = Split.seed(ROLLOUT);
        boolean[] seen = new boolean[Split.BASIS_POINTS];
        List<String> keys = new ArrayList<>();
        for (int i = 0; keys.size() < Split.BASIS_POINTS; i++) {
            int bucket = Split.bucket(seed, "k" + i);
            if (!seen[bucket]) {
                seen[bucket] = true;
                keys.add("k" + i);
            }
        }
        return keys;
    }
}
