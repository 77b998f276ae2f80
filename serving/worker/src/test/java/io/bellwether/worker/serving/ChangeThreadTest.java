package io.bellwether.worker.serving;

import static io.bellwether.worker.serving.LifecycleFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
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

    @Test
    void whatIsAskedBetweenIsDoneWhileAChangeWaitsAndEverythingElseAfterIt() throws Exception {
        // Given
        CountDownLatch hold = new CountDownLatch(1);
        List<String> order = new CopyOnWriteArrayList<>();
        CompletableFuture<Optional<Refusal>> first = thread.ask(done -> {
            order.add(thread.aside("aside", () -> {
                hold.await();
                return "aside";
            }));
            done.complete(Optional.empty());
        });
        CompletableFuture<Optional<Refusal>> second = thread.ask(done -> {
            order.add("second");
            done.complete(Optional.empty());
        });

        // When
        for (int i = 0; i < 20; i++) {
            await(thread.askBetween(done -> {
                order.add("between");
                done.complete(Optional.empty());
            }));
        }
        assertThat(second).isNotDone();
        hold.countDown();

        // Then
        assertThat(await(first)).isEmpty();
        assertThat(await(second)).isEmpty();
        assertThat(order).hasSize(22).endsWith("between", "aside", "second");
    }

    @Test
    void withNothingUnderWayWhatIsAskedBetweenIsDoneAtOnce() throws Exception {
        assertThat(await(thread.askBetween(done -> done.complete(Optional.empty()))))
                .isEmpty();
    }

    @Test
    void whatThrowsAsideFailsItsChangeOnly() throws Exception {
        // When
        CompletableFuture<Optional<Refusal>> failed = thread.ask(done -> thread.aside("aside", () -> {
            throw new IllegalStateException("aside");
        }));

        // Then
        assertThat(await(failed).orElseThrow().reason()).isEqualTo(FailureReason.INTERNAL);
        assertThat(await(thread.ask(done -> done.complete(Optional.empty())))).isEmpty();
    }

    @Test
    void aStopEndsWhatHappensAside() throws Exception {
        // Given
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        CompletableFuture<Optional<Refusal>> change = thread.ask(done -> {
            int never = thread.aside("aside", () -> {
                begun.countDown();
                try {
                    new CountDownLatch(1).await();
                    return 1;
                } finally {
                    interrupted.countDown();
                }
            });
            assertThat(never).isZero();
        });
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();

        // When
        boolean ended = thread.stop(System.nanoTime() + TimeUnit.SECONDS.toNanos(20));

        // Then
        assertThat(ended).isTrue();
        assertThat(interrupted.getCount()).isZero();
        assertThat(await(change).orElseThrow().message()).contains("stopping");
        assertThat(await(thread.askBetween(done -> done.complete(Optional.empty())))
                        .orElseThrow()
                        .message())
                .contains("stopping");
    }
}
