package io.bellwether.worker.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.VersionState;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.lane.ExecutionStatistics;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnDemandTest {
    private static final String ON_DEMAND = "on_demand: true\nmemory_mib: 40\n";

    @TempDir
    Path root;

    private LifecycleFixture fixture;

    @BeforeEach
    void open() {
        fixture = new LifecycleFixture(root, 0, 0);
    }

    @AfterEach
    void close() throws InterruptedException {
        fixture.close();
    }

    @Test
    void aVersionOnDemandIsOfferedAtTheStartAndLoadedWhenSomebodyWantsIt() throws Exception {
        // Given
        fixture.write("a", "1", ON_DEMAND);

        // When
        LifecycleFixture.await(fixture.lifecycle.start());

        // Then
        assertThat(fixture.index()).containsExactly("a/1 READY not in memory; the first request loads it");
        assertThat(fixture.engine.openModels()).isZero();

        // When
        load("a");

        // Then
        assertThat(fixture.index()).containsExactly("a/1 READY");
        assertThat(fixture.engine.openModels()).isEqualTo(1);
    }

    @Test
    void aLoadByRequestLoadsItNowAndSaysWhatIsWrong() throws Exception {
        // Given
        fixture.write("a", "1", ON_DEMAND);
        fixture.write("b", "1", "on_demand: true\nmemory_mib: 400\n");
        LifecycleFixture.await(fixture.lifecycle.start());

        // When
        var loaded = LifecycleFixture.await(fixture.lifecycle.load("a"));
        var refused = LifecycleFixture.await(fixture.lifecycle.load("b"));

        // Then
        assertThat(loaded).isEmpty();
        assertThat(refused).hasValueSatisfying(refusal -> assertThat(refusal.message())
                .contains("load failed for model 'b'", "there is no room"));
        assertThat(fixture.index())
                .contains("a/1 READY")
                .anyMatch(line -> line.startsWith("b/1 UNAVAILABLE there is no room"));
    }

    @Test
    void whoWasNotAskedForLatelyMakesRoom() throws Exception {
        // Given: room for two of 40 MiB
        for (String model : new String[] {"a", "b", "c"}) {
            fixture.write(model, "1", ON_DEMAND);
        }
        LifecycleFixture.await(fixture.lifecycle.start());
        load("a");
        load("b");
        found("a").demand().used(System.nanoTime());

        // When
        load("c");
        found("c").demand().used(System.nanoTime());

        // Then
        assertThat(found("a").state().takesRequests()).isTrue();
        assertThat(found("b").state()).isInstanceOf(VersionState.Absent.class);
        assertThat(found("c").state().takesRequests()).isTrue();
        assertThat(fixture.engine.openModels()).isEqualTo(2);

        // When
        load("b");

        // Then
        assertThat(found("a").state()).isInstanceOf(VersionState.Absent.class);
        assertThat(found("b").state().takesRequests()).isTrue();
        assertThat(fixture.engine.openModels()).isEqualTo(2);
    }

    @Test
    void theStatisticsOfAVersionOutliveItsEviction() throws Exception {
        // Given: room for two of 40 MiB
        for (String model : new String[] {"a", "b", "c"}) {
            fixture.write(model, "1", ON_DEMAND);
        }
        LifecycleFixture.await(fixture.lifecycle.start());
        load("a");
        ExecutionStatistics before = found("a").statistics();

        // When
        load("b");
        load("c");
        assertThat(found("a").state()).isInstanceOf(VersionState.Absent.class);

        // Then
        assertThat(found("a").statistics()).isSameAs(before);
        load("a");
        assertThat(found("a").statistics()).isSameAs(before);

        // When: other files
        fixture.write("a", "1", ON_DEMAND);
        LifecycleFixture.await(fixture.lifecycle.load("a"));

        // Then
        assertThat(found("a").statistics()).isNotSameAs(before);
    }

    @Test
    void whatMustStayIsNotSentAwayAndWhatDoesNotFitSaysSo() throws Exception {
        // Given
        fixture.write("pinned", "1", "memory_mib: 70\n");
        fixture.write("a", "1", ON_DEMAND);
        LifecycleFixture.await(fixture.lifecycle.start());

        // When
        load("a");

        // Then
        assertThat(fixture.index())
                .contains("pinned/1 READY")
                .anyMatch(line -> line.startsWith("a/1 UNAVAILABLE there is no room"));
    }

    @Test
    void askingAgainWhileItLoadsLoadsItOnce() throws Exception {
        // Given
        fixture.write("a", "1", ON_DEMAND);
        LifecycleFixture.await(fixture.lifecycle.start());
        CountDownLatch hold = new CountDownLatch(1);
        fixture.preparation = version -> {
            hold.await();
            return Optional.empty();
        };
        ServedVersion version = found("a");

        // When
        CompletableFuture<Void> one = version.demand().load(() -> fixture.lifecycle.loadOnDemand(version));
        CompletableFuture<Void> other = version.demand().load(() -> fixture.lifecycle.loadOnDemand(version));
        hold.countDown();
        one.get(20, TimeUnit.SECONDS);

        // Then
        assertThat(other).isSameAs(one);
        assertThat(fixture.prepared).hasValue(1);
    }

    @Test
    void anUnchangedVersionOnDemandIsLeftAloneByALoadOfItsModel() throws Exception {
        // Given
        fixture.write("a", "1", ON_DEMAND);
        LifecycleFixture.await(fixture.lifecycle.start());
        ServedVersion before = found("a");

        // When
        Optional<?> refusal = LifecycleFixture.await(fixture.lifecycle.load("a"));

        // Then
        assertThat(refusal).isEmpty();
        assertThat(found("a")).isSameAs(before);
    }

    @Test
    void aLoadOnDemandDoesNotWaitForTheTrialOfAnotherModel() throws Exception {
        // Given: a trial that hangs
        fixture.write("a", "1", ON_DEMAND);
        LifecycleFixture.await(fixture.lifecycle.start());
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch hold = new CountDownLatch(1);
        fixture.duringTrial = () -> {
            begun.countDown();
            await(hold);
        };
        fixture.write("b", "1");
        CompletableFuture<Optional<Refusal>> other = fixture.lifecycle.load("b");
        await(begun);

        // When
        load("a");

        // Then
        assertThat(found("a").state().takesRequests()).isTrue();
        assertThat(other).isNotDone();

        // When
        hold.countDown();

        // Then
        assertThat(LifecycleFixture.await(other)).isEmpty();
        assertThat(fixture.index()).containsExactly("a/1 READY", "b/1 READY");
    }

    @Test
    void whatIsOnTrialIsNotLoadedBeforeItHasPassed() throws Exception {
        // Given: a version that would crash whoever loads it
        fixture.write("a", "1", ON_DEMAND);
        fixture.failingTrials.put("a/1", "it ends the process that runs it");
        CompletableFuture<CompletableFuture<Void>> wanted = new CompletableFuture<>();
        fixture.duringTrial = () -> wanted.complete(fixture.lifecycle.loadOnDemand(found("a")));

        // When
        LifecycleFixture.await(fixture.lifecycle.start());
        wanted.get(20, TimeUnit.SECONDS).get(20, TimeUnit.SECONDS);

        // Then
        assertThat(fixture.prepared).hasValue(0);
        assertThat(fixture.index()).containsExactly("a/1 UNAVAILABLE it ends the process that runs it");
    }

    @Test
    void whoMakesRoomDuringATrialMayBeTheOneThatIsReplaced() throws Exception {
        // Given: room for two of 40 MiB, and a successor of a on trial
        for (String model : new String[] {"a", "b", "c"}) {
            fixture.write(model, "1", ON_DEMAND);
        }
        LifecycleFixture.await(fixture.lifecycle.start());
        load("a");
        load("b");
        found("b").demand().used(System.nanoTime());
        fixture.write("a", "1", ON_DEMAND);
        CompletableFuture<VersionState> duringTrial = new CompletableFuture<>();
        fixture.duringTrial = () -> {
            fixture.lifecycle.loadOnDemand(found("c")).join();
            duringTrial.complete(found("a").state());
        };

        // When
        Optional<Refusal> refusal = LifecycleFixture.await(fixture.lifecycle.load("a"));

        // Then: it was away for a moment, and the successor is in its place
        assertThat(refusal).isEmpty();
        assertThat(duringTrial.get(20, TimeUnit.SECONDS)).isInstanceOf(VersionState.Absent.class);
        assertThat(found("a").state().takesRequests()).isTrue();
        assertThat(fixture.engine.openModels()).isEqualTo(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void load(String model) throws Exception {
        fixture.lifecycle.loadOnDemand(found(model)).get(20, TimeUnit.SECONDS);
    }

    private ServedVersion found(String model) {
        return ((Decoded.Valid<ServedVersion>) fixture.lifecycle.models().find(model, "1")).value();
    }
}
