package io.bellwether.worker.serving;

import static io.bellwether.worker.serving.LifecycleFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangeThreadTest {
    private final ChangeThread thread = new ChangeThread(8);

    @AfterEach
    void stop() throws InterruptedException {
        assertThat(thread.stop(System.nanoTime() + TimeUnit.SECONDS.toNanos(10)))
                .isTrue();
    }

    @Test
    void whoeverAskedIsAnsweredWhenAChangeThrows() throws Exception {
        // When
        CompletableFuture<Optional<Refusal>> atOnce = thread.ask(done -> {
            throw new IllegalStateException("at once");
        });
        CompletableFuture<Optional<Refusal>> later = thread.ask(done -> thread.later(
                again -> {
                    throw new IllegalStateException("later");
                },
                done,
                1));
        CompletableFuture<Optional<Refusal>> unread = thread.ask(done -> {
            throw new IOException("no such folder");
        });

        // Then
        assertThat(await(atOnce).orElseThrow().reason()).isEqualTo(FailureReason.INTERNAL);
        assertThat(await(later).orElseThrow().reason()).isEqualTo(FailureReason.INTERNAL);
        assertThat(await(unread).orElseThrow())
                .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(FailureReason.LOAD_FAILED))
                .satisfies(refusal -> assertThat(refusal.message()).doesNotContain("no such folder"));
    }

    @Test
    void whatIsRepeatedGoesOnAfterItThrew() throws Exception {
        // Given
        CompletableFuture<Optional<Refusal>> third = new CompletableFuture<>();
        int[] runs = {0};

        // When
        thread.every(1, done -> {
            if (++runs[0] == 3) {
                third.complete(Optional.empty());
            }
            throw new IllegalStateException("run " + runs[0]);
        });

        // Then
        assertThat(await(third)).isEmpty();
    }
}
