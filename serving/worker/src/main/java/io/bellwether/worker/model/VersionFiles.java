package io.bellwether.worker.model;

import io.bellwether.worker.archive.UnpackedArchives;
import io.bellwether.worker.program.OnnxGraph;
import io.bellwether.worker.program.ProgramFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of one version.
 *
 * @param folder where they are; an archive is unpacked elsewhere
 * @param program the file that is loaded; empty when it is refused
 * @param graph what an ONNX graph says of itself
 * @param refusal why the version cannot be served; empty when it can
 */
record VersionFiles(
        String version, Path folder, Optional<Path> program, Optional<OnnxGraph> graph, Optional<String> refusal) {
    static final String PROGRAM_FILE = "model.pt";
    static final String GRAPH_FILE = "model.onnx";
    private static final String GRAPH_ENDING = ".onnx";
    private static final Pattern EXTERNAL_FILE = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

    static VersionFiles refused(String version, Path folder, String reason) {
        return new VersionFiles(version, folder, Optional.empty(), Optional.empty(), Optional.of(reason));
    }

    /**
     * Looks for the program of a version.
     *
     * @param named the name of the file, when the description says it
     * @param model for the name of the folder of an unpacked archive
     */
    static VersionFiles read(
            String model, String version, Path folder, Optional<String> named, UnpackedArchives archives)
            throws IOException {
        List<Path> programs = programs(folder, named);
        if (programs.isEmpty()) {
            List<Path> packed =
                    children(folder, name -> UnpackedArchives.nameOf(name).isPresent());
            if (packed.size() == 1) {
                Unpacked unpacked = Unpacked.of(model + "-" + version, packed.get(0), archives);
                if (unpacked.refusal().isPresent()) {
                    return refused(version, folder, unpacked.refusal().get());
                }
                return of(version, unpacked.folder(), programs(unpacked.folder(), named), named);
            }
        }
        return of(version, folder, programs, named);
    }

    /** Whether the folder itself holds a program, as those of DJL Serving do. */
    static boolean isVersion(Path folder, Optional<String> named) throws IOException {
        return !programs(folder, named).isEmpty();
    }

    private static VersionFiles of(String version, Path folder, List<Path> programs, Optional<String> named)
            throws IOException {
        if (programs.size() != 1) {
            String wanted = named.orElse(PROGRAM_FILE + " or " + GRAPH_FILE);
            return refused(
                    version,
                    folder,
                    programs.isEmpty()
                            ? wanted + " is missing or not readable; add " + (named.isPresent() ? "it" : "one of them")
                            : "holds both " + fileName(programs.get(0)) + " and " + fileName(programs.get(1))
                                    + "; keep one of them");
        }
        return checked(version, folder, programs.get(0));
    }

    private static VersionFiles checked(String version, Path folder, Path program) throws IOException {
        String name = fileName(program);
        ProgramFile.Content content = ProgramFile.read(program);
        if (content instanceof ProgramFile.Refused refused) {
            return refused(version, folder, name + " " + refused.reason());
        }
        Optional<OnnxGraph> graph =
                content instanceof ProgramFile.Onnx onnx ? Optional.of(onnx.graph()) : Optional.empty();
        if (graph.isPresent() != name.endsWith(GRAPH_ENDING)) {
            return refused(
                    version,
                    folder,
                    name + (graph.isPresent() ? " is an ONNX graph; name it *.onnx" : " is TorchScript; name it *.pt"));
        }
        for (String file : graph.map(OnnxGraph::externalFiles).orElse(List.of())) {
            if (!EXTERNAL_FILE.matcher(file).matches() || !isReadableFile(folder.resolve(file))) {
                return refused(
                        version,
                        folder,
                        name + " keeps weights in a file that is not beside it; add the file to the same folder, under"
                                + " the plain name that the graph has for it");
            }
        }
        return new VersionFiles(version, folder, Optional.of(program), graph, Optional.empty());
    }

    /** The named one; else the usual ones; else all that could be. */
    private static List<Path> programs(Path folder, Optional<String> named) throws IOException {
        if (named.isPresent()) {
            return existing(folder, named.get());
        }
        List<Path> usual = existing(folder, PROGRAM_FILE, GRAPH_FILE);
        return usual.isEmpty() ? children(folder, name -> name.endsWith(".pt") || name.endsWith(GRAPH_ENDING)) : usual;
    }

    private static List<Path> existing(Path folder, String... names) {
        return Stream.of(names)
                .map(folder::resolve)
                .filter(VersionFiles::isReadableFile)
                .toList();
    }

    private static List<Path> children(Path folder, Predicate<String> name) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(child -> name.test(fileName(child)))
                    .filter(VersionFiles::isReadableFile)
                    .sorted()
                    .toList();
        }
    }

    static boolean isReadableFile(Path file) {
        return Files.isRegularFile(file) && Files.isReadable(file);
    }

    static String fileName(Path path) {
        return Objects.requireNonNull(path.getFileName()).toString();
    }
}
