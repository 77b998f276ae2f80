package io.bellwether.routing;

import static io.bellwether.routing.Commands.MODEL;
import static io.bellwether.routing.Commands.ROLLOUT;
import static io.bellwether.routing.Commands.advance;
import static io.bellwether.routing.Commands.createRollout;
import static io.bellwether.routing.Commands.createShadow;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.promote;
import static io.bellwether.routing.Commands.rollBack;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KilledRolloutsTest {

    private static final Set<String> BOTH = Set.of("1", "2");
    private static final Kill KILL = new Kill(ROLLOUT, MODEL, 17, "the candidate fails hard");
    private static final KilledRollouts KILLED = KilledRollouts.NONE.with(KILL);

    @Test
    void aKilledCandidateGetsOnlyPinnedTrafficWhateverTheLogGivesIt() {
        ControlState state = fold(createRollout("c-0"));
        for (Command command : List.of(advance("c-1", 1, 1), advance("c-2", 2, 2))) {
            RouteTable table = state.routes(KILLED);
            for (int i = 0; i < 2_000; i++) {
                assertThat(table.route(MODEL, "", "k" + i, BOTH))
                        .isEqualTo(new Route.Routed("1", Arm.STABLE_REST, ROLLOUT));
            }
            assertThat(table.route(MODEL, "2", "k", BOTH)).isEqualTo(new Route.Routed("2", Arm.PINNED, ""));
            state = state.apply(command, state.lastPosition() + 1).state();
        }
    }

    @Test
    void theShadowOfAKilledRolloutGetsNoCopies() {
        ControlState state = fold(createShadow("c-0", 10_000, 0));

        assertThat(state.routes().shadow(MODEL, "k", BOTH)).isPresent();
        assertThat(state.routes(KILLED).shadow(MODEL, "k", BOTH)).isEmpty();
    }

    /** The log decides what is stable; a kill is of a candidate. */
    @Test
    void aPersonsPromotionThatTheLogHasFirstCounts() {
        ControlState promoted = fold(createRollout("c-0"), promote("c-1", 1));

        assertThat(promoted.routes(KILLED)).isEqualTo(promoted.routes());
        assertThat(KILLED.live(promoted)).isEmpty();
    }

    @Test
    void whatTheLogDoesNotKnowYetIsLive() {
        ControlState running = fold(createRollout("c-0"));

        assertThat(KILLED.live(running)).containsExactly(KILL);
        assertThat(KILLED.live(running.apply(rollBack("g", 0), 1).state())).isEmpty();
        assertThat(KILLED.live(ControlState.empty())).isEmpty();
    }

    @Test
    void aSecondKillOfARolloutChangesNothing() {
        assertThat(KILLED.with(new Kill(ROLLOUT, MODEL, 99, "again"))).isSameAs(KILLED);
        assertThat(KILLED.kill(ROLLOUT)).contains(KILL);
        assertThat(KILLED.kill("other")).isEmpty();
    }

    @Test
    void onlyKillsThatADurableStateAlsoKnowsAreEverDropped() {
        // Given: 1500 kills, of which every second has ended on disk
        KilledRollouts many = KilledRollouts.NONE;
        Map<String, RolloutState> ended = new HashMap<>();
        for (int i = 0; i < 1_500; i++) {
            many = many.with(new Kill("r" + i, MODEL, i, ""));
            if (i % 2 == 0) {
                ended.put("r" + i, RolloutState.ROLLED_BACK);
            }
        }
        ControlState onDisk = new ControlState(Map.of(), ended, 3, 3);

        // When
        KilledRollouts within = many.within(onDisk);

        // Then
        assertThat(within.kills()).hasSize(KilledRollouts.KEPT_MAX);
        for (Kill kill : many.kills()) {
            assertThat(within.contains(kill.rolloutId()) || ended.containsKey(kill.rolloutId()))
                    .as(kill.rolloutId())
                    .isTrue();
        }
        assertThat(many.within(ControlState.empty())).isEqualTo(many);
        assertThat(KILLED.within(onDisk)).isSameAs(KILLED);
    }

    @Test
    void itSurvivesTheWayThroughBytesAndDamageIsFound() {
        byte[] whole = KillSnapshots.write(KILLED);

        assertThat(KillSnapshots.read(whole)).isEqualTo(new KillSnapshots.Restored(KILLED));
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x10;
            assertThat(KillSnapshots.read(damaged)).as("byte %d", i).isInstanceOf(KillSnapshots.Unreadable.class);
            assertThat(KillSnapshots.read(Arrays.copyOf(whole, i)))
                    .as("length %d", i)
                    .isInstanceOf(KillSnapshots.Unreadable.class);
        }
        assertThat(KillSnapshots.read(ControlSnapshots.write(ControlState.empty(), "")))
                .isInstanceOf(KillSnapshots.Unreadable.class);
        assertThat(KillSnapshots.read(ChecksummedBytes.write(0x42574b31, new byte[] {(byte) 0xff})))
                .isInstanceOf(KillSnapshots.Unreadable.class);
    }

    /**
     * A gateway kills, crashes between any two writes to its disk, starts from what is there, folds the log on, or again from
     * any older snapshot: once it has killed a rollout and forced that to disk, its candidate never has traffic again.
     */
    @Test
    void noCrashOrOldSnapshotBringsAKilledCandidateBack() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<ControlState> snapshots = new ArrayList<>(List.of(fold(createRollout("c-0"))));
            KilledRollouts onDisk = KilledRollouts.NONE;
            KilledRollouts held = onDisk;
            boolean forced = false;
            for (int i = 0; i < 60; i++) {
                ControlState last = snapshots.get(snapshots.size() - 1);
                switch (random.nextInt(6)) {
                    case 0 -> held = held.with(KILL);
                    case 1 -> onDisk = held;
                    case 2 ->
                        held = ((KillSnapshots.Restored) KillSnapshots.read(KillSnapshots.write(onDisk))).killed();
                    case 3 ->
                        snapshots.add(last.apply(advance("a" + i, 1, 1), i + 1).state());
                    case 4 -> snapshots.add(snapshots.get(random.nextInt(snapshots.size())));
                    default -> onDisk = held.within(last);
                }
                forced |= onDisk.contains(ROLLOUT);
                ControlState seen = snapshots.get(random.nextInt(snapshots.size()));
                if (forced) {
                    assertThat(seen.routes(held).route(MODEL, "", "k" + i, BOTH))
                            .as("seed %d, step %d", seed, i)
                            .isEqualTo(new Route.Routed("1", Arm.STABLE_REST, ROLLOUT));
                }
            }
        }
    }
}
