package io.bellwether.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.Waiting;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.worker.RecordedReply;
import io.bellwether.worker.telemetry.CellId;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaddingTest {
    @Test
    void everyRowIsAsLongAsTheLongestTextOfTheBatch() {
        // Given: two texts of 4 and 2 tokens, three rows of ids with 3 tokens each
        List<Waiting<InferenceCall>> batch = List.of(request(1, 2, 4, 6), request(2, 3, 3, 0));

        // When
        Padding padding = Padding.of(new BatchExecution(batch, 0, 1).members());

        // Then: five rows of 4 tokens, of which 6 + 9 are given
        assertThat(padding).isEqualTo(new Padding(20, 5));
    }

    @Test
    void whatDoesNotVaryHasNone() {
        assertThat(Padding.of(new BatchExecution(List.of(request(1, 8, 0, 0)), 0, 1).members()))
                .isEqualTo(new Padding(0, 0));
    }

    private static Waiting<InferenceCall> request(long id, int rows, int length, int tokens) {
        InferenceCall call = new InferenceCall(
                ModelInferRequest.getDefaultInstance(),
                new FittedRequest(rows, length, List.of(), List.of(), tokens, false),
                new InferenceCall.Provenance(new CellId("1", Arm.CONTROL, "", "", 0), false, 0),
                new RecordedReply(),
                failure -> {});
        return new Waiting<>(id, rows, Long.MAX_VALUE, call);
    }
}
