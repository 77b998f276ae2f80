package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TritonConfigReaderTest {
    private static final String TENSORS =
            """
            input [ { name: "x" data_type: TYPE_FP32 dims: [ 2 ] } ]
            output [ { name: "y" data_type: TYPE_FP32 dims: [ 2 ] } ]
            """;

    private static final String GOOD =
            """
            # as written for Triton
            name: "resnet"
            backend: "pytorch"
            max_batch_size : 32
            input [
              { name: "INPUT__1", data_type: TYPE_INT64, dims: [ 1 ] },
              { name: "INPUT__0", data_type: TYPE_FP32, format: FORMAT_NCHW, dims: [ 3, 224, 224 ] }
            ]
            output { name: "OUTPUT__0" data_type: TYPE_FP32 dims: 1000 label_filename: "labels.txt" }
            instance_group [ { count: 2 kind: KIND_GPU gpus: [ 0 ] }, { kind: KIND_GPU } ]
            dynamic_batching {
              preferred_batch_size: [ 16, 32 ]
              max_queue_delay_microseconds: 100
              default_queue_policy { default_timeout_microseconds: 1500500 max_queue_size: 64 allow_timeout_override: true }
            }
            version_policy: { specific { versions: [ 1, 3 ] } }
            parameters { key: "INTRA_OP_THREAD_COUNT" value { string_value: "4" } }
            parameters { key: "DISABLE_OPTIMIZED_EXECUTION" value { string_value: "true" } }
            optimization { cuda { graphs: true } execution_accelerators { gpu_execution_accelerator [ { name: "tensorrt" } ] } }
            model_warmup [ { name: "zeros" batch_size: 1
              inputs { key: "INPUT__0" value { data_type: TYPE_FP32 dims: [3, 224, 224] zero_data: true } }
              inputs { key: "INPUT__1" value { data_type: TYPE_INT64 dims: 1 zero_data: true } } } ]
            """;

    @Test
    void whatMeansSomethingIsRead() {
        // When
        Description description = TritonConfigReader.read(GOOD, "resnet");

        // Then
        ParsedSpec.Valid valid = valid(description);
        assertThat(valid.spec().maxBatchSize()).isEqualTo(32);
        assertThat(valid.spec().inputs())
                .containsExactly(
                        new TensorSpec("INPUT__0", ElementType.FP32, List.of(3L, 224L, 224L)),
                        new TensorSpec("INPUT__1", ElementType.INT64, List.of(1L)));
        assertThat(valid.spec().outputs())
                .containsExactly(new TensorSpec("OUTPUT__0", ElementType.FP32, List.of(1000L)));
        assertThat(valid.spec().instances()).isEqualTo(3);
        assertThat(valid.spec().device()).isEqualTo(ComputeDevice.GPU);
        assertThat(valid.spec().intraOpThreads()).isEqualTo(4);
        assertThat(valid.spec().queueRequestsMax()).isEqualTo(64);
        assertThat(valid.spec().classLabels()).contains("labels.txt");
        assertThat(valid.spec().timeoutMillis()).isEqualTo(1501);
        assertThat(valid.layout())
                .isEqualTo(new ParsedSpec.Layout(new VersionPolicy.Only(List.of(1L, 3L)), Optional.of("model.pt")));
    }

    @Test
    void whatOnlyTunesIsNamedAndLeftOut() {
        assertThat(TritonConfigReader.read(GOOD, "resnet").notes())
                .extracting(SpecProblem::text)
                .anySatisfy(text -> assertThat(text).startsWith("line 7: input[1].format is not used"))
                .anySatisfy(text -> assertThat(text).startsWith("line 11: dynamic_batching has preferred sizes"))
                .anySatisfy(text -> assertThat(text).startsWith("line 19: optimization is not used"))
                .anySatisfy(text -> assertThat(text).contains("DISABLE_OPTIMIZED_EXECUTION"))
                .noneSatisfy(text -> assertThat(text).contains("model_warmup"));
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                argumentSet(
                        "another name",
                        "name: \"y\"\nmax_batch_size: 1\n",
                        "line 1: name is 'y'; write the name of the folder, 'm'"),
                argumentSet(
                        "backend",
                        "max_batch_size: 1\nbackend: \"tensorrt\"\n",
                        "line 2: backend is 'tensorrt', which is not offered"),
                argumentSet("platform", "max_batch_size: 1\nplatform: \"ensemble\"\n", "platform is 'ensemble'"),
                argumentSet(
                        "file and backend",
                        "max_batch_size: 1\nbackend: \"onnxruntime\"\ndefault_model_filename: \"a.pt\"\n",
                        "line 3: default_model_filename is 'a.pt', which does not fit backend"),
                argumentSet(
                        "a path",
                        "max_batch_size: 1\ndefault_model_filename: \"../a.pt\"\n",
                        "line 2: default_model_filename is '../a.pt'"),
                argumentSet(
                        "misspelt", "max_batch_size: 1\nmax_batchsize: 3\n", "line 2: max_batchsize is not a field"),
                argumentSet(
                        "misspelt inside",
                        "max_batch_size: 1\ninstance_group { cout: 2 }\n",
                        "line 2: cout is not a field"),
                argumentSet(
                        "ensemble",
                        "max_batch_size: 1\nensemble_scheduling { step [ { model_name: \"a\" } ] }\n",
                        "line 2: ensemble_scheduling describes an ensemble"),
                argumentSet(
                        "sequences",
                        "max_batch_size: 1\nsequence_batching { direct { } }\n",
                        "line 2: sequence_batching asks for sequences"),
                argumentSet(
                        "decoupled",
                        "max_batch_size: 1\nmodel_transaction_policy { decoupled: true }\n",
                        "model_transaction_policy.decoupled is true"),
                argumentSet(
                        "twice",
                        "max_batch_size: 1\nmax_batch_size: 2\n",
                        "line 2: cannot be read: has max_batch_size twice; keep one of them"),
                argumentSet(
                        "no such type",
                        "max_batch_size: 1\ninput { data_type: TYPE_FP128 }\n",
                        "line 2: cannot be read: has 'TYPE_FP128', which is no DataType; write one of"),
                argumentSet(
                        "not the format",
                        "max_batch_size = 1\n",
                        "line 1: cannot be read: has '=' where it does not belong; correct the text"),
                argumentSet(
                        "a word for a number",
                        "name: \"m\"\nmax_batch_size: four\n",
                        "line 2: cannot be read: has 'four' where a whole number belongs; write one that fits the field, in"
                                + " digits"),
                argumentSet(
                        "too large a number",
                        "max_batch_size: 4294967296\n",
                        "line 1: cannot be read: has '4294967296' where a whole number belongs"),
                argumentSet(
                        "a word for true",
                        "max_batch_size: 1\nresponse_cache { enable: yes }\n",
                        "line 2: cannot be read: has 'yes' where true or false belongs"),
                argumentSet(
                        "no quotes",
                        "name: m\n",
                        "line 1: cannot be read: has 'm' where a text belongs; write it in quotes"),
                argumentSet(
                        "half quotes",
                        "name: \"m\n",
                        "line 1: cannot be read: has a text that does not end; close its quotes"),
                argumentSet(
                        "a path of labels",
                        "max_batch_size: 1\noutput { name: \"z\" data_type: TYPE_FP32 dims: 2 label_filename: \"../a\" }\n",
                        "line 2: label_filename is '../a'; give the name of a file in the folder"),
                argumentSet(
                        "too large",
                        "max_batch_size: 2000\n",
                        "line 1: max_batch_size is '2000'; use a whole number from 0 to 1024"),
                argumentSet(
                        "device kinds",
                        "max_batch_size: 1\ninstance_group [ { kind: KIND_CPU }, { kind: KIND_GPU } ]\n",
                        "line 2: instance_group mixes kinds"),
                argumentSet(
                        "too many instances",
                        "max_batch_size: 1\ninstance_group { count: 65 }\n",
                        "line 2: instance_group.count is '65'"),
                argumentSet(
                        "negative instances that another group would hide",
                        "max_batch_size: 1\ninstance_group [ { count: 3 },\n { count: -2 } ]\n",
                        "instance_group[1].count is -2; use a whole number from 1 to 64"),
                argumentSet(
                        "a batch of nothing",
                        "max_batch_size: 4\ndynamic_batching {\n preferred_batch_size: [ 2, 0 ] }\n",
                        "line 3: dynamic_batching.preferred_batch_size has 0; use sizes from 1 to max_batch_size (4)"),
                argumentSet(
                        "a batch above the largest",
                        "max_batch_size: 4\ndynamic_batching {\n preferred_batch_size: 8 }\n",
                        "line 3: dynamic_batching.preferred_batch_size has 8; use sizes from 1 to max_batch_size (4)"),
                argumentSet(
                        "a delay that is longer than the objective",
                        """
                        max_batch_size: 4
                        dynamic_batching {
                          max_queue_delay_microseconds: 50000
                          default_queue_policy { default_timeout_microseconds: 50000 } }
                        """,
                        "line 3: dynamic_batching.max_queue_delay_microseconds is 50000 and"
                                + " default_timeout_microseconds 50000, so a request that waits for company is too late;"
                                + " set it below the timeout"),
                argumentSet(
                        "a deadline beyond the longest",
                        """
                        max_batch_size: 4
                        dynamic_batching { default_queue_policy {
                          default_timeout_microseconds: 18446744073709551615 } }
                        """,
                        "line 3: dynamic_batching.default_queue_policy.default_timeout_microseconds is"),
                argumentSet(
                        "endless queue",
                        "max_batch_size: 1\ndynamic_batching { default_queue_policy { max_queue_size: 4294967295 } }\n",
                        "max_queue_size is '4294967295'"),
                argumentSet(
                        "warm-up",
                        "max_batch_size: 1\nmodel_warmup { inputs { key: \"z\" } }\n",
                        "line 2: model_warmup[0].inputs does not name the inputs"),
                argumentSet(
                        "warm-up of another type",
                        "max_batch_size: 1\nmodel_warmup { inputs { key: \"x\" value { data_type: TYPE_FP64 dims: 2 } } }\n",
                        "line 2: model_warmup[0].inputs gives 'x' the type TYPE_FP64"),
                argumentSet(
                        "warm-up of another shape",
                        "max_batch_size: 1\nmodel_warmup { inputs { key: \"x\" value { data_type: TYPE_FP32 dims: 3 } } }\n",
                        "model_warmup[0].input[0].dims is [3] and does not fit [2]"),
                argumentSet(
                        "warm-up of too many rows",
                        "max_batch_size: 1\nmodel_warmup { batch_size: 2 inputs { key: \"x\" value { data_type: TYPE_FP32"
                                + " dims: 2 } } }\n",
                        "model_warmup[0].batch_size is '2'"));
    }

    @Test
    void aDelayBelowTheObjectiveIsOnlyNoted() {
        // Given
        String config =
                "max_batch_size: 4\ndynamic_batching { preferred_batch_size: 4 max_queue_delay_microseconds: 49999"
                        + " default_queue_policy { default_timeout_microseconds: 50000 } }\n" + TENSORS;

        // When
        ParsedSpec parsed = ModelSpecParser.parse(TritonConfigReader.read(config, "m"));

        // Then
        assertThat(parsed).isInstanceOfSatisfying(ParsedSpec.Valid.class, valid -> assertThat(
                        valid.spec().timeoutMillis())
                .isEqualTo(50));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aMistakeIsNamedWithItsLineAndWhatToDo(String head, String said) {
        assertThat(refused(head + TENSORS)).anySatisfy(text -> assertThat(text).contains(said));
    }

    @Test
    void allMistakesAreNamedAtOnce() {
        // Given
        String text =
                """
                backend: "pytorch"
                max_batch_size: 8
                input [ { name: "x" data_type: TYPE_FP32 dims: [ -1 ] reshape { shape: [ ] } } ]
                output [ { name: "y" data_type: TYPE_UINT16 dims: [ 2 ] } ]
                sequence_batching { }
                """;

        // Then
        assertThat(refused(text))
                .anySatisfy(line -> assertThat(line).startsWith("line 3: input[0].reshape is set"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith(
                                "line 4: output[0].data_type is 'TYPE_UINT16'; write one of TYPE_BOOL, TYPE_UINT8,"))
                .anySatisfy(line -> assertThat(line).startsWith("line 5: sequence_batching"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"python", "tensorrt_plan", "tensorflow_savedmodel", "dali"})
    void ofABackendThatIsNotOfferedNothingElseIsSaid(String backend) {
        assertThat(refused("max_batch_size: 8\nbackend: \"" + backend + "\"\nsequence_batching { }\n"))
                .containsExactly(
                        "line 2: backend is '" + backend + "', which is not offered; export the model as TorchScript"
                                + " (backend: \"pytorch\") or ONNX (backend: \"onnxruntime\")");
    }

    @Test
    void anEnsembleIsToldWhatToDoInsteadAndNothingElse() {
        assertThat(refused("platform: \"ensemble\"\nensemble_scheduling { step [ { model_name: \"a\" } ] }\n"))
                .containsExactly(
                        "line 1: platform is 'ensemble', which is not offered; export the steps as one program, or"
                                + " let the client call the models one after the other");
    }

    @Test
    void whatIsMissingIsCalledByItsNamesInThisFile() {
        assertThat(refused("backend: \"pytorch\"\nmax_batch_size: 8\n"))
                .containsExactly(
                        "input is missing; list 1 to 32 tensors, each with name, data_type, dims",
                        "output is missing; list 1 to 32 tensors, each with name, data_type, dims");
        assertThat(
                        refused(
                                """
                        max_batch_size: 8
                        input { name: "x" dims: 2 }
                        output { name: "y" data_type: TYPE_STRING dims: 2 }
                        """))
                .hasSize(2)
                .anySatisfy(text ->
                        assertThat(text).startsWith("line 2: input[0].data_type is 'TYPE_INVALID'; write one of"))
                .anySatisfy(text -> assertThat(text).startsWith("line 3: output[0].data_type is 'TYPE_STRING'"));
    }

    @Test
    void metricsOfItsOwnAreNamedAndLeftOut() {
        // When
        Description description = TritonConfigReader.read(
                "max_batch_size: 1\n" + TENSORS
                        + "model_metrics { metric_control [ { metric_identifier { family: \"a\" } } ] }\n",
                "m");

        // Then
        valid(description);
        assertThat(description.notes()).extracting(SpecProblem::text).anySatisfy(text -> assertThat(text)
                .startsWith("line 4: model_metrics is not used"));
    }

    @Test
    void labelsOfOneFileAreReadAndOthersAreNamed() {
        // Given
        String head = "max_batch_size: 1\ninput { name: \"x\" data_type: TYPE_FP32 dims: 2 }\n";
        String one = "output { name: \"y\" data_type: TYPE_FP32 dims: 2 label_filename: \"a.txt\" }\n";
        String same = "output { name: \"z\" data_type: TYPE_FP32 dims: 3 label_filename: \"a.txt\" }\n";
        String other = "output { name: \"z\" data_type: TYPE_FP32 dims: 2 label_filename: \"b.txt\" }\n";
        String open = "output { name: \"z\" data_type: TYPE_FP32 dims: -1 label_filename: \"a.txt\" }\n";

        // When
        Description agreed = TritonConfigReader.read(head + one + same, "m");
        Description different = TritonConfigReader.read(head + one + other, "m");
        Description varying = TritonConfigReader.read(head + open, "m");

        // Then
        assertThat(valid(agreed).spec().classLabels()).contains("a.txt");
        assertThat(agreed.notes()).isEmpty();
        assertThat(valid(different).spec().classLabels()).isEmpty();
        assertThat(different.notes())
                .extracting(SpecProblem::text)
                .containsExactly(
                        "line 3: output[0].label_filename is not used, because the outputs name different files; keep one"
                                + " label_filename; the others' classes go by index",
                        "line 4: output[1].label_filename is not used, because the outputs name different files; keep one"
                                + " label_filename; the others' classes go by index");
        assertThat(valid(varying).spec().classLabels()).isEmpty();
        assertThat(varying.notes()).extracting(SpecProblem::text).anySatisfy(text -> assertThat(text)
                .contains("its dims are open; write the number of classes in dims"));
    }

    @Test
    void theLatestVersionIsServedUnlessThePolicySaysOtherwise() {
        assertThat(versions("")).isEqualTo(new VersionPolicy.Latest(1));
        assertThat(versions("version_policy { latest { num_versions: 2 } }")).isEqualTo(new VersionPolicy.Latest(2));
        assertThat(versions("version_policy { all { } }")).isEqualTo(VersionPolicy.ALL);
    }

    @Test
    void withoutABatchDimensionTheShapesAreThoseOfWholeTensors() {
        // Given: as many files of Triton are, without a word on the batch size
        String text =
                """
                platform: "onnxruntime_onnx"
                input { name: "x" data_type: TYPE_UINT8 dims: [ 1, 4 ] }
                output { name: "y" data_type: TYPE_BOOL dims: [ 1, 2, 2 ] }
                """;

        // When
        ParsedSpec.Valid silent = valid(TritonConfigReader.read(text, "m"));
        ParsedSpec.Valid explicit = valid(TritonConfigReader.read("max_batch_size: 0\n" + text, "m"));

        // Then
        assertThat(silent.spec().maxBatchSize()).isZero();
        assertThat(silent.spec().inputs())
                .containsExactly(new TensorSpec("x", ElementType.UINT8, List.of(1L, 4L), false));
        assertThat(silent.spec().outputs())
                .containsExactly(new TensorSpec("y", ElementType.BOOL, List.of(1L, 2L, 2L), false));
        assertThat(silent.layout().program()).contains("model.onnx");
        assertThat(explicit).isEqualTo(silent);
        assertThat(ModelSpecParser.parse(ModelYaml.write(silent)))
                .as("what is in effect, as a model.yaml")
                .isEqualTo(silent);
    }

    @Test
    void openDimensionsAreKept() {
        // When
        ParsedSpec.Valid valid = valid(TritonConfigReader.read(
                """
                max_batch_size: 4
                input { name: "x" data_type: TYPE_FP32 dims: [ -1, 3, -1 ] }
                output { name: "y" data_type: TYPE_FP32 dims: [ -1 ] }
                """,
                "m"));

        // Then
        assertThat(valid.spec().inputs()).containsExactly(new TensorSpec("x", ElementType.FP32, List.of(-1L, 3L, -1L)));
        assertThat(valid.spec().outputs()).containsExactly(new TensorSpec("y", ElementType.FP32, List.of(-1L)));
        assertThat(valid.spec().isOpen()).isTrue();
    }

    @Test
    void warmUpSamplesAreRead() {
        // Given
        String head =
                """
                max_batch_size: 8
                input { name: "x" data_type: TYPE_FP32 dims: [ -1 ] }
                output { name: "y" data_type: TYPE_FP32 dims: [ 2 ] }
                """;
        String samples =
                """
                model_warmup [
                  { name: "long" batch_size: 4 count: 3
                    inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 7 ] random_data: true } } },
                  { inputs { key: "x" value { data_type: TYPE_FP32 dims: [ 1 ] zero_data: true } } },
                  { name: "file" inputs { key: "x" value { data_type: TYPE_FP32 dims: 1 input_data_file: "raw" } } }
                ]
                """;

        // When
        Description description = TritonConfigReader.read(head + samples, "m");

        // Then
        assertThat(valid(description).spec().hosting().warmUp())
                .containsExactly(
                        new WarmUpSample(
                                "long",
                                4,
                                3,
                                List.of(new WarmUpSample.Input("x", List.of(7L), WarmUpSample.Data.RANDOM))),
                        new WarmUpSample(
                                "1", 1, 1, List.of(new WarmUpSample.Input("x", List.of(1L), WarmUpSample.Data.ZERO))));
        assertThat(description.notes()).extracting(SpecProblem::text).anySatisfy(text -> assertThat(text)
                .contains("model_warmup[2] is not used")
                .contains("golden/"));
    }

    @Test
    void positionsOfTorchScriptMustNotHaveGaps() {
        assertThat(
                        refused(
                                """
                        backend: "pytorch"
                        max_batch_size: 1
                        input [ { name: "INPUT__0" data_type: TYPE_FP32 dims: 1 }, { name: "INPUT__2" data_type: TYPE_FP32 dims: 1 } ]
                        output { name: "OUTPUT__0" data_type: TYPE_FP32 dims: 1 }
                        """))
                .containsExactly(
                        "line 3: input has names whose numbers are not 0 to 1; number the tensors from __0 without a"
                                + " gap, in the order of the program");
    }

    @Test
    void brokenTextIsAnAnswerAndNeverAnError() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            StringBuilder text = new StringBuilder(GOOD);
            for (int changes = random.nextInt(6); changes >= 0 && text.length() > 1; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, "{}[]\":<>#-9.\\'".charAt(random.nextInt(14)));
                    default -> text.setLength(Math.max(1, at));
                }
            }
            assertThat(ModelSpecParser.parse(TritonConfigReader.read(text.toString(), "resnet")))
                    .as("seed %d, round %d", seed, i)
                    .isNotNull();
        }
        assertThat(refused("input {".repeat(50_000))).hasSize(1);
        assertThat(refused("unknown {".repeat(30_000))).hasSize(1);
    }

    private static VersionPolicy versions(String policy) {
        return valid(TritonConfigReader.read("max_batch_size: 1\n" + TENSORS + policy, "m"))
                .layout()
                .versions();
    }

    private static ParsedSpec.Valid valid(Description description) {
        ParsedSpec parsed = ModelSpecParser.parse(description);
        assertThat(parsed).isInstanceOf(ParsedSpec.Valid.class);
        return (ParsedSpec.Valid) parsed;
    }

    private static List<String> refused(String text) {
        ParsedSpec parsed = ModelSpecParser.parse(TritonConfigReader.read(text, "m"));
        assertThat(parsed).isInstanceOf(ParsedSpec.Refused.class);
        return ((ParsedSpec.Refused) parsed)
                .problems().stream().map(SpecProblem::text).toList();
    }
}
