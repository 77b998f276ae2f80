package io.bellwether.worker.model;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.protocol.Decoded;
import io.bellwether.worker.archive.UnpackedArchives;
import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.program.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the folder of one model. It is described by {@code model.yaml}, else by {@code config.pbtxt}, else by
 * {@code serving.properties}, else by its ONNX graph alone.
 */
public final class ModelFolder {
    private static final Logger LOG = LoggerFactory.getLogger(ModelFolder.class);

    private static final List<String> DESCRIPTIONS =
            List.of(ModelSpecParser.FILE, TritonConfigReader.FILE, DjlPropertiesReader.FILE);

    private static final String SIGNATURE_HINT =
            " | a TorchScript program does not say what it takes and returns; say it, without the batch dimension, ";

    private static final String SIGNATURE_IN_YAML =
            "in a model.yaml, for example inputs: [{name: x, datatype: FP32, shape:"
                    + " [3, 224, 224]}] and outputs: [{name: y, datatype: FP32, shape: [1000]}]";

    private static final String SIGNATURE_OF_TRITON =
            "for example input { name: \"INPUT__0\" data_type: TYPE_FP32 dims:"
                    + " [ 3, 224, 224 ] } and output { name: \"OUTPUT__0\" data_type: TYPE_FP32 dims: [ 1000 ] }";

    private final String model;
    private final Path folder;
    private final VersionFolders folders;

    private ModelFolder(String model, Path folder, UnpackedArchives archives) {
        this.model = model;
        this.folder = folder;
        this.folders = new VersionFolders(model, folder, archives);
    }

    /**
     * What a model folder holds.
     *
     * @param entries its versions, by number; one without a version when the whole model is refused
     * @param effective what is in effect; empty when the description is refused
     * @param notes what the description asks for and is not done, and what was taken for granted
     */
    public record Reading(List<Entry> entries, Optional<ParsedSpec.Valid> effective, List<String> notes) {
        public Reading {
            entries = List.copyOf(entries);
            notes = List.copyOf(notes);
        }
    }

    /**
     * Reads the folder.
     *
     * @param model name of the model
     * @param archives where archives in it are unpacked
     */
    static Reading read(String model, Path folder, UnpackedArchives archives) {
        try {
            return new ModelFolder(model, folder, archives).read();
        } catch (IOException e) {
            return refused(model, "its files cannot be read; check that they exist, are UTF-8 and permitted");
        } catch (RuntimeException e) {
            // One model that we cannot cope with must not take the others out.
            LOG.error("model={} cannot be read", model, e);
            return refused(model, "it cannot be read because of a fault of this program; the log says more");
        }
    }

    /** As {@link #read}; the place may be an archive of the folder, too. */
    public static Reading readPlace(String model, Path place, UnpackedArchives archives) {
        if (Files.isDirectory(place)) {
            return read(model, place, archives);
        }
        Unpacked unpacked = Unpacked.of(model, place, archives);
        return unpacked.refusal()
                .map(reason -> refused(model, reason))
                .orElseGet(() -> read(model, unpacked.folder(), archives));
    }

    /** What is there, and what somebody may have meant to be there. */
    private Reading read() throws IOException {
        Optional<String> unreadable = unreadable();
        if (unreadable.isPresent()) {
            return refused(
                    model,
                    unreadable.get() + " is no file: a link to nothing, a folder or a pipe; put the file itself there");
        }
        List<Broken> misnamed = folders.misnamed();
        Reading reading = readVersions();
        if (misnamed.isEmpty()) {
            return reading;
        }
        List<Entry> all = new ArrayList<>(reading.entries());
        all.removeIf(entry -> entry instanceof Broken broken && broken.reason().startsWith(VersionFolders.NONE));
        all.addAll(misnamed);
        return new Reading(all, reading.effective(), reading.notes());
    }

    /** A description that is there, and is nothing that can be read. */
    private Optional<String> unreadable() {
        return DESCRIPTIONS.stream()
                .filter(name -> Files.exists(folder.resolve(name), LinkOption.NOFOLLOW_LINKS)
                        && !Files.isRegularFile(folder.resolve(name)))
                .findFirst();
    }

