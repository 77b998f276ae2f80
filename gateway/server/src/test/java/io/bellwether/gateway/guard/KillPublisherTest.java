package io.bellwether.gateway.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.control.AbsentControlLog;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.ControlLog;
import io.bellwether.gateway.control.FakeControlLog;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RolloutState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KillPublisherTest {
    private static final KilledRollouts KILLED =
            KilledRollouts.NONE.with(new Kill("r", "m", 77, "it fails everything"));

    private final FakeTime time = new FakeTime();
    private final ControlFold fold = new ControlFold();
    private final FakeControlLog log = new FakeControlLog(fold);
    private final KillPublisher publisher = new KillPublisher(fold, log, "g-1", time);

    @BeforeEach
    void create() {
        log.write(Commands.create("r", 1_000, ""));
    }

    @Test
    void aKillBecomesARollbackOfThisGateway() {
        // Given
        fold.kill(KILLED);
        int before = publisher.unpublished();

        // When
        publisher.tick();

        // Then
        Command command = log.appended.get(1);
        assertThat(command.getId()).isEqualTo("r/guard");
        assertThat(command.getActor()).isEqualTo("gateway:g-1");
        assertThat(command.getReason()).isEqualTo("it fails everything");
        assertThat(command.getAtMillis()).isEqualTo(77);
        assertThat(before).isEqualTo(1);
        assertThat(publisher.unpublished()).isZero();
        Rollout rollout = fold.state().rollout("r").orElseThrow();
        assertThat(rollout.state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(fold.killed().contains("r")).isTrue();
    }

    @Test
    void manyGatewaysRollBackOnce() {
        // Given: three gateways, none of which has read what the others wrote
        List<ControlFold> folds = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ControlFold own = new ControlFold();
            own.restore(fold.state(), "");
            own.kill(KILLED);
            folds.add(own);
        }

        // When
        for (int i = 0; i < 3; i++) {
            new KillPublisher(folds.get(i), log, "g-" + i, time).tick();
        }

        // Then
        assertThat(log.appended).hasSize(4);
        assertThat(fold.state().rollout("r").orElseThrow().trail().history())
                .hasSize(2)
                .last()
                .extracting(entry -> entry.actor())
                .isEqualTo("gateway:g-0");
    }

    @Test
    void withoutTheLogNothingIsTriedAndItIsToldWhenItIsBack() {
        // Given
        fold.kill(KILLED);
        log.reachable = false;

        // When
        for (int i = 0; i < 100; i++) {
            publisher.tick();
            time.advanceMillis(50);
        }
        int whileAway = log.appended.size();
        log.reachable = true;
        publisher.tick();

        // Then
        assertThat(whileAway).isEqualTo(1);
        assertThat(fold.state().liveRollout("m")).isEmpty();
    }

    @Test
    void aLogThatDoesNotAnswerIsAskedAgainWithPausesThatDouble() {
        // Given
        fold.kill(KILLED);
        Silent silent = new Silent();
        KillPublisher patient = new KillPublisher(fold, silent, "g-1", time);

        // When: each attempt fails after the log's own time limit, for ten minutes
        List<Long> atMillis = new ArrayList<>();
        for (int i = 0; i < 12_000; i++) {
            patient.tick();
            if (silent.pending != null) {
                atMillis.add(time.epochMillis());
                patient.tick();
                CompletableFuture<Long> pending = silent.pending;
                silent.pending = null;
                pending.completeExceptionally(new ControlLog.NotStored("it did not confirm in time"));
            }
            time.advanceMillis(50);
        }

        // Then: one at a time, and ten seconds apart in the end
        assertThat(silent.asked).isEqualTo(atMillis.size());
        assertThat(atMillis.get(1) - atMillis.get(0)).isEqualTo(KillPublisher.PAUSE_MILLIS_MIN);
        assertThat(atMillis.get(2) - atMillis.get(1)).isEqualTo(2 * KillPublisher.PAUSE_MILLIS_MIN);
        int last = atMillis.size() - 1;
        assertThat(atMillis.get(last) - atMillis.get(last - 1)).isEqualTo(KillPublisher.PAUSE_MILLIS_MAX);
    }

    @Test
    void whatSomebodyElseEndedIsLeftAlone() {
        // Given
        log.write(Commands.rollBack("r"));

        // When
        fold.kill(KILLED);
        publisher.tick();

        // Then
        assertThat(log.appended).hasSize(2);
        assertThat(publisher.unpublished()).isZero();
    }

    @Test
    void aGatewayWithAStrangeNameOrWithoutALogIsNoReasonToFail() {
        // Given
        fold.kill(KILLED);
        new KillPublisher(fold, new AbsentControlLog(), "g", time).tick();

        // When
        new KillPublisher(fold, log, "gäteway\n" + "x".repeat(500), time).tick();

        // Then
        assertThat(fold.state().rollout("r").orElseThrow().state()).isEqualTo(RolloutState.ROLLED_BACK);
    }

    /** A log behind a broker that is frozen: it seems reachable and confirms nothing. */
    private static final class Silent implements ControlLog {
        private CompletableFuture<Long> pending;
        private int asked;

        @Override
        public CompletionStage<Long> append(Command command) {
            asked++;
            pending = new CompletableFuture<>();
            return pending;
        }

        @Override
        public boolean reachable() {
            return true;
        }
    }
}
