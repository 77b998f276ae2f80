package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.Await;
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.Samples;
import io.bellwether.worker.serving.LifecycleFixture;
import io.bellwether.worker.serving.ServedVersion;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadOnDemandTest {
    private static final int WAITERS_MAX = 2;
    private static final ModelInferRequest REQUEST = Samples.request("1", 3);

    @TempDir
    Path root;

    private final InFlight inFlight = new InFlight(100, 1 << 20);
    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private LifecycleFixture fixture;

    @BeforeEach
    void open() throws Exception {
        fixture = new LifecycleFixture(root, 0, 0);
        fixture.write(Samples.MODEL, "1", "on_demand: true\n");
        LifecycleFixture.await(fixture.lifecycle.start());
    }

    @AfterEach
    void close() throws InterruptedException {
        fixture.close();
    }

    @Test
    void theFirstRequestLoadsTheVersionAndIsAnswered() {
        // Given
        RequestAdmission admission = admission(TimeUnit.SECONDS.toNanos(30));
        RecordedReply first = new RecordedReply();
        RecordedReply second = new RecordedReply();

        // When
        admission.inferDirect(REQUEST, OptionalLong.empty(), first);
        admission.inferDirect(REQUEST, OptionalLong.of(TimeUnit.SECONDS.toNanos(30)), second);
        assertThat(inFlight.requests()).isEqualTo(2);
        gate.complete(null);

        // Then
        Await.until("both are answered", () -> first.hasResult() && second.hasResult());
        Await.until("nothing is left", () -> inFlight.requests() == 0);
    }

    @Test
    void aRequestThatComesDuringTheTrialIsAnsweredByTheVersionAsItWasChosenThere() throws Exception {
        // Given
        RequestAdmission admission = admission(TimeUnit.SECONDS.toNanos(30));
        RecordedReply early = new RecordedReply();
        gate.complete(null);
        fixture.write(Samples.MODEL, "1", "on_demand: true\ninstances: auto\n");
        fixture.chosen.put(Samples.MODEL, new InstanceChoice(3, 1));
        fixture.duringTrial = () -> admission.inferDirect(REQUEST, OptionalLong.empty(), early);

        // When
        LifecycleFixture.await(fixture.lifecycle.load(Samples.MODEL));

        // Then
        Await.until("it is answered", early::hasResult);
        assertThat(fixture.lifecycle.models().versionsOf(Samples.MODEL))
                .singleElement()
                .satisfies(version ->
                        assertThat(version.files().spec().instances()).isEqualTo(3));
        Await.until("nothing is left", () -> inFlight.requests() == 0);
    }

    @Test
    void noMoreThanSomeWait() {
        // Given
        RequestAdmission admission = admission(TimeUnit.SECONDS.toNanos(30));
        for (int i = 0; i < WAITERS_MAX; i++) {
            admission.inferDirect(REQUEST, OptionalLong.empty(), new RecordedReply());
        }
        RecordedReply tooMany = new RecordedReply();

        // When
        admission.inferDirect(REQUEST, OptionalLong.empty(), tooMany);

        // Then
        assertThat(tooMany.refusal().reason()).isEqualTo(FailureReason.NOT_READY);
        assertThat(tooMany.refusal().message()).contains("too many requests wait");
        gate.complete(null);
    }

    @Test
    void theWaitHasAnEnd() {
        // Given
        RequestAdmission admission = admission(1);
        RecordedReply late = new RecordedReply();

        // When
        admission.inferDirect(REQUEST, OptionalLong.empty(), late);

        // Then
        Await.until("it is refused", () -> late.answers() > 0);
        assertThat(late.refusal().reason()).isEqualTo(FailureReason.NOT_READY);
        assertThat(late.refusal().message()).contains("still being loaded");
        assertThat(inFlight.requests()).isZero();
    }

    @Test
    void whoLeavesIsNotServed() {
        // Given
        RequestAdmission admission = admission(TimeUnit.SECONDS.toNanos(30));
        RecordedReply gone = new RecordedReply();
        RequestAdmission.Cancellation cancellation = admission.inferDirect(REQUEST, OptionalLong.empty(), gone);

        // When
        cancellation.cancel();
        gate.complete(null);

        // Then
        Await.until("it is refused", () -> gone.answers() > 0);
        assertThat(gone.refusal().reason()).isEqualTo(FailureReason.CANCELLED);
        assertThat(inFlight.requests()).isZero();
    }

    private RequestAdmission admission(long loadWaitNanosMax) {
        return new RequestAdmission(
                fixture.lifecycle::models,
                this::load,
                inFlight,
                fixture.metrics,
                new RequestAdmission.Limits(
                        ProtocolLimits.DEFAULT, TimeUnit.SECONDS.toNanos(60), "token", loadWaitNanosMax, WAITERS_MAX),
                new RequestAdmission.Clocks(System::nanoTime, () -> 1));
    }

    private CompletableFuture<Void> load(ServedVersion version) {
        return gate.thenCompose(open -> fixture.lifecycle.loadOnDemand(version));
    }
}
