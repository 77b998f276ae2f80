package io.bellwether.worker.model;

import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads a model repository: {@code <model>/model.yaml} and {@code <model>/<version>/model.pt} or {@code model.onnx}. A broken model is an
 * entry with a reason, never an exception: the others are still served.
 */
public final class ModelRepository {
    private static final Pattern MODEL_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");
    private static final String SPEC_FILE = "model.yaml";
    private static final String PROGRAM_FILE = "model.pt";
    private static final String GRAPH_FILE = "model.onnx";

    private final Path root;
    private final int versionsMax;

    /**
     * @param root the repository folder
     * @param versionsMax most model versions that are read, over all models
     */
    public ModelRepository(Path root, int versionsMax) {
        this.root = root;
        this.versionsMax = versionsMax;
    }

    /** One entry of the repository. */
    public sealed interface Entry {
        /** Name of the model. */
        String model();

        /** Version, a positive integer as text; empty when the whole model is refused. */
        String version();
    }

    /**
     * A version that can be loaded.
     *
     * @param program TorchScript, or an ONNX graph when its name ends so
     * @param tokenizer for a model that takes text
     * @param classLabels names of the classes, in their order; empty when the model names none
     */
    public record Loadable(
            String model,
            String version,
            ModelSpec spec,
            Path program,
            Optional<Path> tokenizer,
            List<String> classLabels)
            implements Entry {
        public Loadable {
            classLabels = List.copyOf(classLabels);
        }

        /** The kind of its program, as clients of inference servers call it. */
        public String platform() {
            return program.toString().endsWith(".onnx") ? "onnxruntime_onnx" : "pytorch_torchscript";
        }
    }

    /** A model or version that cannot be served, with a reason fit for operators and clients. */
    public record Broken(String model, String version, String reason) implements Entry {}

    /** Whether the text is a version: a positive integer without leading zeros. */
    public static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    /**
     * Reads the folder.
     *
     * @return entries by model, then by version number
     * @throws IOException when the repository folder itself cannot be listed
     */
    public List<Entry> scan() throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (Path folder : folders(root)) {
            String model = folder.getFileName().toString();
            if (model.startsWith(".")) {
                continue;
            }
            if (MODEL_NAME.matcher(model).matches()) {
                entries.addAll(readModel(model, folder));
            } else {
                entries.add(new Broken(
                        printable(model),
                        "",
                        "the folder name is not a model name; use 1 to 128 of A-Z a-z 0-9 . _ -"));
            }
            if (entries.size() > versionsMax) {
                throw new IOException("the repository holds more than " + versionsMax
                        + " model versions; raise worker.versions-max or remove some");
            }
        }
        return entries;
    }

    private static List<Entry> readModel(String model, Path folder) {
        try {
            Path specFile = folder.resolve(SPEC_FILE);
            if (!Files.isRegularFile(specFile)) {
                return List.of(new Broken(model, "", SPEC_FILE + " is missing; add it to the model's folder"));
            }
            if (Files.size(specFile) > ModelSpecParser.CHARACTERS_MAX) {
                return List.of(new Broken(
                        model, "", SPEC_FILE + " is larger than " + ModelSpecParser.CHARACTERS_MAX + " bytes"));
            }
            ParsedSpec parsed = ModelSpecParser.parse(Files.readString(specFile));
            List<Path> versions = versions(folder);
            if (parsed instanceof ParsedSpec.Refused refused) {
                return broken(model, versions, refused.reason());
            }
            ModelSpec spec = ((ParsedSpec.Valid) parsed).spec();
            if (versions.isEmpty()) {
                return List.of(new Broken(
                        model,
                        "",
                        "has no version; add a folder such as 1 with " + PROGRAM_FILE + " or " + GRAPH_FILE));
            }
            return versions.stream()
                    .map(version -> readVersion(model, version, spec))
                    .toList();
        } catch (IOException e) {
            return List.of(
                    new Broken(model, "", "its files cannot be read; check that they exist, are UTF-8 and permitted"));
        }
    }

    private static List<Entry> broken(String model, List<Path> versions, String reason) {
        if (versions.isEmpty()) {
            return List.of(new Broken(model, "", reason));
        }
        return versions.stream()
                .<Entry>map(version -> new Broken(model, version.getFileName().toString(), reason))
                .toList();
    }

    private static Entry readVersion(String model, Path folder, ModelSpec spec) {
        String version = folder.getFileName().toString();
        List<Path> programs = Stream.of(PROGRAM_FILE, GRAPH_FILE)
                .map(folder::resolve)
                .filter(ModelRepository::isReadableFile)
                .toList();
        if (programs.size() != 1) {
            return new Broken(
                    model,
                    version,
                    programs.isEmpty()
                            ? PROGRAM_FILE + " or " + GRAPH_FILE + " is missing or not readable; add one of them"
                            : "holds both " + PROGRAM_FILE + " and " + GRAPH_FILE + "; keep one of them");
        }
        Optional<String> tokenizerName = spec.kind().texts().map(ModelKind.Texts::tokenizer);
        Optional<Path> tokenizer = tokenizerName.flatMap(name -> companion(folder, name));
        if (tokenizerName.isPresent() && tokenizer.isEmpty()) {
            return new Broken(model, version, missing("tokenizer", tokenizerName.get()));
        }
        Decoded<List<String>> labels =
                spec.classLabels().map(name -> classLabels(folder, name, spec)).orElse(Decoded.valid(List.of()));
        if (labels instanceof Decoded.Refused<List<String>> refused) {
            return new Broken(model, version, refused.refusal().message());
        }
        return new Loadable(
                model, version, spec, programs.get(0), tokenizer, ((Decoded.Valid<List<String>>) labels).value());
    }

    /** Labels belong to every output that has so many elements a row. */
    private static Decoded<List<String>> classLabels(Path folder, String name, ModelSpec spec) {
        Optional<Path> file = companion(folder, name);
        if (file.isEmpty()) {
            return Refusal.invalid(missing("class_labels", name)).as();
        }
        return ClassLabels.read(file.get())
                .then(labels -> spec.answers().stream().anyMatch(output -> elementsPerRow(output) == labels.size())
                        ? Decoded.valid(labels)
                        : Refusal.invalid("its class_labels " + name + " has " + labels.size()
                                        + " labels, and no output has so many elements a row")
                                .as());
    }

    private static long elementsPerRow(TensorSpec output) {
        return output.itemShape().stream().reduce(1L, Math::multiplyExact);
    }

    private static String missing(String key, String name) {
        return "its " + key + " " + name + " is missing; add it to the folder of the version or of the model";
    }

    /** That of the version, else that of the model. */
    private static Optional<Path> companion(Path folder, String name) {
        return Stream.of(folder.resolve(name), folder.resolveSibling(name))
                .filter(ModelRepository::isReadableFile)
                .findFirst();
    }

    private static boolean isReadableFile(Path file) {
        return Files.isRegularFile(file) && Files.isReadable(file);
    }

    private static List<Path> versions(Path folder) throws IOException {
        return folders(folder).stream()
                .filter(path -> isVersion(path.getFileName().toString()))
                .sorted(Comparator.comparingLong(
                        path -> Long.parseLong(path.getFileName().toString())))
                .toList();
    }

    private static List<Path> folders(Path parent) throws IOException {
        try (Stream<Path> children = Files.list(parent)) {
            return children.filter(Files::isDirectory)
                    .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .toList();
        }
    }

    private static String printable(String name) {
        String safe = name.replaceAll("[^\\x20-\\x7e]", "?");
        return safe.length() > 128 ? safe.substring(0, 128) : safe;
    }
}
