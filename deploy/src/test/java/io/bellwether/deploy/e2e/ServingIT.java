package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users of the inference API meet: right answers, and words they can act on when they ask for the wrong thing. */
@Timeout(240)
class ServingIT {
    @TempDir
    private static Path folder;

    private static Platform platform;
    private static Client client;
    private static GrpcClient grpc;
    private static List<Digit> digits;

    @BeforeAll
    static void startPlatform() throws Exception {
        digits = Digit.all();
        platform = Platform.start(folder.resolve("home"), repositoryWithBrokenModels(), Platform.HASTY);
        client = platform.client();
        grpc = new GrpcClient(platform.settings());
    }

    @AfterAll
    static void stopPlatform() throws Exception {
        if (grpc != null) {
            grpc.close();
        }
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void restAndGrpcGiveTheSameScoresAndMostlyTheRightDigit() throws Exception {
        int right = 0;
        for (var digit : digits.subList(0, 100)) {
            // When
            var rest = client.infer("/models/digits/versions/2/infer", digit.json());
            var scores = grpc.scores("digits", "2", digit);

            // Then
            assertThat(rest.statusCode()).as(rest.body()).isEqualTo(200);
            assertThat(rest.headers().firstValue("Bellwether-Model-Version")).contains("2");
            assertThat(rest.headers().firstValue("Bellwether-Request-Id")).isPresent();
            var data = client.parse(rest.body()).path("outputs").path(0).path("data");
            for (int index = 0; index < scores.length; index++) {
                assertThat((float) data.path(index).asDouble()).isEqualTo(scores[index]);
            }
            right += client.predicted(rest.body()) == digit.label() ? 1 : 0;
        }
        assertThat(right).isGreaterThanOrEqualTo(97);
    }

    @Test
    void aVersionThatMerelyAppearedGetsNoTrafficUnasked() throws Exception {
        // When
        var answer = client.infer(digits.get(0));

        // Then
        assertThat(answer.headers().firstValue("Bellwether-Model-Version")).contains("1");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            torn JSON        | /models/digits/infer             | 400 | INVALID_INPUT   | {"inputs":[{"name":"image"
            not an object    | /models/digits/infer             | 400 | INVALID_INPUT   | [1,2]
            no inputs        | /models/digits/infer             | 400 | INVALID_INPUT   | {"inputs":[]}
            wrong name       | /models/digits/infer             | 400 | INVALID_INPUT   | {"inputs":[{"name":"img","datatype":"FP32","shape":[1,2],"data":[1,2]}]}
            wrong datatype   | /models/digits/infer             | 400 | INVALID_INPUT   | {"inputs":[{"name":"image","datatype":"INT8","shape":[1,2],"data":[1,2]}]}
            wrong shape      | /models/digits/infer             | 400 | INVALID_INPUT   | {"inputs":[{"name":"image","datatype":"FP32","shape":[1,2],"data":[1,2]}]}
            wrong size       | /models/digits/infer             | 400 | INVALID_INPUT   | {"inputs":[{"name":"image","datatype":"FP32","shape":[1,64],"data":[1,2]}]}
            huge shape       | /models/digits/infer             | 400 |                 | {"inputs":[{"name":"image","datatype":"FP32","shape":[9223372036854775807,64],"data":[1]}]}
            unknown model    | /models/nobody/infer             | 404 | MODEL_NOT_FOUND | a digit
            unknown version  | /models/digits/versions/99/infer | 404 | MODEL_NOT_FOUND | a digit
            """)
    void badRestInputIsToldWhatWasExpected(String name, String path, int status, String reason, String body)
            throws Exception {
        // When
        var answer = client.infer(path, body.equals("a digit") ? digits.get(0).json() : body);

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        var words = client.parse(answer.body()).path("error").asText();
        assertThat(words).isNotBlank();
        assertThat(words).doesNotContain("Exception", "io.bellwether", "java.", "/home/", "\tat ");
        if (reason != null) {
            assertThat(answer.headers().firstValue("Bellwether-Reason")).contains(reason);
        }
        assertStillServing();
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        // Given
        var large = digits.get(0).json().replace("}]}", " ".repeat(17 * 1024 * 1024) + "}]}");

        // When
        var answer = client.infer("/models/digits/infer", large);

        // Then
        assertThat(answer.statusCode()).isIn(400, 413);
        assertThat(client.parse(answer.body()).path("error").asText()).isNotBlank();
        assertStillServing();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "wrong name, digits, 2, img, FP32, 64, 256, INVALID_ARGUMENT",
        "wrong datatype, digits, 2, image, INT8, 64, 64, INVALID_ARGUMENT",
        "wrong shape, digits, 2, image, FP32, 63, 252, INVALID_ARGUMENT",
        "wrong size, digits, 2, image, FP32, 64, 13, INVALID_ARGUMENT",
        "unknown datatype, digits, 2, image, FP99, 64, 256, INVALID_ARGUMENT",
        "unknown model, nobody, , image, FP32, 64, 256, NOT_FOUND",
        "unknown version, digits, 99, image, FP32, 64, 256, NOT_FOUND"
    })
    void badGrpcInputIsToldWhatWasExpected(
            String name,
            String model,
            String version,
            String input,
            String datatype,
            long width,
            int bytes,
            String code)
            throws Exception {
        // When
        var failure = grpc.failure(model, version == null ? "" : version, input, datatype, width, bytes);

        // Then
        assertThat(failure.getStatus().getCode().name()).isEqualTo(code);
        assertThat(failure.getStatus().getDescription())
                .isNotBlank()
                .doesNotContain("Exception", "io.bellwether", "java.", "/home/");
        assertStillServing();
    }

    @Test
    void reservedParametersAreRefused() throws Exception {
        // Given
        var body = digits.get(0).json().replace("{\"inputs\"", "{\"parameters\":{\"bellwether_slot\":1},\"inputs\"");

        // When
        var answer = client.infer("/models/digits/infer", body);

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    }

    @Test
    void brokenModelsAreRefusedWithTheirProblemsAndTheOthersServe() throws Exception {
        // When
        var digits = client.model("digits");
        var log = platform.log(Role.WORKER);

        // Then
        assertThat(state(digits, "1")).isEqualTo("READY");
        assertThat(state(digits, "7")).isNotEqualTo("READY").isNotEmpty();
        assertThat(Files.readString(platform.layout().log("worker"))).as(log).contains("max_batch_size", "datatype");
        assertThat(client.infer("/models/broken/infer", ServingIT.digits.get(0).json())
                        .statusCode())
                .isIn(404, 503);
        assertStillServing();
    }

    @Test
    void everyProcessIsHealthyAndShowsMetrics() throws Exception {
        for (var port : List.of(Port.GATEWAY_MANAGEMENT, Port.WORKER_MANAGEMENT, Port.MONITORING_MANAGEMENT)) {
            assertThat(client.get(port, "/health/live").statusCode()).isEqualTo(200);
            assertThat(client.get(port, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(client.get(port, "/metrics").body()).contains("bellwether_");
        }
    }

    private static String state(JsonNode model, String version) {
        for (var one : model.path("versions")) {
            if (one.path("version").asText().equals(version)) {
                return one.path("state").asText();
            }
        }
        return "";
    }

    private static void assertStillServing() throws Exception {
        var answer = client.infer(digits.get(1));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private static Path repositoryWithBrokenModels() throws IOException {
        var repository = folder.resolve("models");
        copy(Path.of("samples/models"), repository);
        Files.createDirectories(repository.resolve("digits/7"));
        Files.writeString(repository.resolve("digits/7/model.pt"), "this is not TorchScript");
        Files.createDirectories(repository.resolve("broken/1"));
        Files.copy(Path.of("samples/models/digits/1/model.pt"), repository.resolve("broken/1/model.pt"));
        Files.writeString(
                repository.resolve("broken/model.yaml"),
                """
                max_batch_size: -1
                inputs: [{name: image, datatype: FP33, shape: [64]}]
                outputs: [{name: scores, datatype: FP32, shape: [10]}]
                """);
        return repository;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }
}
