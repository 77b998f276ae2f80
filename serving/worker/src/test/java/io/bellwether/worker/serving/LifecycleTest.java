package io.bellwether.worker.serving;

import static io.bellwether.worker.serving.LifecycleFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.batching.Lane;
import io.bellwether.batching.VersionState;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifecycleTest {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

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
    void theStartServesWhatCanBeServedAndSaysWhyNotOfTheRest() throws Exception {
        // Given
        fixture.write("a", "1");
        fixture.write("a", "2");
        fixture.write("b", "1");
        Files.createDirectories(root.resolve("c/1"));
        fixture.engine.refusing("a/2", "the file is not a TorchScript program");
        fixture.failingTrials.put("b/1", "its process crashed");

        // When
        Optional<Refusal> refusal = await(fixture.lifecycle.start());

        // Then
        assertThat(refusal.orElseThrow().reason()).isEqualTo(FailureReason.LOAD_FAILED);
        assertThat(fixture.lifecycle.started()).isTrue();
        assertThat(fixture.index())
                .hasSize(4)
                .anyMatch("a/1 READY"::equals)
                .anyMatch(line -> line.startsWith("a/2 UNAVAILABLE") && line.contains("not a TorchScript program"))
                .anyMatch("b/1 UNAVAILABLE its process crashed"::equals)
                .anyMatch(line -> line.startsWith("c/") && line.contains("model.yaml is missing"));
        assertThat(fixture.engine.openModels()).isEqualTo(1);
    }

    @Test
    void aVersionThatCannotKeepItsObjectiveIsRefusedAndTheOldOneServesOn() throws Exception {
        // Given: one row takes 1.1 ms
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        ServedVersion old = found("a", "1");
        fixture.write("a", "1", "timeout_millis: 1\n");

        // When
        Optional<Refusal> refusal = await(fixture.lifecycle.load("a"));

        // Then
        assertThat(refusal.orElseThrow().message())
                .contains("timeout_millis is 1")
                .contains("to at least 3");
        assertThat(found("a", "1")).isSameAs(old);
    }

    @Test
    void theStartIsOverWhenEveryVersionIsPrepared() throws Exception {
        // Given
        fixture.write("a", "1");
        fixture.write("b", "1");
        List<Boolean> startedBefore = new ArrayList<>();
        fixture.preparation = version -> {
            startedBefore.add(fixture.lifecycle.started());
            return Optional.empty();
        };

        // When
        await(fixture.lifecycle.start());

        // Then
        assertThat(startedBefore).containsExactly(false, false);
        assertThat(fixture.lifecycle.started()).isTrue();
    }

    @Test
    void aReplacedVersionServesUntilItsSuccessorIsPrepared() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        ServedVersion old = found("a", "1");
        fixture.write("a", "1");
        List<ServedVersion> seen = new ArrayList<>();
        fixture.preparation = version -> {
            seen.add(found("a", "1"));
            seen.add(((Decoded.Valid<ServedVersion>) fixture.lifecycle.models().findForWarmUp("a", "1")).value());
            return Optional.empty();
        };

        // When
        Optional<Refusal> refusal = await(fixture.lifecycle.load("a"));

        // Then
        assertThat(refusal).isEmpty();
        ServedVersion successor = found("a", "1");
        assertThat(seen).containsExactly(old, successor);
        assertThat(successor).isNotSameAs(old);
        assertThat(old.state()).isInstanceOf(VersionState.Gone.class);
        assertThat(successor.state().takesRequests()).isTrue();
        assertThat(fixture.engine.openModels()).isEqualTo(1);
    }

    @Test
    void whileOthersServeTheThreadsOfAVersionAreWarmedOneAfterTheOther() throws Exception {
        // Given two threads, one of each lane, which would meet in the engine if they ran at the same time
        await(fixture.lifecycle.start());
        fixture.write("m", "1");
        CyclicBarrier meeting = new CyclicBarrier(2);
        AtomicInteger meetings = new AtomicInteger();
        fixture.engine.failingOn(item -> {
            try {
                meeting.await(20, TimeUnit.MILLISECONDS);
                meetings.incrementAndGet();
            } catch (TimeoutException | BrokenBarrierException e) {
                meeting.reset();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        });

        // When
        fixture.gentle = true;
        assertThat(await(fixture.lifecycle.load("m"))).isEmpty();
        int gently = meetings.get();
        fixture.gentle = false;
        fixture.write("m", "1");
        assertThat(await(fixture.lifecycle.load("m"))).isEmpty();

        // Then
        assertThat(gently).isZero();
        assertThat(meetings.get()).isPositive();
    }

    @Test
    void filesThatDidNotChangeAreNotLoadedAgain() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        ServedVersion before = found("a", "1");

        // When
        Optional<Refusal> refusal = await(fixture.lifecycle.load("a"));

        // Then
        assertThat(refusal).isEmpty();
        assertThat(found("a", "1")).isSameAs(before);
        assertThat(fixture.prepared).hasValue(1);
    }

    @Test
    void aLoadThatFailsChangesNothingAndSaysSo() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        ServedVersion old = found("a", "1");
        fixture.write("a", "1");
        fixture.write("a", "2");
        fixture.preparation = version -> Optional.of("golden request five: output 'y' differs");

        // When
        Optional<Refusal> refusal = await(fixture.lifecycle.load("a"));

        // Then
        assertThat(refusal.orElseThrow())
                .isEqualTo(new Refusal(
                        FailureReason.LOAD_FAILED,
                        "load failed for model 'a': version 1: golden request five: output 'y' differs"));
        assertThat(found("a", "1")).isSameAs(old);
        assertThat(fixture.index())
                .containsExactly(
                        "a/1 READY its newer files were refused: golden request five: output 'y' differs",
                        "a/2 UNAVAILABLE golden request five: output 'y' differs");
        assertThat(fixture.engine.openModels()).isEqualTo(1);
    }

    @Test
    void whatIsNoVersionIsShownAndFailsNoLoad() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        fixture.delete("a", "1");
        fixture.write("a", "2");
        fixture.write("a", "03");
        fixture.write("b", "01");

        // When
        Optional<Refusal> beside = await(fixture.lifecycle.load("a"));
        Optional<Refusal> alone = await(fixture.lifecycle.load("b"));

        // Then
        assertThat(beside).isEmpty();
        assertThat(alone.orElseThrow().message()).contains("version 01: is no version");
        assertThat(fixture.index())
                .hasSize(3)
                .contains("a/2 READY")
                .anyMatch(line -> line.startsWith("a/03 UNAVAILABLE is no version") && line.endsWith("rename it to 3"))
                .anyMatch(line -> line.startsWith("b/01 UNAVAILABLE is no version"));
    }

    @Test
    void whatFailedIsTriedAgain() throws Exception {
        // Given
        fixture.write("a", "1");
        fixture.preparation = version -> Optional.of("not today");
        await(fixture.lifecycle.start());
        fixture.preparation = version -> Optional.empty();

        // When
        Optional<Refusal> refusal = await(fixture.lifecycle.load("a"));

        // Then
        assertThat(refusal).isEmpty();
        assertThat(fixture.index()).containsExactly("a/1 READY");
    }

    @Test
    void aVersionWhoseFilesAreGoneGoesOnlyAfterTheNewOneServes() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        fixture.delete("a", "1");
        fixture.write("a", "2");
        fixture.preparation = version -> Optional.of("broken");

        // When
        await(fixture.lifecycle.load("a"));

        // Then
        assertThat(found("a", "1").state().takesRequests()).isTrue();

        // When
        fixture.preparation = version -> Optional.empty();
        Optional<Refusal> refusal = await(fixture.lifecycle.load("a"));

        // Then
        assertThat(refusal).isEmpty();
        assertThat(fixture.index()).containsExactly("a/2 READY");
        assertThat(fixture.engine.openModels()).isEqualTo(1);
    }

    @Test
    void aVersionThatGoesSaysSoBeforeItRefuses() throws Exception {
        // Given
        LifecycleFixture slow = new LifecycleFixture(root, TimeUnit.HOURS.toNanos(1), 0);
        slow.write("a", "1");
        await(slow.lifecycle.start());

        // When
        CompletableFuture<Optional<Refusal>> unloading = slow.lifecycle.unload("a");
        Await.until("the index says so", () -> slow.index().get(0).startsWith("a/1 UNLOADING"));

        // Then
        assertThat(unloading).isNotDone();
        assertThat(slow.lifecycle.models().anyTakesRequests()).isTrue();
        slow.close();
    }

    @Test
    void anUnloadedModelIsKnownAndCanBeLoadedAgain() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());

        // When
        Optional<Refusal> unloaded = await(fixture.lifecycle.unload("a"));

        // Then
        assertThat(unloaded).isEmpty();
        assertThat(fixture.index()).containsExactly("a/1 UNAVAILABLE unloaded");
        assertThat(((Decoded.Refused<ServedVersion>) fixture.lifecycle.models().find("a", "1"))
                        .refusal()
                        .reason())
                .isEqualTo(FailureReason.NOT_READY);
        assertThat(fixture.engine.openModels()).isZero();
        assertThat(await(fixture.lifecycle.load("a"))).isEmpty();
        assertThat(fixture.index()).containsExactly("a/1 READY");
    }

    @Test
    void aModelThatIsNotThereIsRefused() throws Exception {
        // Given
        await(fixture.lifecycle.start());

        // When
        Refusal load = await(fixture.lifecycle.load("nope")).orElseThrow();
        Refusal unload = await(fixture.lifecycle.unload("nope")).orElseThrow();

        // Then
        assertThat(load.reason()).isEqualTo(FailureReason.MODEL_NOT_FOUND);
        assertThat(unload.reason()).isEqualTo(FailureReason.MODEL_NOT_FOUND);
        assertThat(load.message()).contains("'nope'");
    }

    @Test
    void aWatchedFolderIsFollowedAndAnUnloadIsRespected() throws Exception {
        // Given
        LifecycleFixture watching = new LifecycleFixture(root, 0, POLL_NANOS);
        watching.write("a", "1");
        await(watching.lifecycle.start());

        // When
        watching.write("b", "1");

        // Then
        Await.until("b serves", () -> watching.index().contains("b/1 READY"));

        // When
        await(watching.lifecycle.unload("a"));
        watching.write("b", "2");

        // Then
        Await.until("b/2 serves", () -> watching.index().contains("b/2 READY"));
        assertThat(watching.index()).contains("a/1 UNAVAILABLE unloaded");

        // When
        watching.write("a", "1");
        watching.delete("b", "1");

        // Then
        Await.until("a serves again", () -> watching.index().equals(List.of("a/1 READY", "b/2 READY")));
        watching.close();
    }

    @Test
    void aFolderThatIsGoneIsUnloaded() throws Exception {
        // Given
        LifecycleFixture watching = new LifecycleFixture(root, 0, POLL_NANOS);
        watching.write("a", "1");
        await(watching.lifecycle.start());

        // When
        watching.delete("a", "");

        // Then
        Await.until("nothing is left", () -> watching.index().isEmpty());
        watching.close();
    }

    @Test
    void aThousandCyclesLeaveNothingBehind() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        await(fixture.lifecycle.unload("a"));
        int meters = fixture.registry.getMeters().size();

        // When
        for (int cycle = 0; cycle < 1_000; cycle++) {
            assertThat(await(fixture.lifecycle.load("a"))).isEmpty();
            assertThat(await(fixture.lifecycle.unload("a"))).isEmpty();
        }

        // Then
        assertThat(fixture.engine.openModels()).isZero();
        assertThat(fixture.engine.openRunners()).isZero();
        assertThat(fixture.registry.getMeters()).hasSize(meters);
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("runner-a/1"));
    }

    @Test
    void modelsOfOneWorkerMayHaveDifferentThreadCounts() throws Exception {
        // Given
        fixture.write("a", "1");
        fixture.write("b", "1", "intra_op_threads: 2\n");

        // When
        await(fixture.lifecycle.start());

        // Then
        assertThat(fixture.index()).containsExactly("a/1 READY", "b/1 READY");
        assertThat(fixture.engine.threads("a/1")).isEqualTo(1);
        assertThat(fixture.engine.threads("b/1")).isEqualTo(2);
    }

    @Test
    void whatIsLeftOpenIsAsTheTrialFoundItAndNoReasonToLoadAgain() throws Exception {
        // Given
        fixture.write("a", "1", "instances: auto\nintra_op_threads: auto\n");
        fixture.chosen.put("a", new InstanceChoice(3, 2));

        // When
        await(fixture.lifecycle.start());

        // Then
        ServedVersion served = found("a", "1");
        assertThat(served.files().spec().instances()).isEqualTo(3);
        assertThat(served.queue(Lane.REST).reading().policy().instances()).isEqualTo(3);
        assertThat(fixture.engine.openRunners()).as("of two lanes").isEqualTo(6);
        assertThat(fixture.engine.threads("a/1")).isEqualTo(2);
        assertThat(gauge("instances")).isEqualTo(3);
        assertThat(gauge("intra.op.threads")).isEqualTo(2);

        // When
        await(fixture.lifecycle.load("a"));

        // Then
        assertThat(found("a", "1")).isSameAs(served);
    }

    @Test
    void aStagedVersionIsReplacedByTheOneThatWasChosen() throws Exception {
        // Given
        fixture.write("a", "1");
        await(fixture.lifecycle.start());
        fixture.write("a", "1", "instances: auto\n");
        fixture.chosen.put("a", new InstanceChoice(2, 1));

        // When
        await(fixture.lifecycle.load("a"));

        // Then
        assertThat(found("a", "1").files().spec().instances()).isEqualTo(2);
        assertThat(fixture.lifecycle.models().staged()).isEmpty();
        assertThat(fixture.engine.openModels()).isEqualTo(1);
        assertThat(gauge("instances")).isEqualTo(2);
    }

    @Test
    void whatIsLeftOpenAndNotKnownIsOne() throws Exception {
        // Given
        fixture.write("a", "1", "instances: auto\nintra_op_threads: 2\n");

        // When
        await(fixture.lifecycle.start());

        // Then
        assertThat(found("a", "1").files().spec().instances()).isEqualTo(1);
        assertThat(fixture.engine.threads("a/1")).isEqualTo(2);
    }

    private double gauge(String name) {
        return fixture.registry
                .get("bellwether.worker." + name)
                .tags("model", "a", "version", "1")
                .gauge()
                .value();
    }

    @Test
    void changesBeyondTheLimitAreRefused() throws Exception {
        // Given
        fixture.write("a", "1");
        CountDownLatch hold = new CountDownLatch(1);
        fixture.preparation = version -> {
            hold.await();
            return Optional.empty();
        };
        var start = fixture.lifecycle.start();
        Await.until("the first load is under way", () -> fixture.prepared.get() == 1);

        // When
        List<CompletableFuture<Optional<Refusal>>> asked = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            asked.add(fixture.lifecycle.load("a"));
        }

        // Then
        assertThat(await(asked.get(8)).orElseThrow().reason()).isEqualTo(FailureReason.NOT_READY);
        hold.countDown();
        assertThat(await(start)).isEmpty();
        assertThat(await(asked.get(7))).isEmpty();
    }

    private ServedVersion found(String model, String version) {
        return ((Decoded.Valid<ServedVersion>) fixture.lifecycle.models().find(model, version)).value();
    }
}
