package io.bellwether.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.ControlStateFile;
import io.bellwether.gateway.control.FakeControlLog;
import io.bellwether.gateway.control.KilledRolloutsFile;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.evidence.Outcome;
import io.bellwether.routing.Arm;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.Route;
import io.bellwether.routing.guard.GuardSettings;
import io.bellwether.routing.guard.LocalGuard;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guard sees and what follows from it, in virtual time and without a thread. */
class GuardWatchTest {
    private static final Set<String> BOTH = Set.of("1", "2");

    @TempDir
    Path folder;

    private final FakeTime time = new FakeTime();
    private final ControlFold fold = new ControlFold();
    private final FakeControlLog log = new FakeControlLog(fold);
    private final ArmOutcomes outcomes = new ArmOutcomes();
    private final GuardWatch watch = new GuardWatch(fold, outcomes, new LocalGuard(GuardSettings.DEFAULT), time);
    private int requests;

    @Test
    void aCandidateThatFailsEverythingHasNoWeightAfterTenRequestsOfIts() {
        // Given
        log.write(Commands.create("r", 1_000, ""));
        log.reachable = false;
        watch.tick();

        // When: every request is routed, and answered by the rules of this test
        int candidates = 0;
        while (watch.trips() == 0 && requests < 2_000) {
            candidates += slice(10, Outcome.MODEL_ERROR);
        }

        // Then
        assertThat(candidates).isBetween(5, 10);
        assertThat(slice(1_000, Outcome.MODEL_ERROR)).isZero();
        Kill kill = fold.killed().kill("r").orElseThrow();
        assertThat(kill.model()).isEqualTo("m");
        assertThat(kill.reason()).contains("fails hard").contains(" errors");
        assertThat(fold.state().liveRollout("m")).isPresent();
        assertThat(watch.watched()).isZero();
    }

    @Test
    void aCandidateThatServesOrARefusedRequestTakesNothingBack() {
        // Given
        log.write(Commands.create("r", 5_000, ""));
        watch.tick();

        // When
        for (int i = 0; i < 50; i++) {
            slice(20, i % 2 == 0 ? Outcome.OK : Outcome.REFUSED);
        }

        // Then
        assertThat(watch.trips()).isZero();
        assertThat(watch.watched()).isEqualTo(1);
        assertThat(fold.killed()).isEqualTo(KilledRollouts.NONE);
    }

    @Test
    void aKilledRolloutStaysSoWhateverTheLogSaysNext() {
        // Given
        log.write(Commands.create("r", 1_000, ""));
        var before = fold.state();
        watch.tick();
        while (watch.trips() == 0) {
            slice(10, Outcome.TIMEOUT);
        }

        // When: the log ends it, then the fold goes on from an older state, as after a loss of the log
        log.write(Commands.rollBack("r"));
        fold.restore(before, "");
        watch.tick();

        // Then
        assertThat(fold.state().liveRollout("m")).isPresent();
        assertThat(slice(2_000, Outcome.OK)).isZero();
        assertThat(watch.trips()).isEqualTo(1);
    }

    @Test
    void ofSeveralArmsOnlyTheOneThatFailsIsTakenBackAndTheLogIsToldSo() {
        // Given
        log.write(Commands.createAb("r", 1_000, 1_000));
        log.reachable = false;
        watch.tick();
        int watched = watch.watched();

        // When version 3 fails everything
        int rounds = 0;
        while (watch.trips() == 0 && rounds++ < 2_000) {
            armSlice();
        }

        // Then it has nothing any more, here and at once, and version 2 goes on
        assertThat(watched).isEqualTo(2);
        assertThat(fold.killed().contains("r")).isFalse();
        assertThat(fold.killed().kill("r", "3").orElseThrow().reason()).contains("fails hard");
        assertThat(armSlice()).doesNotContain("3");
        for (int i = 0; i < 200; i++) {
            armSlice();
        }
        assertThat(armSlice()).contains("1", "2");
        assertThat(watch.trips()).isEqualTo(1);
        assertThat(watch.watched()).isEqualTo(1);

        // When the log can be reached
        log.reachable = true;
        KillPublisher publisher = new KillPublisher(fold, log, "g", time);
        publisher.tick();
        publisher.tick();

        // Then it is told of this arm once
        assertThat(log.appended).hasSize(2);
        assertThat(log.appended.get(1).getId()).isEqualTo("r/3/guard");
        assertThat(log.appended.get(1).getRollBack().getVersion()).isEqualTo("3");
        assertThat(fold.state().liveRollout("m").orElseThrow().trail().armsTakenBack())
                .containsExactly("3");
        assertThat(publisher.unpublished()).isZero();
    }

