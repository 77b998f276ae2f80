package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Promote;
import io.bellwether.controlapi.log.RollBack;
import io.bellwether.gateway.Await;
import io.bellwether.routing.RolloutState;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A control log that takes a command and does not say so for long. */
class SlowLogTest {
    private static final Set<String> VERSIONS = Set.of("1", "2");

    private final ControlFold fold = new ControlFold();
    private final FakeControlLog told = new FakeControlLog(fold);
    private final CompletableFuture<Long> confirmed = new CompletableFuture<>();
    private final CommandWriter writer = new CommandWriter(
            fold,
            new ControlLog() {
                @Override
                public CompletionStage<Long> append(Command command) {
                    return confirmed;
                }

                @Override
                public boolean reachable() {
                    return true;
                }
            },
            Duration.ofSeconds(20),
            Duration.ofMillis(1),
            List.of());

    private CompletableFuture<WriteResult> rollBack() {
        told.write(Commands.create("r", 1_000, ""));
        return writer.write(command(), VERSIONS).toCompletableFuture();
    }

    private static Command command() {
        return Command.newBuilder()
                .setId("of-ann")
                .setModel("m")
                .setRolloutId("r")
                .setActor("person:ann")
                .setAtMillis(1)
                .setRollBack(RollBack.getDefaultInstance())
                .build();
    }

    @Test
    void aCandidateIsTakenBackHereBeforeTheLogHasSaidAnything() {
        // When
        CompletableFuture<WriteResult> result = rollBack();

        // Then
        Await.until("it is taken back here", () -> fold.killed().contains("r"));
        assertThat(result).isNotDone();
        assertThat(fold.state().liveRollout("m")).isPresent();

        // When: the log never says it
        confirmed.completeExceptionally(new ControlLog.NotStored("no answer"));

        // Then
        assertThat(result.join()).isEqualTo(new WriteResult.OnlyHere());
    }

    @Test
    void aLogThatConfirmsInTimeLeavesNothingToTakeBackHere() throws Exception {
        // Given
        told.write(Commands.create("r", 1_000, ""));
        CommandWriter quick = new CommandWriter(fold, told, Duration.ofSeconds(20), Duration.ofMillis(50), List.of());

        // When
        WriteResult result =
                quick.write(command(), VERSIONS).toCompletableFuture().join();
        var later = new CompletableFuture<Void>();
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(() -> later.complete(null));
        later.get(20, TimeUnit.SECONDS);

        // Then
        assertThat(result).isEqualTo(new WriteResult.Done());
        assertThat(fold.killed().kills()).isEmpty();
    }

    @Test
    void thatAnotherGatewayPublishedItFirstIsNoConflict() {
        // Given
        CompletableFuture<WriteResult> result = rollBack();
        Await.until("it is taken back here", () -> fold.killed().contains("r"));

        // When: the kill comes to the log before the command
        told.write(Commands.rollBack("r"));
        assertThat(fold.state().rollout("r").orElseThrow().state()).isEqualTo(RolloutState.ROLLED_BACK);
        confirmed.complete(
                told.write(Commands.rollBack("r").toBuilder().setId("of-ann").build()));

        // Then
        assertThat(result.join()).isEqualTo(new WriteResult.Done());
        assertThat(writer.write(command(), VERSIONS).toCompletableFuture().join())
                .as("repeated")
                .isEqualTo(new WriteResult.Done());
    }

    @Test
    void aPromotionThatCameFirstIsOne() {
        // Given
        CompletableFuture<WriteResult> result = rollBack();
        Await.until("it is taken back here", () -> fold.killed().contains("r"));

        // When
        told.write(Commands.rollBack("r").toBuilder()
                .setId("promote-r")
                .setActor("person:bob")
                .setBasedOnVersion(fold.state().rollout("r").orElseThrow().version())
                .setPromote(Promote.getDefaultInstance())
                .build());
        assertThat(fold.state().rollout("r").orElseThrow().state()).isEqualTo(RolloutState.PROMOTED);
        confirmed.complete(
                told.write(Commands.rollBack("r").toBuilder().setId("of-ann").build()));

        // Then
        assertThat(result.join()).isInstanceOf(WriteResult.Refused.class);
    }
}
