package io.bellwether.routing;

import static io.bellwether.routing.Commands.MODEL;
import static io.bellwether.routing.Commands.ROLLOUT;
import static io.bellwether.routing.Commands.advance;
import static io.bellwether.routing.Commands.createRollout;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.hold;
import static io.bellwether.routing.Commands.move;
import static io.bellwether.routing.Commands.plan;
import static io.bellwether.routing.Commands.promote;
import static io.bellwether.routing.Commands.rollBack;
import static io.bellwether.routing.Commands.setStable;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Route.NoRoute;
import io.bellwether.routing.Route.Reason;
import io.bellwether.routing.Route.Routed;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private static final Set<String> BOTH = Set.of("1", "2");

    /** Bucket 1127 of rollout r-1 (pinned in SplitTest): candidate from 11.28 % on, control never before 50 %. */
    private static final String KEY_LOW = "user-1";

    @Test
    void withoutCommandsTheLowestReadyVersionNumberServes() {
        RouteTable table = ControlState.empty().routes();

        assertThat(table.route(MODEL, "", "k", Set.of("10", "9", "11"))).isEqualTo(routed("9", Arm.STABLE_REST, ""));
        assertThat(table.route(MODEL, "", "k", Set.of())).isEqualTo(new NoRoute(Reason.NOT_READY, ""));
        assertThat(table.routeVersion()).isEqualTo(-1);
    }

    @Test
    void theStableVersionOfTheStateServesAndIsNeverReplaced() {
        RouteTable table = fold(setStable("s", "2")).routes();

        assertThat(table.route(MODEL, "", "k", BOTH)).isEqualTo(routed("2", Arm.STABLE_REST, ""));
        assertThat(table.route(MODEL, "", "k", Set.of("1"))).isEqualTo(new NoRoute(Reason.NOT_READY, "2"));
        assertThat(table.stableVersion(MODEL, Set.of("1"))).contains("2");
        assertThat(table.stableVersion("other", Set.of())).isEmpty();
    }

    @Test
    void aNamedVersionIsPinnedEvenDuringARollout() {
        RouteTable table = fold(createRollout("c-0")).routes();

        assertThat(table.route(MODEL, "3", KEY_LOW, Set.of("1", "2", "3"))).isEqualTo(routed("3", Arm.PINNED, ""));
        assertThat(table.route(MODEL, "3", KEY_LOW, BOTH)).isEqualTo(new NoRoute(Reason.VERSION_NOT_READY, "3"));
    }

    @Test
    void aKeyStaysWithTheCandidateFromTheStepThatReachesIt() {
        ControlState state = fold(createRollout("c-0"));
        assertThat(state.routes().route(MODEL, "", KEY_LOW, BOTH)).isEqualTo(routed("1", Arm.STABLE_REST, ROLLOUT));

        state = fold(createRollout("c-0"), advance("c-1", 1, 1));
        assertThat(state.routes().route(MODEL, "", KEY_LOW, BOTH)).isEqualTo(routed("2", Arm.CANDIDATE, ROLLOUT));
        assertThat(state.routes().routeVersion()).isEqualTo(1);

        state = fold(createRollout("c-0"), advance("c-1", 1, 1), hold("c-2", 2));
        assertThat(state.routes().route(MODEL, "", KEY_LOW, BOTH)).isEqualTo(routed("2", Arm.CANDIDATE, ROLLOUT));
    }

    @Test
    void atMoreThanHalfTheComparedArmsStayMatched() {
        RouteTable table =
                fold(move("c-0", 0).setCreate(plan("1", "2", 8_000)).build()).routes();

        Map<Arm, Set<String>> versions = new EnumMap<>(Arm.class);
        Map<Arm, Integer> counts = new EnumMap<>(Arm.class);
        for (int i = 0; i < 20_000; i++) {
            Routed routed = (Routed) table.route(MODEL, "", "k" + i, BOTH);
            versions.computeIfAbsent(routed.arm(), arm -> new HashSet<>()).add(routed.version());
            counts.merge(routed.arm(), 1, Integer::sum);
        }

        assertThat(versions)
                .isEqualTo(
                        Map.of(Arm.CANDIDATE, Set.of("2"), Arm.CANDIDATE_REST, Set.of("2"), Arm.CONTROL, Set.of("1")));
        // 20 % each: sd 57.
        assertThat(counts.get(Arm.CANDIDATE)).isBetween(3_715, 4_285);
        assertThat(counts.get(Arm.CONTROL)).isBetween(3_715, 4_285);
    }

    @Test
    void aCandidateThatIsNotReadyIsServedByTheStableVersionAndIsNoEvidence() {
        RouteTable table = fold(createRollout("c-0"), advance("c-1", 1, 1)).routes();

        assertThat(table.route(MODEL, "", KEY_LOW, Set.of("1"))).isEqualTo(routed("1", Arm.STABLE_REST, ROLLOUT));
    }

    @Test
    void aStableVersionThatIsNotReadyIsNotReplacedByTheCandidate() {
        RouteTable table = fold(createRollout("c-0"), advance("c-1", 1, 1)).routes();

        assertThat(table.route(MODEL, "", "user-2", Set.of("2"))).isEqualTo(new NoRoute(Reason.NOT_READY, "1"));
        assertThat(table.route(MODEL, "", KEY_LOW, Set.of("2"))).isEqualTo(routed("2", Arm.CANDIDATE, ROLLOUT));
    }

    @Test
    void aPromotedCandidateServesEverythingOrNothing() {
        RouteTable table = fold(createRollout("c-0"), promote("c-1", 1)).routes();

        assertThat(table.route(MODEL, "", KEY_LOW, BOTH)).isEqualTo(routed("2", Arm.STABLE_REST, ""));
        assertThat(table.route(MODEL, "", KEY_LOW, Set.of("1"))).isEqualTo(new NoRoute(Reason.NOT_READY, "2"));
    }

    @Test
    void aCandidateThatWasTakenBackGetsOnlyPinnedTraffic() {
        RouteTable table = fold(createRollout("c-0"), advance("c-1", 1, 1), rollBack("c-2", 2))
                .routes();

        for (int i = 0; i < 10_000; i++) {
            assertThat(table.route(MODEL, "", "k" + i, BOTH)).isEqualTo(routed("1", Arm.STABLE_REST, ""));
        }
        assertThat(table.route(MODEL, "2", "k", BOTH)).isEqualTo(routed("2", Arm.PINNED, ""));
    }

    @Test
    void theKeyHeaderIsThatOfTheLiveRollout() {
        ControlState state = fold(move("c-0", 0)
                .setCreate(plan("1", "2", 1_000).setKeyHeader("X-User"))
                .build());

        assertThat(state.routes().keyHeader(MODEL)).isEqualTo("X-User");
        assertThat(state.apply(rollBack("c-1", 1), 1).state().routes().keyHeader(MODEL))
                .isEmpty();
        assertThat(state.routes().keyHeader("other")).isEmpty();
    }

    @Test
    void theClientsOfBothComparedArmsAreNamedAlsoWhileTheCandidateIsReadyNowhere() {
        // Given
        RouteTable table = fold(move("c-0", 0)
                        .setCreate(plan("1", "2", 2_500).setKeyHeader("X-User"))
                        .build())
                .routes();
        Map<Arm, Integer> named = new EnumMap<>(Arm.class);
        Set<Long> hashes = new HashSet<>();

        // When
        for (int i = 0; i < 20_000; i++) {
            String key = "k" + i;
            Arm arm = ((Routed) table.route(MODEL, "", key, BOTH)).arm();
            table.comparedClient(MODEL, key).ifPresent(client -> {
                assertThat(client.rolloutId()).isEqualTo(ROLLOUT);
                named.merge(arm, 1, Integer::sum);
                hashes.add(client.hash());
            });
            assertThat(table.comparedClient(MODEL, key)).isEqualTo(table.comparedClient(MODEL, key));
        }

        // Then: a quarter of the keys in each compared arm (sd 61), and nobody else
        assertThat(named.keySet()).containsExactlyInAnyOrder(Arm.CANDIDATE, Arm.CONTROL);
        assertThat(named.get(Arm.CANDIDATE)).isBetween(4_700, 5_300);
        assertThat(named.get(Arm.CONTROL)).isBetween(4_700, 5_300);
        assertThat(hashes).hasSize(named.get(Arm.CANDIDATE) + named.get(Arm.CONTROL));
    }

    @Test
    void withoutAKeyHeaderOrAWeightNoClientIsCompared() {
        RouteTable byRequest = fold(createRollout("c-0")).routes();
        RouteTable ended = fold(
                        move("c-0", 0)
                                .setCreate(plan("1", "2", 5_000).setKeyHeader("X-User"))
                                .build(),
                        rollBack("c-1", 1))
                .routes();
        for (int i = 0; i < 100; i++) {
            assertThat(byRequest.comparedClient(MODEL, "k" + i)).isEmpty();
            assertThat(ended.comparedClient(MODEL, "k" + i)).isEmpty();
            assertThat(ended.comparedClient("other", "k" + i)).isEmpty();
        }
    }

    @Test
    void equalStatesHaveEqualTables() {
        assertThat(fold(createRollout("c-0")).routes())
                .isEqualTo(fold(createRollout("c-0")).routes())
                .hasSameHashCodeAs(fold(createRollout("c-0")).routes())
                .isNotEqualTo(fold(createRollout("c-0"), advance("c-1", 1, 1)).routes());
    }

    private static Routed routed(String version, Arm arm, String rolloutId) {
        return new Routed(version, arm, rolloutId);
    }
}
