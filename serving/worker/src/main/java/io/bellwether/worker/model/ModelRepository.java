package io.bellwether.worker.model;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.engine.ModelSource;
import io.bellwether.worker.archive.ArchiveLimits;
import io.bellwether.worker.archive.UnpackedArchives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a model repository: a folder or an archive for each model, read by {@link ModelFolder}. A broken model is an entry
 * with a reason, never an exception: the others are still served.
 */
public final class ModelRepository {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);

    private static final int REFUSED_LISTED_MAX = 1_024;
    private static final Pattern MODEL_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,17}");
    /** Why a name is refused that is not one of a model. */
    public static final String NAME_REFUSAL =
            "the folder name is not a model name; use 1 to 128 of A-Z a-z 0-9 . _ - without a dot in front";

    private static final String FOREIGN_ARCHIVE =
            "is an archive of a kind that is not read; pack the model as .zip or .tar.gz, or unpack it";

    private static final String UNPACKED = ".unpacked";
    private static final int NAME_CHARACTERS_MAX = 128;
    private static final int VERSION_CHARACTERS_MAX = 32;

    private final Path root;
    private final int versionsMax;
    private final UnpackedArchives archives;

    /**
     * @param root the repository folder; archives are unpacked in a folder inside it
     * @param versionsMax most versions that can be loaded, over all models
     */
    public ModelRepository(Path root, int versionsMax) {
        this(root, versionsMax, unpackedIn(root));
    }

    /**
     * @param archives where archives are unpacked
     */
    public ModelRepository(Path root, int versionsMax, UnpackedArchives archives) {
        this.root = root;
        this.versionsMax = versionsMax;
        this.archives = archives;
    }

    /** The usual place for what a repository holds in archives. */
    public static UnpackedArchives unpackedIn(Path repository) {
        return new UnpackedArchives(repository.resolve(UNPACKED), ArchiveLimits.DEFAULT);
    }

    /**
     * Tells this state of the files from others, without reading them.
     *
     * @throws IOException when the folder cannot be listed
     */
    public Fingerprint look() throws IOException {
        return Fingerprint.ofRepository(root);
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

        /** The same, run as was found best on this machine; numbers that its description gives stay. */
        public Loadable with(InstanceChoice choice) {
            return new Loadable(model, version, spec.with(choice), program, tokenizer, classLabels);
        }

        /** What the engine is to load. */
        public ModelSource source() {
            return new ModelSource(
                    model + "/" + version,
                    program,
                    spec.inputs(),
                    spec.outputs(),
                    spec.device(),
                    spec.intraOpThreads());
        }

        /** The kind of its program, as clients of inference servers call it. */
        public String platform() {
            return program.toString().endsWith(".onnx") ? "onnxruntime_onnx" : "pytorch_torchscript";
        }
    }

    /**
     * A model or version that cannot be served, with a reason fit for operators and clients. Names that no repository would
     * take are shown as far as they can be printed.
     */
    public record Broken(String model, String version, String reason) implements Entry {
        private static final int REASON_CHARACTERS_MAX = 4_000;

        public Broken {
            model = Printable.of(model, NAME_CHARACTERS_MAX);
            version = Printable.of(version, VERSION_CHARACTERS_MAX);
            reason = Printable.of(reason, REASON_CHARACTERS_MAX);
        }
    }

    /** Whether a repository serves a folder or archive of this name as a model; names with a dot in front are hidden. */
    public static boolean isModelName(String text) {
        return MODEL_NAME.matcher(text).matches() && !text.startsWith(".");
    }

    /** Whether the text is a version: a positive integer without leading zeros. */
    public static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    /**
     * Reads the folder. Models are taken by name; one whose versions are too many beside those taken before is an entry with
     * that reason, and so are at most {@value #REFUSED_LISTED_MAX} that cannot be served.
     *
     * @return entries by model, then by version number
     * @throws IOException when the repository folder itself cannot be listed
     */
    public List<Entry> scan() throws IOException {
        List<Entry> entries = new ArrayList<>();
        int loadable = 0;
        int refused = 0;
        for (Map.Entry<String, List<Path>> found : models().entrySet()) {
            List<? extends Entry> those = entries(found.getKey(), found.getValue());
            int more = (int) those.stream().filter(Loadable.class::isInstance).count();
            if (loadable + more > versionsMax) {
                those = List.of(new Broken(
                        found.getKey(),
                        "",
                        "the repository holds more than " + versionsMax + " versions, and these are beyond; raise"
                                + " worker.versions-max, or remove some"));
                more = 0;
            }
            loadable += more;
            refused += those.size() - more;
            boolean all = refused <= REFUSED_LISTED_MAX;
            those.stream().filter(one -> all || one instanceof Loadable).forEach(entries::add);
        }
        if (refused > REFUSED_LISTED_MAX) {
            LOG.warn("refused={} only the first {} of them are listed", refused, REFUSED_LISTED_MAX);
        }
        return entries;
    }

    /**
     * The version as it is now, without a look at other models; empty when it cannot be loaded.
     *
     * @throws IOException when the repository folder itself cannot be listed
     */
    public Optional<Loadable> find(String model, String version) throws IOException {
        return entries(model, models().getOrDefault(model, List.of())).stream()
                .filter(entry -> entry.version().equals(version))
                .filter(Loadable.class::isInstance)
                .map(Loadable.class::cast)
                .findFirst();
    }

    /** What a model's folder or archive holds; nothing without one. */
    private List<? extends Entry> entries(String model, List<Path> places) {
        if (places.isEmpty()) {
            return List.of();
        }
        if (!isModelName(model)) {
            return List.of(new Broken(model, "", NAME_REFUSAL));
        }
        if (UnpackedArchives.isForeign(model) && !Files.isDirectory(places.get(0))) {
            return List.of(new Broken(model, "", FOREIGN_ARCHIVE));
        }
        if (places.size() > 1) {
            return List.of(new Broken(
                    model, "", "is there as a folder and as an archive, or as two archives; keep one of them"));
        }
        return ModelFolder.readPlace(model, places.get(0), archives).entries();
    }

    /**
     * Deletes what was unpacked of archives that neither this process nor another running one has read.
     *
     * @return how many folders were deleted
     */
    public int removeUnusedArchives() throws IOException {
        return archives.removeUnused();
    }

    /** Folders and archives by the name of the model, without what is hidden. */
    private SortedMap<String, List<Path>> models() throws IOException {
        SortedMap<String, List<Path>> models = new TreeMap<>();
        try (Stream<Path> children = Files.list(root)) {
            for (Path child : children.sorted().toList()) {
                String name = VersionFiles.fileName(child);
                boolean whole = Files.isDirectory(child) || UnpackedArchives.isForeign(name);
                Optional<String> model = whole ? Optional.of(name) : UnpackedArchives.nameOf(name);
                model.filter(one -> !one.startsWith("."))
                        .ifPresent(one -> models.computeIfAbsent(one, key -> new ArrayList<>())
                                .add(child));
            }
        }
        return models;
    }
}
