package io.bellwether.gateway.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.ControlStateFile;
import io.bellwether.gateway.control.FakeControlLog;
import io.bellwether.gateway.control.KilledRolloutsFile;
import io.bellwether.gateway.guard.GuardWatch;
import io.bellwether.gateway.guard.KillKeeper;
import io.bellwether.gateway.guard.KillPublisher;
import io.bellwether.gateway.guard.KillSpread;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.routing.RolloutState;
import io.bellwether.routing.guard.GuardSettings;
import io.bellwether.routing.guard.LocalGuard;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real edge, the guard on its thread, and a control log behind a broker that is away. How long it takes is logged and
 * recorded in the README, not asserted.
 */
class LocalGuardTest {
    private static final Logger LOG = Logger.getLogger(LocalGuardTest.class);
    private static final String INFER = "/v2/models/m/infer";
    private static final long GAP_NANOS = Duration.ofMillis(5).toNanos();

    @TempDir
    Path folder;

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
    private final EdgeFixture gateway = new EdgeFixture(worker);
    private final FakeControlLog log = new FakeControlLog(gateway.fold);
    private final GuardWatch watch = new GuardWatch(
            gateway.fold, gateway.outcomes, new LocalGuard(GuardSettings.DEFAULT), gateway.inference.time());
    private KilledRolloutsFile file;
    private KillKeeper keeper;
    private GuardLoop loop;
    private final AtomicLong firstFailureNanos = new AtomicLong();
    private int requests;

    @BeforeEach
    void start() {
        file = new KilledRolloutsFile(folder);
        keeper = new KillKeeper(gateway.fold, file, new ControlStateFile(folder), Runnable::run);
        loop = new GuardLoop(
                watch,
                new KillSpread(gateway.fold, List::of, gateway.inference.time()),
                keeper,
                new KillPublisher(gateway.fold, log, "g-1", gateway.inference.time()));
        log.write(Commands.create("r", 1_000, ""));
        log.reachable = false;
        loop.start(true, Duration.ofMillis(50));
        Await.until("the rollout is watched", () -> watch.watched() == 1);
    }

    @AfterEach
    void stop() {
        loop.close();
        gateway.close();
    }

    @Test
    void withoutABrokerAFailingCandidateIsOutAndTheLogIsToldWhenItIsBack() {
        // Given: a request of the candidate that is under way when it is taken back
        CompletableFuture<Reply> held = new CompletableFuture<>();
        worker.behaviour = request -> candidate(request) ? held : served(request, 0);
        CompletableFuture<HttpResponse<String>> inFlight =
                CompletableFuture.supplyAsync(this::untilTheCandidateIsAsked);
        Await.until(
                "the candidate has a request", () -> worker.received.stream().anyMatch(LocalGuardTest::candidate));
        worker.behaviour = request -> candidate(request) ? failed() : served(request, 0);

        // When
        sendUntilItIsTakenBack("errors");

        // Then: out here, live on the log, and not lost by a restart
        assertThat(gateway.fold.state().liveRollout("m")).isPresent();
        assertThat(candidatesAmong(500)).isZero();
        Await.until("the kill is on disk", keeper::isKept);
        assertThat(file.load().contains("r")).isTrue();
        held.complete(FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "2"))));
        assertThat(inFlight.join().statusCode()).isEqualTo(200);

        // When
        log.reachable = true;

        // Then
        Await.until(
                "the log has it", () -> gateway.fold.state().liveRollout("m").isEmpty());
        assertThat(gateway.fold.state().rollout("r").orElseThrow().state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(log.appended.get(1).getActor()).isEqualTo("gateway:g-1");
        assertThat(log.appended.get(1).getReason()).contains("fails hard");
        assertThat(candidatesAmong(100)).isZero();
    }

    @Test
    void answersThatAreNoNumbersAreHardFailures() {
        // Given
        worker.behaviour = request -> served(request, candidate(request) ? 1 : 0);

        // When
        sendUntilItIsTakenBack("outputs that are not finite");

        // Then
        assertThat(gateway.fold.killed().kill("r").orElseThrow().reason()).contains("0 errors, 0 timeouts");
        assertThat(candidatesAmong(100)).isZero();
    }

    @Test
    void anOutageOfBothVersionsTakesNothingBack() {
        // Given
        worker.behaviour = request -> failed();

        // When
        for (int i = 0; i < 300; i++) {
            send();
        }

        // Then
        assertThat(watch.trips()).isZero();
        assertThat(worker.received.stream().filter(LocalGuardTest::candidate)).hasSizeGreaterThan(10);
    }

    /** About 200 requests a second, each from a key of its own. */
    private void sendUntilItIsTakenBack(String how) {
        long startNanos = System.nanoTime();
        while (!gateway.fold.killed().contains("r") && requests < 10_000) {
            long nextNanos = System.nanoTime() + GAP_NANOS;
            HttpResponse<String> answer = send();
            if (answer.headers().firstValue(WireNames.HEADER_ARM).orElse("").startsWith("CANDIDATE")) {
                firstFailureNanos.compareAndSet(0, System.nanoTime());
            }
            LockSupport.parkNanos(nextNanos - System.nanoTime());
        }
        assertThat(gateway.fold.killed().contains("r")).as("it was taken back").isTrue();
        LOG.infof(
                "%s: taken back %d ms after the first failure, %d ms after the start, of %d requests",
                how,
                (System.nanoTime() - firstFailureNanos.get()) / 1_000_000,
                (System.nanoTime() - startNanos) / 1_000_000,
                requests);
    }

    private HttpResponse<String> untilTheCandidateIsAsked() {
        for (int i = 0; i < 10_000; i++) {
            HttpResponse<String> answer = gateway.post(INFER, Requests.JSON, WireNames.HEADER_REQUEST_ID, "held-" + i);
            if (answer.headers().firstValue(WireNames.HEADER_ARM).orElse("").startsWith("CANDIDATE")) {
                return answer;
            }
        }
        throw new AssertionError("no request fell to the candidate");
    }

    private long candidatesAmong(int count) {
        int before = worker.received.size();
        for (int i = 0; i < count; i++) {
            send();
        }
        return worker.received.subList(before, worker.received.size()).stream()
                .filter(LocalGuardTest::candidate)
                .count();
    }

    private HttpResponse<String> send() {
        return gateway.post(INFER, Requests.JSON, WireNames.HEADER_REQUEST_ID, "id-" + requests++);
    }

    private static boolean candidate(ModelInferRequest request) {
        return request.getModelVersion().equals("2");
    }

    private static CompletionStage<Reply> failed() {
        return FakeWorkerLink.done(new Reply.Failed(FailureReason.MODEL_FAILED, "the model failed", true));
    }

    private static CompletionStage<Reply> served(ModelInferRequest request, long nonfiniteRows) {
        return FakeWorkerLink.done(
                new Reply.Answered(Requests.answer(request), new Account(false, 1, 0, 0, 0, nonfiniteRows)));
    }
}
