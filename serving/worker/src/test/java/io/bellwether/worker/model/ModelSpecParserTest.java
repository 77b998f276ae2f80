package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.worker.model.ModelSpec.FeatureSpec;
import io.bellwether.worker.model.ModelSpec.PredictionSpec;
import io.bellwether.worker.model.ModelSpec.Summary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ModelSpecParserTest {
    private static final String GOOD =
            """
            max_batch_size: 16
            inputs:
              - {name: image, datatype: FP32, shape: [8, 8]}
            outputs:
              - {name: scores, datatype: FP32, shape: [10]}
            instances: 2
            intra_op_threads: 3
            device: gpu
            queue_requests_max: 100
            timeout_millis: 1500
            prediction: {output: scores, kind: classes}
            features:
              - {name: image_mean, input: image, summary: mean, edges: [1, 2.5, 4]}
            labels:
              "1": stable
              "2": good
            class_labels: names.txt
            nan_policy: error
            golden_tolerance: 0.01
            on_demand: true
            memory_mib: 300
            """;

    @Test
    void everyKeyIsRead() {
        // When
        ParsedSpec parsed = ModelSpecParser.parse(GOOD);

        // Then
        assertThat(parsed)
                .isEqualTo(new ParsedSpec.Valid(new ModelSpec(
                        16,
                        List.of(new TensorSpec("image", ElementType.FP32, List.of(8L, 8L))),
                        List.of(new TensorSpec("scores", ElementType.FP32, List.of(10L))),
                        Parallelism.of(OptionalInt.of(2), OptionalInt.of(3)),
                        ComputeDevice.GPU,
                        100,
                        1500,
                        Optional.of(new PredictionSpec.Classes("scores", 10)),
                        List.of(new FeatureSpec("image_mean", "image", Summary.MEAN, List.of(1.0, 2.5, 4.0))),
                        Map.of("1", "stable", "2", "good"),
                        new ModelKind.Tensors(),
                        Optional.of("names.txt"),
                        NanPolicy.ERROR,
                        new Hosting(0.01, true, 300, List.of()))));
    }

    @Test
    void onlyTensorsAreRequired() {
        // When
        ParsedSpec parsed = ModelSpecParser.parse(
                """
                inputs: [{name: x, datatype: INT64, shape: []}]
                outputs: [{name: y, datatype: FP64, shape: [1]}]
                """);

        // Then
        ModelSpec spec = ((ParsedSpec.Valid) parsed).spec();
        assertThat(spec.maxBatchSize()).isEqualTo(1);
        assertThat(spec.instances()).isEqualTo(1);
        assertThat(spec.intraOpThreads()).isEqualTo(1);
        assertThat(spec.device()).isEqualTo(ComputeDevice.CPU);
        assertThat(spec.queueRequestsMax()).isEqualTo(256);
        assertThat(spec.timeoutMillis()).isEqualTo(2000);
        assertThat(spec.prediction()).isEmpty();
        assertThat(spec.features()).isEmpty();
    }

    @Test
    void allProblemsAreReportedAtOnceWithTheirLines() {
        // When
        List<SpecProblem> problems = problems(
                """
                max_batch_size: -1
                inputs:
                  - {name: "a b", datatype: FP33, shape: [0]}
                  - {name: x, datatype: FP32, shape: [-2]}
                  - {name: x, datatype: FP32}
                outputs: []
                instances: many
                device: tpu
                batch_delay: 5
                prediction: {output: nothing, kind: guess}
                features:
                  - {name: f, input: x, summary: median, edges: [2, 1]}
                labels: {one: first}
                golden_tolerance: 2
                on_demand: maybe
                memory_mib: 0
                """);

        // Then
        assertThat(problems)
                .extracting(problem -> problem.line() + " " + problem.path())
                .containsExactly(
                        "1 max_batch_size",
                        "3 inputs[0].name",
                        "3 inputs[0].datatype",
                        "3 inputs[0].shape",
                        "4 inputs[1].shape",
                        "5 inputs[2].name",
                        "5 inputs[2].shape",
                        "6 outputs",
                        "7 instances",
                        "8 device",
                        "9 batch_delay",
                        "10 prediction.output",
                        "10 prediction.kind",
                        "12 features[0].summary",
                        "12 features[0].edges",
                        "13 labels.one",
                        "14 golden_tolerance",
                        "15 on_demand",
                        "16 memory_mib");
        assertThat(problems).allSatisfy(problem -> assertThat(problem.fix()).isNotBlank());
    }

    @Test
    void aProblemSaysWhatIsThereAndWhatToWrite() {
        // When
        List<SpecProblem> problems = problems(GOOD.replace("max_batch_size: 16", "max_batch_size: 2048"));

        // Then
        assertThat(problems)
                .extracting(SpecProblem::text)
                .containsExactly("line 1: max_batch_size is '2048'; use a whole number from 0 to 1024");
    }

    @Test
    void whatNeedsOneSizeIsRefusedWhereTheSizeIsOpen() {
        // When
        List<SpecProblem> problems = problems(
                """
                max_batch_size: 0
                inputs: [{name: x, datatype: FP32, shape: [-1, 3]}]
                outputs: [{name: y, datatype: FP32, shape: [-1]}]
                prediction: {output: y, kind: classes}
                warm_up:
                  - {rows: 2, inputs: [{name: x, shape: [4, 3]}]}
                  - {inputs: [{name: x}]}
                  - {inputs: [{name: z, shape: [1]}]}
                  - {inputs: [{name: x, shape: [1, 4], data: file}], often: 2}
                """);

        // Then
        assertThat(problems)
                .extracting(SpecProblem::text)
                .satisfiesExactly(
                        text -> assertThat(text).startsWith("line 4: prediction.output has a dimension that varies"),
                        text -> assertThat(text).startsWith("line 6: warm_up[0].rows is '2'"),
                        text -> assertThat(text).contains("warm_up[1].inputs[0].shape is [-1, 3] and does not fit"),
                        text -> assertThat(text).startsWith("line 8: warm_up[2].inputs does not name each input once"),
                        text -> assertThat(text).contains("warm_up[3].inputs[0].shape is [1, 4] and does not fit"),
                        text -> assertThat(text).contains("warm_up[3].inputs[0].data is 'file'"),
                        text -> assertThat(text).contains("warm_up[3].often is not a known key"));
    }

    @Test
    void textsAndPicturesComeInRows() {
        assertThat(
                        problems(
                                """
                max_batch_size: 0
                inputs: [{name: pixels, datatype: FP32, shape: [3, 2, 2]}]
                outputs: [{name: y, datatype: FP32, shape: [2]}]
                image_classification: {}
                """))
                .extracting(SpecProblem::text)
                .anySatisfy(text -> assertThat(text)
                        .startsWith("line 1: max_batch_size is 0, so the tensors have no batch dimension"));
    }

    @Test
    void brokenSyntaxNamesTheLine() {
        // When
        List<SpecProblem> problems = problems("max_batch_size: 4\ninputs: [\n");

        // Then
        assertThat(problems).hasSize(1);
        assertThat(problems.get(0).line()).isEqualTo(3);
        assertThat(problems.get(0).found()).startsWith("is not valid YAML");
    }

    @Test
    void emptyTextDoubleKeysAndListsAreRefused() {
        assertThat(problems("")).hasSize(1);
        assertThat(problems("- a\n- b\n")).extracting(SpecProblem::found).contains("is not a mapping");
        assertThat(problems(GOOD + "instances: 1\n"))
                .extracting(SpecProblem::text)
                .containsExactly("line 22: instances is given twice; keep one of them");
    }

    @Test
    void aScoreNeedsOneElementAndEdges() {
        assertThat(problems(GOOD.replace("kind: classes", "kind: score")))
                .extracting(SpecProblem::path)
                .containsExactly("prediction.edges", "prediction.output");
        assertThat(problems(GOOD.replace("shape: [10]", "shape: [1]")))
                .extracting(SpecProblem::path)
                .containsExactly("prediction.output");
    }

    @Test
    void aBatchThatCannotFitIsRefused() {
        assertThat(problems(GOOD.replace("shape: [8, 8]", "shape: [1000000, 1000]")))
                .extracting(SpecProblem::path)
                .containsExactly("inputs[0].shape");
    }

    private static final String TEXT =
            """
            max_batch_size: 8
            inputs:
              - {name: input_ids, datatype: INT64, shape: [-1]}
              - {name: attention_mask, datatype: INT64, shape: [-1]}
            outputs:
              - {name: states, datatype: FP32, shape: [-1, 384]}
            text_embedding: {tokenizer: pieces.json, tokens_max: 128, pooling: cls, normalize: false}
            """;

    @Test
    void aTextEmbeddingIsRead() {
        // When
        ModelSpec spec = ((ParsedSpec.Valid) ModelSpecParser.parse(TEXT)).spec();

        // Then
        assertThat(spec.kind())
                .isEqualTo(new ModelKind.TextEmbedding(
                        new ModelKind.Texts("pieces.json", 128), ModelKind.Pooling.CLS, false));
        assertThat(spec.answers()).containsExactly(new TensorSpec("embedding", ElementType.FP32, List.of(384L)));
    }

    @Test
    void aTextEmbeddingHasDefaults() {
        // When
        String yaml = TEXT.replaceAll("\\{tokenizer.*", "{}");

        // Then
        assertThat(((ParsedSpec.Valid) ModelSpecParser.parse(yaml)).spec().kind())
                .isEqualTo(new ModelKind.TextEmbedding(
                        new ModelKind.Texts("tokenizer.json", 256), ModelKind.Pooling.MEAN, true));
    }

    @Test
    void tensorsThatDoNotFitATextEmbeddingAreRefused() {
        assertThat(problems(TEXT.replace("attention_mask", "mask")))
                .extracting(SpecProblem::path)
                .containsExactly("inputs");
        assertThat(problems(TEXT.replace("[-1, 384]", "[384]")))
                .extracting(SpecProblem::path)
                .containsExactly("outputs");
        assertThat(problems(TEXT.replace("pooling: cls", "pooling: none")))
                .extracting(SpecProblem::path)
                .containsExactly("outputs");
        assertThat(problems(TEXT.replace("pieces.json", "../pieces.json")
                        .replace("cls", "sum")
                        .replace("false", "no")))
                .extracting(SpecProblem::path)
                .containsExactly("text_embedding.tokenizer", "text_embedding.pooling", "text_embedding.normalize");
        assertThat(problems(TEXT + "prediction: {output: states, kind: classes}\n"))
                .extracting(SpecProblem::path)
                .contains("prediction");
    }

    private static final String PICTURES =
            """
            inputs:
              - {name: pixels, datatype: FP32, shape: [3, 8, 6]}
            outputs:
              - {name: logits, datatype: FP32, shape: [4]}
            image_classification: {mean: [0.5, 0.4, 0.3], std: [2, 3, 4], channels: bgr, resize: crop, scores: none}
            prediction: {output: scores, kind: classes}
            """;

    @Test
    void anImageClassificationIsRead() {
        // When
        ModelSpec spec = ((ParsedSpec.Valid) ModelSpecParser.parse(PICTURES)).spec();

        // Then
        assertThat(spec.kind())
                .isEqualTo(new ModelKind.ImageClassification(
                        new ModelKind.Images(
                                List.of(0.5, 0.4, 0.3),
                                List.of(2.0, 3.0, 4.0),
                                ModelKind.Channels.BGR,
                                ModelKind.Resize.CROP,
                                4_194_304),
                        ModelKind.Scores.NONE));
        assertThat(spec.answers()).containsExactly(new TensorSpec("scores", ElementType.FP32, List.of(4L)));
        assertThat(spec.prediction()).contains(new PredictionSpec.Classes("scores", 4));
    }

    @Test
    void tensorsThatDoNotFitAnImageClassificationAreRefused() {
        assertThat(problems(PICTURES.replace("[3, 8, 6]", "[2, 8, 6]")))
                .extracting(SpecProblem::path)
                .containsExactly("inputs");
        assertThat(problems(PICTURES.replace("[3, 8, 6]", "[1, 8, 6]")))
                .extracting(SpecProblem::found)
                .contains("has 3 numbers in mean or std for 1 channels");
        assertThat(problems(PICTURES.replace("[4]", "[4, 4]")))
                .extracting(SpecProblem::path)
                .contains("outputs");
        assertThat(problems(PICTURES.replace("[2, 3, 4]", "[2, 0, 4]")))
                .extracting(SpecProblem::path)
                .containsExactly("image_classification.std");
    }

    @Test
    void aTextClassificationIsReadAndIsTheOnlyKind() {
        // Given
        String yaml = TEXT.replace("[-1, 384]", "[3]").replaceAll("text_embedding.*", "text_classification: {}");

        // When
        ModelSpec spec = ((ParsedSpec.Valid) ModelSpecParser.parse(yaml)).spec();

        // Then
        assertThat(spec.kind())
                .isEqualTo(new ModelKind.TextClassification(
                        new ModelKind.Texts("tokenizer.json", 256), ModelKind.Scores.SOFTMAX));
        assertThat(problems(yaml + "image_classification: {}\n"))
                .extracting(SpecProblem::path)
                .contains("image_classification");
    }

    @Test
    void aPolicyForNanIsReadAlsoWhereYamlSeesNothing() {
        assertThat(policy("")).isEqualTo(NanPolicy.PASS);
        assertThat(policy("nan_policy: null")).isEqualTo(NanPolicy.NULL);
        assertThat(policy("nan_policy: \"null\"")).isEqualTo(NanPolicy.NULL);
        assertThat(problems(GOOD.replace("nan_policy: error", "nan_policy: drop")))
                .extracting(SpecProblem::path)
                .containsExactly("nan_policy");
    }

    private static NanPolicy policy(String line) {
        return ((ParsedSpec.Valid) ModelSpecParser.parse(GOOD.replace("nan_policy: error", line)))
                .spec()
                .nanPolicy();
    }

    @Test
    void aPictureHasNoDimensionThatVaries() {
        assertThat(
                        problems(
                                """
                inputs: [{name: pixels, datatype: FP32, shape: [3, -1, -1]}]
                outputs: [{name: y, datatype: FP32, shape: [2]}]
                image_classification: {}
                """))
                .extracting(SpecProblem::text)
                .anySatisfy(text -> assertThat(text).startsWith("line 1: inputs[0].shape contains '-1'"));
    }

    @Test
    void noTextMakesTheParserThrow() {
        // Given
        long seed = Long.getLong("seed", 20261122L);
        Random random = new Random(seed);
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int edits = random.nextInt(6); edits >= 0; edits--) {
                int at = random.nextInt(text.length());
                text.setCharAt(at, "{}[]:,-\n \"'&*!|>%@`#a0.".charAt(random.nextInt(23)));
            }

            // When
            ParsedSpec parsed = ModelSpecParser.parse(text.toString());

            // Then
            if (parsed instanceof ParsedSpec.Refused refused) {
                assertThat(refused.problems()).as("seed %d, run %d", seed, i).isNotEmpty();
            }
        }
    }

    private static List<SpecProblem> problems(String yaml) {
        return ModelSpecParser.parse(yaml) instanceof ParsedSpec.Refused refused ? refused.problems() : List.of();
    }
}
