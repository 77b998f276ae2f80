package io.bellwether.loadtests;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.TensorSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * A TorchScript model of a repository, as its {@code model.yaml} describes version 1.
 *
 * @param tokens extent of dimensions that vary
 */
record MeasuredModel(String name, Path program, List<TensorSpec> inputs, List<TensorSpec> outputs, long tokens) {
    private static final long VARYING = -1;

    MeasuredModel {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    static MeasuredModel read(Path repository, String name, long tokens) throws LoadProblem {
        Path folder = repository.resolve(name);
        try {
            Object yaml = new Load(LoadSettings.builder().build())
                    .loadFromString(Files.readString(folder.resolve("model.yaml"), StandardCharsets.UTF_8));
            if (yaml instanceof Map<?, ?> map) {
                return new MeasuredModel(
                        name,
                        folder.resolve("1/model.pt"),
                        tensors(map.get("inputs")),
                        tensors(map.get("outputs")),
                        tokens);
            }
        } catch (IOException | YamlEngineException | IllegalArgumentException e) {
            throw new LoadProblem("cannot read " + folder.resolve("model.yaml") + ": " + e.getMessage(), e);
        }
        throw new LoadProblem(folder.resolve("model.yaml") + " must be a map of keys and values");
    }

    private static List<TensorSpec> tensors(@Nullable Object yaml) {
        List<TensorSpec> tensors = new ArrayList<>();
        if (yaml instanceof List<?> list) {
            for (Object item : list) {
                if (item instanceof Map<?, ?> tensor && tensor.get("shape") instanceof List<?> shape) {
                    tensors.add(new TensorSpec(
                            String.valueOf(tensor.get("name")),
                            ElementType.valueOf(String.valueOf(tensor.get("datatype"))),
                            shape.stream()
                                    .map(dimension -> Long.valueOf(String.valueOf(dimension)))
                                    .toList()));
                }
            }
        }
        if (tensors.isEmpty()) {
            throw new IllegalArgumentException("inputs and outputs must be lists of {name, datatype, shape}");
        }
        return tensors;
    }

    ModelSource source() {
        return new ModelSource(name, program, inputs, outputs, ComputeDevice.CPU);
    }

    Payloads payloads(int rows, long seed) throws LoadProblem {
        List<Payloads.Declared> declared = new ArrayList<>();
        for (TensorSpec input : inputs) {
            List<Long> shape = input.itemShape().stream()
                    .map(dimension -> dimension == VARYING ? tokens : dimension)
                    .toList();
            declared.add(new Payloads.Declared(input.name(), input.type().name(), shape));
        }
        return Payloads.synthetic(declared, rows, seed);
    }
}