    private Reading readVersions() throws IOException {
        List<String> files = DESCRIPTIONS.stream()
                .filter(name -> Files.isRegularFile(folder.resolve(name)))
                .toList();
        if (!files.isEmpty() && Files.size(folder.resolve(files.get(0))) > ModelSpecParser.CHARACTERS_MAX) {
            return refused(model, files.get(0) + " is larger than " + ModelSpecParser.CHARACTERS_MAX + " bytes");
        }
        Description given = files.isEmpty() ? undescribed() : describe(files.get(0));
        ParsedSpec.Layout layout = given.root()
                .map(root -> LayoutReader.read(YamlMapping.of(root, "", new ArrayList<>())))
                .orElse(ParsedSpec.Layout.USUAL);
        List<VersionFiles> versions = folders.chosen(layout);
        Optional<OnnxGraph> graph = versions.stream()
                .map(VersionFiles::graph)
                .flatMap(Optional::stream)
                .findFirst();
        if (files.isEmpty() && graph.isEmpty()) {
            return refused(model, nothing(versions));
        }
        boolean derive = given.isMapping() && !(given.has("inputs") && given.has("outputs"));
        Description whole =
                derive ? graph.map(one -> GraphSignature.complete(given, one)).orElse(given) : given;
        List<String> notes = new ArrayList<>();
        whole.notes().stream().map(note -> whole.file() + " " + note.text()).forEach(notes::add);
        files.stream().skip(1).forEach(name -> notes.add(name + " is not read, because there is " + files.get(0)));
        if (derive && graph.isPresent()) {
            notes.add("inputs, outputs or both are taken from the ONNX graph");
        }
        folders.notThere(layout, whole.word("versions")).ifPresent(notes::add);
        ParsedSpec parsed = ModelSpecParser.parse(whole);
        if (parsed instanceof ParsedSpec.Refused refused) {
            boolean torch = derive
                    && versions.stream()
                            .anyMatch(one ->
                                    one.program().isPresent() && one.graph().isEmpty());
            boolean triton = whole.file().equals(TritonConfigReader.FILE);
            String hint = torch ? SIGNATURE_HINT + (triton ? SIGNATURE_OF_TRITON : SIGNATURE_IN_YAML) : "";
            // A description that is refused as a whole does not say which file to look for.
            boolean known = whole.root().isPresent();
            String none = versions.isEmpty() && known ? " | " + folders.noneChosen(layout, whole.word("versions")) : "";
            return new Reading(broken(versions, refused.reason() + hint + none, known), Optional.empty(), notes);
        }
        ParsedSpec.Valid valid = (ParsedSpec.Valid) parsed;
        if (versions.isEmpty()) {
            String reason = folders.noneChosen(layout, whole.word("versions"));
            return new Reading(List.of(new Broken(model, "", reason)), Optional.of(valid), notes);
        }
        List<Entry> entries = versions.stream()
                .map(version -> entry(version, valid.spec(), whole))
                .toList();
        return new Reading(entries, Optional.of(valid), notes);
    }

    private Description describe(String file) throws IOException {
        String text = Files.readString(folder.resolve(file));
        return switch (file) {
            case TritonConfigReader.FILE -> TritonConfigReader.read(text, model);
            case DjlPropertiesReader.FILE -> DjlPropertiesReader.read(text);
            default -> ModelSpecParser.describe(text);
        };
    }

    private static Description undescribed() {
        return new Description(
                "the ONNX graph", Optional.of(new SpecNodes().mapping(0)), List.of(), List.of(), Map.of());
    }

    private static String nothing(List<VersionFiles> versions) {
        Optional<String> refusal = versions.stream()
                .map(VersionFiles::refusal)
                .flatMap(Optional::stream)
                .findFirst();
        return "model.yaml is missing; add it to the model's folder (config.pbtxt and serving.properties are read too, and"
                + " an ONNX graph may do without)"
                + refusal.map(reason -> " | " + reason).orElse("");
    }

    private Entry entry(VersionFiles files, ModelSpec spec, Description given) {
        if (files.program().isEmpty()) {
            return new Broken(model, files.version(), files.refusal().orElse("has no program"));
        }
        List<String> contradictions = files.graph()
                .map(graph -> GraphSignature.contradictions(spec, graph))
                .orElse(List.of());
        if (!contradictions.isEmpty()) {
            return new Broken(model, files.version(), String.join(" | ", contradictions));
        }
        if (files.graph().isPresent() && spec.device() == ComputeDevice.GPU) {
            return new Broken(model, files.version(), onlyOnCpu(given));
        }
        Optional<String> tokenizerName = spec.kind().texts().map(ModelKind.Texts::tokenizer);
        Optional<Path> tokenizer = tokenizerName.flatMap(name -> companion(files.folder(), name));
        if (tokenizerName.isPresent() && tokenizer.isEmpty()) {
            return new Broken(
                    model,
                    files.version(),
                    "its tokenizer " + tokenizerName.get()
                            + " is missing; add it to the folder of the version or of the model");
        }
        Decoded<List<String>> labels = spec.classLabels()
                .map(name -> ClassLabels.of(given.word("class_labels"), name, companion(files.folder(), name), spec))
                .orElse(Decoded.valid(List.of()));
        if (labels instanceof Decoded.Refused<List<String>> refused) {
            return new Broken(model, files.version(), refused.refusal().message());
        }
        return new Loadable(
                model,
                files.version(),
                spec,
                files.program().get(),
                tokenizer,
                ((Decoded.Valid<List<String>>) labels).value());
    }

    private static String onlyOnCpu(Description given) {
        String key = given.word("device");
        return given.placeOf("device") + key + " asks for " + given.word("gpu")
                + ", and ONNX graphs run on the CPU only; set " + key + " to " + given.word("cpu");
    }

    /** That of the version, else that of the model. */
    private Optional<Path> companion(Path version, String name) {
        return Stream.of(version.resolve(name), folder.resolve(name))
                .filter(VersionFiles::isReadableFile)
                .findFirst();
    }

    private List<Entry> broken(List<VersionFiles> versions, String reason, boolean withOwn) {
        if (versions.isEmpty()) {
            return List.of(new Broken(model, "", reason));
        }
        return versions.stream()
                .<Entry>map(version -> new Broken(
                        model,
                        version.version(),
                        reason
                                + version.refusal()
                                        .filter(own -> withOwn)
                                        .map(own -> " | " + own)
                                        .orElse("")))
                .toList();
    }

    private static Reading refused(String model, String reason) {
        return new Reading(List.of(new Broken(model, "", reason)), Optional.empty(), List.of());
    }
}
