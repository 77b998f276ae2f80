package io.bellwether.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.FakeControlLog;
import io.bellwether.gateway.worker.KillNotice;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.RolloutState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a gateway tells others of its kills and what it makes of theirs, in virtual time. */
class KillSpreadTest {
    private static final Kill KILL = new Kill("r", "m", 1_700_000_000_000L, "it fails hard");
    private static final KillNotice NOTICE = new KillNotice(KILL, "");

    private final FakeTime time = new FakeTime();
    private final ControlFold fold = new ControlFold();
    private final FakeControlLog log = new FakeControlLog(fold);
    private final FakeWorkerLink one = new FakeWorkerLink();
    private final FakeWorkerLink other = new FakeWorkerLink();
    private final KillSpread spread =
            new KillSpread(fold, () -> List.of(new Worker("w1", one), new Worker("w2", other)), time);

    @Test
    void aKillIsToldAtOnceAndAgainEachSecondUntilTheLogShowsIt() {
        // Given
        log.write(Commands.create("r", 1_000, ""));
        spread.tick();
        assertThat(one.spread).isEmpty();

        // When
        fold.kill(KilledRollouts.of(List.of(KILL)));
        spread.tick();
        spread.tick();
        time.advanceMillis(999);
        spread.tick();

        // Then
        assertThat(one.spread).containsExactly(List.of(NOTICE));
        assertThat(other.spread).containsExactly(List.of(NOTICE));

        // When
        time.advanceMillis(1);
        spread.tick();

        // Then
        assertThat(one.spread).hasSize(2);

        // When: the log has it
        new KillPublisher(fold, log, "g", time).tick();
        time.advanceMillis(5_000);
        spread.tick();

        // Then
        assertThat(fold.state().rollout("r").orElseThrow().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(one.spread).hasSize(2);
    }

    @Test
    void whatIsHeardIsTakenBackHerePublishedFromHereAndToldOn() {
        // Given
        log.write(Commands.create("r", 1_000, ""));

        // When
        spread.hear(NOTICE);
        spread.hear(NOTICE);
        spread.tick();
        spread.hear(NOTICE);
        spread.tick();

        // Then
        assertThat(fold.killed().kill("r")).contains(KILL);
        assertThat(spread.taken()).isEqualTo(1);
        assertThat(other.spread).containsExactly(List.of(NOTICE));

        // When: the gateway that began it is gone
        new KillPublisher(fold, log, "g", time).tick();

        // Then
        assertThat(fold.state().rollout("r").orElseThrow().state()).isEqualTo(RolloutState.ROLLED_BACK);
    }

    @Test
    void ofAnAbTestTheArmAloneIsTakenBack() {
        // Given
        log.write(Commands.createAb("ab", 2_000, 2_000));

        // When
        spread.hear(new KillNotice(new Kill("ab", "m", 1, "it fails hard", "3"), ""));
        spread.tick();

        // Then
        assertThat(fold.killed().contains("ab", "3")).isTrue();
        assertThat(fold.killed().contains("ab", "2")).isFalse();
    }

    @Test
    void whatIsHeardTooEarlyWaitsForItsRollout() {
        // Given
        spread.hear(NOTICE);
        spread.tick();
        assertThat(fold.killed()).isEqualTo(KilledRollouts.NONE);

        // When
        log.write(Commands.create("r", 1_000, ""));
        spread.tick();

        // Then
        assertThat(fold.killed().contains("r")).isTrue();
    }

    @Test
    void liesAreOfNoAccountAndKeepTheTruthFromNobody() {
        // Given
        log.write(Commands.create("r", 1_000, ""));
        fold.restore(fold.state(), "this log");

        // When: another model, another log, arms that it does not have
        spread.hear(new KillNotice(new Kill("r", "another", 1, "a lie"), ""));
        spread.hear(new KillNotice(KILL, "another log"));
        for (int i = 0; i < 1_000; i++) {
            spread.hear(new KillNotice(new Kill("r", "m", 1, "a lie", "arm-" + i), "this log"));
        }
        spread.hear(new KillNotice(new Kill("r", "m", 1, "a lie", "2"), "this log"));
        spread.tick();

        // Then
        assertThat(fold.killed()).isEqualTo(KilledRollouts.NONE);
        assertThat(one.spread).isEmpty();

        // When
        spread.hear(new KillNotice(KILL, "this log"));
        spread.tick();

        // Then
        assertThat(fold.killed().kills()).containsExactly(KILL);
        assertThat(one.spread).containsExactly(List.of(new KillNotice(KILL, "this log")));
    }

    @Test
    void ofARolloutThatIsOverNothingIsKept() {
        // Given
        log.write(Commands.create("r", 1_000, ""));
        log.write(Commands.rollBack("r"));

        // When
        spread.hear(NOTICE);
        spread.tick();

        // Then
        assertThat(fold.killed()).isEqualTo(KilledRollouts.NONE);
        assertThat(spread.taken()).isZero();
    }

    @Test
    void aTrueKillOutlivesAFloodOfInventions() {
        // Given
        log.write(Commands.create("r", 1_000, ""));
        spread.hear(NOTICE);

        // When
        for (int i = 0; i < 10 * KillSpread.HEARD_MAX; i++) {
            spread.hear(new KillNotice(new Kill("invented-" + i, "m", 1, ""), ""));
        }
        spread.tick();

        // Then
        assertThat(fold.killed().kills()).containsExactly(KILL);
    }

    @Test
    void aWorkerThatInventsRolloutsFillsNothing() {
        // When
        for (int i = 0; i < 100_000; i++) {
            spread.hear(new KillNotice(new Kill("invented-" + i, "m", 1, ""), ""));
        }
        log.write(Commands.create("invented-1", 1_000, ""));
        spread.tick();

        // Then: the oldest are forgotten, and nothing is kept of the others
        assertThat(fold.killed()).isEqualTo(KilledRollouts.NONE);
        assertThat(one.spread).isEmpty();

        // When: one of the newest
        log.write(Commands.rollBack("invented-1"));
        log.write(Commands.create("invented-99999", 1_000, ""));
        spread.tick();

        // Then
        assertThat(fold.killed().contains("invented-99999")).isTrue();
    }
}
