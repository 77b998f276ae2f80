package io.bellwether.worker.hop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ContextLoopTest {
    @Test
    void whatIsToComeNowOrLaterRunsOnTheThreadOfTheContext() throws Exception {
        // Given
        Vertx vertx = Vertx.vertx();
        Context context = vertx.getOrCreateContext();
        StreamLoop loop = new ContextLoop(context);
        CompletableFuture<Thread> now = new CompletableFuture<>();
        CompletableFuture<Thread> later = new CompletableFuture<>();

        // When
        loop.execute(() -> {
            now.complete(Thread.currentThread());
            loop.after(1, () -> later.complete(Thread.currentThread()));
        });

        // Then
        assertThat(later.get(20, TimeUnit.SECONDS)).isSameAs(now.get(20, TimeUnit.SECONDS));
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void afterTheEndNothingIsThrown() throws Exception {
        // Given
        Vertx vertx = Vertx.vertx();
        StreamLoop loop = new ContextLoop(vertx.getOrCreateContext());
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);

        // Then
        assertThatCode(() -> {
                    loop.execute(() -> {});
                    loop.after(1, () -> {});
                })
                .doesNotThrowAnyException();
    }
}