    @Test
    void killsAreOnDiskBeforeTheNextStartAndAFailedWriteIsRepeated() {
        // Given
        List<Runnable> writes = new ArrayList<>();
        Path blocked = folder.resolve("state");
        KillKeeper keeper =
                new KillKeeper(fold, new KilledRolloutsFile(blocked), new ControlStateFile(blocked), writes::add);
        keeper.tick();
        int withoutKills = writes.size();

        // When: three kills while one write waits
        for (String id : List.of("a", "b", "c")) {
            fold.kill(KilledRollouts.NONE.with(new Kill(id, "m", 1, "")));
            keeper.tick();
        }
        int waiting = writes.size();
        writes.remove(0).run();

        // Then
        assertThat(withoutKills).isZero();
        assertThat(waiting).isEqualTo(1);
        assertThat(keeper.isKept()).isTrue();
        assertThat(new KilledRolloutsFile(blocked).load()).isEqualTo(fold.killed());
    }

    @Test
    void aWriteThatFailsIsTriedAgain() {
        // Given: a file where the folder should be
        Path blocked = folder.resolve("file");
        assertThat(blocked.toFile().mkdir()).isTrue();
        Path below = blocked.resolve("killed-rollouts.bin");
        assertThat(below.toFile().mkdir()).isTrue();
        assertThat(below.resolve("in-the-way").toFile().mkdir()).isTrue();
        KillKeeper keeper =
                new KillKeeper(fold, new KilledRolloutsFile(blocked), new ControlStateFile(blocked), Runnable::run);
        fold.kill(KilledRollouts.NONE.with(new Kill("a", "m", 1, "")));

        // When
        keeper.tick();
        boolean keptWhileBlocked = keeper.isKept();
        assertThat(below.resolve("in-the-way").toFile().delete()).isTrue();
        assertThat(below.toFile().delete()).isTrue();
        keeper.tick();

        // Then
        assertThat(keptWhileBlocked).isFalse();
        assertThat(keeper.isKept()).isTrue();
    }

    /** A hundred requests, of which version 3 fails its own. Which versions were asked. */
    private Set<String> armSlice() {
        Set<String> asked = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            String key = "key-" + requests++;
            Route.Routed route = (Route.Routed) fold.routes().route("m", "", key, Set.of("1", "2", "3"));
            asked.add(route.version());
            outcomes.answered(route, route.version().equals("3") ? Outcome.MODEL_ERROR : Outcome.OK, false, key);
        }
        time.advanceMillis(50);
        watch.tick();
        return asked;
    }

    /**
     * Requests are routed as the fold says; those of the stable version are served.
     *
     * @return how many the candidate got
     */
    private int slice(int count, Outcome ofCandidate) {
        int candidates = 0;
        for (int i = 0; i < count; i++) {
            String key = "key-" + requests++;
            Route.Routed route = (Route.Routed) fold.routes().route("m", "", key, BOTH);
            boolean candidate = route.arm() == Arm.CANDIDATE || route.arm() == Arm.CANDIDATE_REST;
            candidates += candidate ? 1 : 0;
            outcomes.answered(route, candidate ? ofCandidate : Outcome.OK, false, key);
        }
        time.advanceMillis(50);
        watch.tick();
        return candidates;
    }
}
