package io.bellwether.worker.golden;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import io.bellwether.worker.Samples;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.warmup.OwnRequests;
import io.bellwether.worker.warmup.WarmUpTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldenCheckTest {
    private static final String REQUEST =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[1,2]}]}";

    @TempDir
    Path model;

    private final List<ModelInferRequest> received = new ArrayList<>();
    private CompletableFuture<ModelInferResponse> answer = CompletableFuture.completedFuture(answer("FP32", 3, 4));

    private GoldenCheck check;
    private Loadable files;

    @BeforeEach
    void prepare() throws IOException {
        Path program = Files.createDirectories(model.resolve("1")).resolve("model.pt");
        files = new Loadable(Samples.MODEL, "1", Samples.spec(4, 4), program, Optional.empty(), List.of());
        WarmUpTarget target = request -> {
            received.add(request);
            return answer;
        };
        check = new GoldenCheck(new OwnRequests(target, "token", TimeUnit.SECONDS.toNanos(1)), ProtocolLimits.DEFAULT);
    }

    @Test
    void aModelWithoutGoldenRequestsPasses() throws Exception {
        assertThat(check.firstFailure(files)).isEmpty();
        assertThat(received).isEmpty();
    }

    @Test
    void theAnswerToARecordedRequestIsWhatWasRecorded() throws Exception {
        // Given
        golden(model.resolve("golden"), "five", REQUEST, expected("FP32", "[1,2]", "[3.0001,4]"));

        // When
        Optional<String> failure = check.firstFailure(files);

        // Then
        assertThat(failure).isEmpty();
        assertThat(received).hasSize(1);
        assertThat(received.get(0).getModelVersion()).isEqualTo("1");
        assertThat(received.get(0)
                        .getParametersOrThrow(RequestAdmission.WARM_UP_PARAMETER)
                        .getStringParam())
                .isEqualTo("token");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    FP32 | [1,2] | [3.01,4]      | has 3.0 at element 0, expected 3.0099
                    FP32 | [1,2] | [3,"x"]       | its expected answer is none
                    FP32 | [2,1] | [3,4]         | is FP32[1, 2], expected FP32[2, 1]
                    INT32| [1,2] | [3,4]         | is FP32[1, 2], expected INT32[1, 2]
                    """)
    void aDifferenceIsNamed(String datatype, String shape, String data, String message) throws Exception {
        // Given
        golden(model.resolve("golden"), "five", REQUEST, expected(datatype, shape, data));

        // When
        Optional<String> failure = check.firstFailure(files);

        // Then
        assertThat(failure.orElseThrow()).startsWith("golden request five: ").contains(message);
    }

    @Test
    void theRequestsOfTheVersionComeBeforeThoseOfTheModel() throws Exception {
        // Given
        golden(model.resolve("golden"), "five", REQUEST, expected("FP32", "[1,2]", "[9,9]"));
        golden(model.resolve("1/golden"), "six", REQUEST, expected("FP32", "[1,2]", "[3,4]"));

        // Then
        assertThat(check.firstFailure(files)).isEmpty();
    }

    @Test
    void whatCannotBeComparedIsAFailure() throws Exception {
        // Given
        Path folder = model.resolve("golden");
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("a.request.json"), REQUEST);

        // Then
        assertThat(check.firstFailure(files).orElseThrow()).contains("a.response.json is missing");

        // When
        golden(folder, "a", "{}", expected("FP32", "[1,2]", "[3,4]"));

        // Then
        assertThat(check.firstFailure(files)).isNotEmpty();

        // When
        golden(folder, "a", REQUEST, "{}");

        // Then
        assertThat(check.firstFailure(files)).isNotEmpty();

        // When
        golden(folder, "a", REQUEST, expected("FP32", "[1,2]", "[3,4]"));
        answer = CompletableFuture.failedFuture(new IllegalStateException("the model failed"));

        // Then
        assertThat(check.firstFailure(files).orElseThrow()).contains("it was refused: the model failed");

        // When
        answer = new CompletableFuture<>();

        // Then
        assertThat(check.firstFailure(files).orElseThrow()).contains("not answered in 1 s");
    }

    private static void golden(Path folder, String name, String request, String response) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(name + ".request.json"), request);
        Files.writeString(folder.resolve(name + ".response.json"), response);
    }

    private static String expected(String datatype, String shape, String data) {
        return "{\"model_name\":\"sample\",\"model_version\":\"1\",\"outputs\":[{\"name\":\"y\",\"datatype\":\""
                + datatype + "\",\"shape\":" + shape + ",\"data\":" + data + "}]}";
    }

    private static ModelInferResponse answer(String datatype, float one, float other) {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putFloat(one).putFloat(other).flip();
        return ModelInferResponse.newBuilder()
                .addOutputs(InferOutputTensor.newBuilder()
                        .setName("y")
                        .setDatatype(datatype)
                        .addShape(1)
                        .addShape(2))
                .addRawOutputContents(ByteString.copyFrom(data))
                .build();
    }
}
