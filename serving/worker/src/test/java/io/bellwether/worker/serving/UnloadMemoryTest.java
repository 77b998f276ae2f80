package io.bellwether.worker.serving;

import static io.bellwether.worker.serving.LifecycleFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.worker.survival.Survival;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of an unload by request when another process goes on with the same state folder. */
class UnloadMemoryTest {
    @TempDir
    Path root;

    @TempDir
    Path state;

    private LifecycleFixture first;

    @BeforeEach
    void unloadOneOfTwo() throws Exception {
        try (LifecycleFixture process = process()) {
            process.write("a", "1");
            process.write("b", "1");
            await(process.lifecycle.start());
            assertThat(await(process.lifecycle.unload("a"))).isEmpty();
            first = process;
        }
    }

    @Test
    void itIsRemembered() throws Exception {
        try (LifecycleFixture next = process()) {
            // When
            assertThat(await(next.lifecycle.start())).isEmpty();

            // Then
            assertThat(next.index()).containsExactly("b/1 READY", "a/1 UNAVAILABLE unloaded");
            assertThat(next.lifecycle.anyUnloaded()).isTrue();
        }
    }

    @Test
    void otherFilesAreLoaded() throws Exception {
        // Given
        first.write("a", "1");
        first.write("a", "1");
        try (LifecycleFixture next = process()) {
            // When
            await(next.lifecycle.start());

            // Then
            assertThat(next.index()).containsExactly("a/1 READY", "b/1 READY");
        }
        assertThat(Files.readString(state.resolve("unloaded"))).isEmpty();
    }

    @Test
    void aModelThatIsGoneIsForgotten() throws Exception {
        // Given
        first.delete("a", "");
        try (LifecycleFixture next = process()) {
            // When
            await(next.lifecycle.start());

            // Then
            assertThat(next.index()).containsExactly("b/1 READY");
        }
        assertThat(Files.readString(state.resolve("unloaded"))).isEmpty();
    }

    @Test
    void aLoadByRequestEndsIt() throws Exception {
        try (LifecycleFixture next = process()) {
            await(next.lifecycle.start());
            assertThat(await(next.lifecycle.load("a"))).isEmpty();
        }
        try (LifecycleFixture third = process()) {
            // When
            await(third.lifecycle.start());

            // Then
            assertThat(third.index()).containsExactly("a/1 READY", "b/1 READY");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tno digest\n", "../x\t%s\n", "a %s\n", "large"})
    void aDamagedMemoryCountsForNothing(String content) throws Exception {
        // Given
        String text = content.equals("large") ? "a\t%s\n".repeat(5_000) : content;
        Files.writeString(state.resolve("unloaded"), text.replace("%s", "0".repeat(64)));
        try (LifecycleFixture next = process()) {
            // When
            await(next.lifecycle.start());

            // Then
            assertThat(next.index()).containsExactly("a/1 READY", "b/1 READY");
        }
    }

    private LifecycleFixture process() throws Exception {
        return new LifecycleFixture(root, 0, 0, Survival.open(state, 1));
    }
}
