package io.bellwether.worker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.ComputeDevice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DjlPropertiesReaderTest {
    @Test
    void whatMeansSomethingIsSaidAsAModelYaml() {
        // Given
        String text =
                """
                # DJL Serving
                engine=OnnxRuntime
                option.modelName = encoder
                batch_size: 16
                max_batch_delay=100
                minWorkers=1
                maxWorkers=2
                job_queue_size=500
                load_on_devices=0
                option.intraOpNumThreads=4
                option.ortDevice=TensorRT
                """;

        // When
        Description description = DjlPropertiesReader.read(text);

        // Then
        assertThat(description.problems()).isEmpty();
        assertThat(description.scalar("program")).contains("encoder.onnx");
        assertThat(description.scalar("max_batch_size")).contains("16");
        assertThat(description.scalar("instances")).contains("2");
        assertThat(description.scalar("queue_requests_max")).contains("500");
        assertThat(description.scalar("intra_op_threads")).contains("4");
        assertThat(description.scalar("device")).contains("gpu");
        assertThat(description.notes())
                .extracting(SpecProblem::text)
                .containsExactly(
                        "line 5: max_batch_delay is not used; a batch starts as soon as an instance is free, with all that"
                                + " waits then",
                        "line 11: option.ortDevice is not used; set nothing in its place");
    }

    @Test
    void whatWouldChangeAnswersIsRefusedWithWhatToDo() {
        // Given
        String text =
                """
                engine=PyTorch
                option.model_id=s3://bucket/model
                option.entryPoint=djl_python.huggingface
                translatorFactory=ai.djl.modality.cv.translator.ImageClassificationTranslatorFactory
                nonsense
                batch_size=many
                maxWorkers=-1
                option.translatorFactory=com.example.Translators
                """;

        // Then
        assertThat(refused(text))
                .anySatisfy(line -> assertThat(line).startsWith("line 2: option.model_id is not offered; put the file"))
                .anySatisfy(line -> assertThat(line).startsWith("line 3: option.entryPoint is not offered"))
                .anySatisfy(line -> assertThat(line).startsWith("line 4: translatorFactory is not offered"))
                .anySatisfy(line -> assertThat(line).startsWith("line 5: is not key=value in one line"))
                .anySatisfy(line -> assertThat(line).startsWith("line 6: batch_size is 'many'; use a whole number"))
                .anySatisfy(line -> assertThat(line).startsWith("line 7: maxWorkers is '-1'; use a whole number"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("line 8: option.translatorFactory is not offered; remove it and let clients"));
    }

    @Test
    void ofAnEngineThatIsNotOfferedNothingElseIsSaid() {
        // Given: as files for language models are
        String text =
                """
                option.model_id=org/model
                engine=Python
                option.rolling_batch=vllm
                option.tensor_parallel_degree=max
                batch_size=many
                nonsense
                """;

        // When
        Description description = DjlPropertiesReader.read(text);

        // Then
        assertThat(description.notes()).isEmpty();
        assertThat(refused(text))
                .containsExactly("line 2: engine is 'Python', which is not offered; export the model as TorchScript"
                        + " (engine=PyTorch) or ONNX (engine=OnnxRuntime)");
    }

    @Test
    void theProcessorIsTheDeviceUnlessAGpuIsNamed() {
        assertThat(DjlPropertiesReader.read("load_on_devices=-1").scalar("device"))
                .contains(ComputeDevice.CPU.name().toLowerCase(Locale.ROOT));
        assertThat(DjlPropertiesReader.read("load_on_devices=*").scalar("device"))
                .isEqualTo(Optional.empty());
    }

    private static List<String> refused(String text) {
        ParsedSpec parsed = ModelSpecParser.parse(DjlPropertiesReader.read(text));
        return ((ParsedSpec.Refused) parsed)
                .problems().stream().map(SpecProblem::text).toList();
    }
}
