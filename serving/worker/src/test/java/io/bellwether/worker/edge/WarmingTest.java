package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.Await;
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.Samples;
import io.bellwether.worker.serving.ServedVersion;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WarmingTest {
    private EdgeFixture edge;

    @BeforeEach
    void start() throws Exception {
        edge = new EdgeFixture();
    }

    @AfterEach
    void stop() throws InterruptedException {
        edge.close();
    }

    @Test
    void aVersionThatIsBeingWarmedTakesOnlyOurOwnRequests() {
        // When
        RecordedReply stranger = infer(Samples.request("1", 1));
        RecordedReply guessed = infer(marked("guess"));
        RecordedReply ours = infer(marked(EdgeFixture.TOKEN));

        // Then
        assertThat(edge.ready()).isFalse();
        assertThat(stranger.refusal().reason()).isEqualTo(FailureReason.NOT_READY);
        assertThat(guessed.refusal().reason()).isEqualTo(FailureReason.NOT_READY);
        Await.until("our own request is answered", ours::hasResult);
    }

    @Test
    void aSyntheticRequestThatComesLateIsStillNotCounted() {
        // Given
        edge.models().versions().forEach(ServedVersion::ready);

        // When
        RecordedReply late = infer(marked(EdgeFixture.TOKEN));

        // Then
        Await.until("it is answered", late::hasResult);
        edge.awaitInFlight(0);
        assertThat(edge.version("1").cells().snapshot(5, true).getCellsList()).isEmpty();
        assertThat(edge.registry.find("bellwether.worker.requests").counters()).isEmpty();
    }

    @Test
    void aClosedWorkerHoldsNothingOfTheEngine() throws Exception {
        // When
        edge.close();

        // Then
        assertThat(edge.engine.openModels()).isZero();
        assertThat(edge.engine.openRunners()).isZero();
        assertThat(edge.inFlight.requests()).isZero();
        assertThat(edge.inFlight.bytes()).isZero();
    }

    private RecordedReply infer(ModelInferRequest request) {
        RecordedReply reply = new RecordedReply();
        edge.admission.inferDirect(request, OptionalLong.empty(), reply);
        return reply;
    }

    private static ModelInferRequest marked(String token) {
        return Samples.request("1", 1).toBuilder()
                .putParameters(
                        RequestAdmission.WARM_UP_PARAMETER,
                        InferParameter.newBuilder().setStringParam(token).build())
                .build();
    }
}
