package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Lane;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.oip.DataType;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferRequestedOutputTensor;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInstanceGroup;
import io.bellwether.protocol.oip.ModelStatistics;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.worker.Samples;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What clients of Triton ask about a model, and the classes that they ask for. */
class ModelDescriptionTest {
    private EdgeFixture worker;

    @BeforeEach
    void start() throws IOException {
        worker = EdgeFixture.warmed();
    }

    @AfterEach
    void stop() throws InterruptedException {
        worker.close();
    }

    @Test
    @DisplayName("2.1 ModelConfig: the words that clients of Triton read")
    void theConfigurationIsInTheWordsOfTriton() {
        // When
        ModelConfig config = worker.blocking()
                .modelConfig(
                        ModelConfigRequest.newBuilder().setName(Samples.MODEL).build())
                .getConfig();

        // Then
        assertThat(config.getName()).isEqualTo(Samples.MODEL);
        assertThat(config.getPlatform()).isEqualTo("pytorch_torchscript");
        assertThat(config.getBackend()).isEqualTo("pytorch");
        assertThat(config.getMaxBatchSize()).isEqualTo(EdgeFixture.BATCH_MAX);
        assertThat(config.hasDynamicBatching()).isTrue();
        assertThat(config.getInput(0).getName()).isEqualTo("x");
        assertThat(config.getInput(0).getDataType()).isEqualTo(DataType.TYPE_FP32);
        assertThat(config.getInput(0).getDimsList()).containsExactly(2L);
        assertThat(config.getOutput(0).getName()).isEqualTo("y");
        assertThat(config.getInstanceGroup(0).getKind()).isEqualTo(ModelInstanceGroup.Kind.KIND_CPU);
        assertThat(config.getVersionPolicy().getSpecific().getVersionsList()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void anUnknownModelHasNoConfiguration() {
        assertThatThrownBy(() -> worker.blocking()
                        .modelConfig(
                                ModelConfigRequest.newBuilder().setName("none").build()))
                .hasMessageContaining("NOT_FOUND");
        assertThatThrownBy(() -> worker.blocking()
                        .modelStatistics(ModelStatisticsRequest.newBuilder()
                                .setName("none")
                                .build()))
                .hasMessageContaining("NOT_FOUND");
    }

    @Test
    @DisplayName("2.1 ModelStatistics: requests, executions, failures and their times")
    void statisticsCountRequestsExecutionsAndFailures() {
        // Given: one request alone, then two that share an execution, then one that fails alone
        worker.blocking().modelInfer(Samples.request("1", 1, 2));
        CountDownLatch gate = worker.engine.hold();
        Sent first = worker.send(Samples.request("1", 1));
        worker.awaitInFlight(1);
        worker.awaitQueued(Lane.REST, 0);
        Sent second = worker.send(Samples.request("1", 2));
        Sent third = worker.send(Samples.request("1", 3));
        worker.awaitQueued(Lane.REST, 2);
        gate.countDown();
        first.answer().join();
        second.answer().join();
        third.answer().join();
        worker.engine.failingOn(item -> item.getFloat(item.position()) == 66f);
        assertThatThrownBy(() -> worker.blocking().modelInfer(Samples.request("1", 66)))
                .hasMessageContaining("INTERNAL");

        // When
        ModelStatistics statistics = worker.blocking()
                .modelStatistics(ModelStatisticsRequest.newBuilder()
                        .setName(Samples.MODEL)
                        .setVersion("1")
                        .build())
                .getModelStats(0);

        // Then
        assertThat(statistics.getInferenceCount()).isEqualTo(5);
        assertThat(statistics.getExecutionCount()).isEqualTo(3);
        assertThat(statistics.getLastInference()).isPositive();
        assertThat(statistics.getInferenceStats().getSuccess().getCount()).isEqualTo(4);
        assertThat(statistics.getInferenceStats().getFail().getCount()).isEqualTo(1);
        assertThat(statistics.getInferenceStats().getComputeInfer().getCount()).isEqualTo(4);
        assertThat(statistics.getBatchStatsList())
                .extracting(batch ->
                        batch.getBatchSize() + "x" + batch.getComputeInfer().getCount())
                .containsExactly("1x1", "2x2");
        // the synthetic engine takes 1 ms and 0.1 ms an item
        assertThat(statistics.getBatchStats(1).getComputeInfer().getNs()).isEqualTo(2 * 1_200_000);
    }

    @Test
    void statisticsOfAllModelsNameEachVersion() {
        assertThat(worker.blocking()
                        .modelStatistics(ModelStatisticsRequest.getDefaultInstance())
                        .getModelStatsList())
                .extracting(ModelStatistics::getVersion)
                .containsExactly("1", "2", "3");
    }

    @Test
    @DisplayName("2.1 classification extension: the highest classes of each row")
    void theHighestClassesOfEachRowComeAsText() {
        // Given: scores of a row are its sum and its sum plus one
        ModelInferRequest.Builder request = Samples.request("1", 1, 2).toBuilder();

        // When
        ModelInferResponse two =
                worker.blocking().modelInfer(request.addOutputs(classes(5)).build());
        ModelInferResponse one = worker.blocking()
                .modelInfer(request.clearOutputs().addOutputs(classes(1)).build());

        // Then
        assertThat(two.getOutputs(0).getDatatype()).isEqualTo("BYTES");
        assertThat(two.getOutputs(0).getShapeList()).containsExactly(2L, 2L);
        assertThat(BytesTensor.elements(two.getRawOutputContents(0)))
                .extracting(ByteString::toStringUtf8)
                .containsExactly("3.000000:1", "2.000000:0", "5.000000:1", "4.000000:0");
        assertThat(BytesTensor.elements(one.getRawOutputContents(0)))
                .extracting(ByteString::toStringUtf8)
                .containsExactly("3.000000:1", "5.000000:1");
    }

    @Test
    @DisplayName("2.1 classification extension: value:index:label")
    void classesWithNamesCarryThem() {
        // When
        ModelInferResponse response = worker.blocking()
                .modelInfer(Samples.request("2", 1).toBuilder()
                        .addOutputs(classes(2))
                        .build());

        // Then
        assertThat(BytesTensor.elements(response.getRawOutputContents(0)))
                .extracting(ByteString::toStringUtf8)
                .containsExactly("3.000000:1:high", "2.000000:0:low");
    }

    @Test
    void aClassificationWithoutANumberIsRefused() {
        assertThatThrownBy(() -> worker.blocking()
                        .modelInfer(Samples.request("1", 1).toBuilder()
                                .addOutputs(classes(0))
                                .build()))
                .hasMessageContaining("expected a whole number from 1 to 2147483647");
    }

    private static InferRequestedOutputTensor classes(long number) {
        return InferRequestedOutputTensor.newBuilder()
                .setName("y")
                .putParameters(
                        "classification",
                        InferParameter.newBuilder().setInt64Param(number).build())
                .build();
    }
}
