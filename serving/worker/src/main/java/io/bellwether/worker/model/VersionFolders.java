package io.bellwether.worker.model;

import io.bellwether.worker.archive.UnpackedArchives;
import io.bellwether.worker.model.ModelRepository.Broken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which versions a model folder holds: its folders and archives whose name is a version. */
final class VersionFolders {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,128}");
    private static final int MISNAMED_MAX = 16;
    private static final int SHOWN_MAX = 8;
    /** Begins the reason of a model without a version to serve. */
    static final String NONE = "has no version that is served";

    private final String model;
    private final Path folder;
    private final UnpackedArchives archives;

    VersionFolders(String model, Path folder, UnpackedArchives archives) {
        this.model = model;
        this.folder = folder;
        this.archives = archives;
    }

    /** Folders and archives whose name is a version; else the folder itself, as version 1. */
    List<VersionFiles> chosen(ParsedSpec.Layout layout) throws IOException {
        SortedMap<Long, List<Path>> found = found(layout);
        List<VersionFiles> versions = new ArrayList<>();
        for (long number : layout.versions().choose(List.copyOf(found.keySet()))) {
            versions.add(version(Long.toString(number), found.getOrDefault(number, List.of()), layout));
        }
        return versions;
    }

    /**
     * Why no version is chosen, and what to add.
     *
     * @param key what the description calls the choice of versions
     */
    String noneChosen(ParsedSpec.Layout layout, String key) throws IOException {
        String files = " with " + VersionFiles.PROGRAM_FILE + " or " + VersionFiles.GRAPH_FILE;
        if (!(layout.versions() instanceof VersionPolicy.Only only)
                || only.numbers().isEmpty()) {
            return NONE + "; add a folder such as 1" + files;
        }
        List<Long> there = List.copyOf(found(layout).keySet());
        return NONE + ": " + key + " asks for " + shown(only.numbers())
                + (there.isEmpty() ? "" : ", and there is " + shown(there))
                + "; add the folder " + only.numbers().get(0) + files
                + (there.isEmpty() ? "" : ", or change " + key);
    }

    /**
     * Which of the versions that are asked for are not there while others are; empty when none is missing.
     *
     * @param key what the description calls the choice of versions
     */
    Optional<String> notThere(ParsedSpec.Layout layout, String key) throws IOException {
        if (!(layout.versions() instanceof VersionPolicy.Only only)) {
            return Optional.empty();
        }
        Set<Long> there = found(layout).keySet();
        List<Long> missing = only.numbers().stream()
                .distinct()
                .filter(number -> !there.contains(number))
                .toList();
        return missing.isEmpty() || missing.size() == only.numbers().size()
                ? Optional.empty()
                : Optional.of(key + " asks for " + shown(missing) + " too, which is not there");
    }

    private static String shown(List<Long> numbers) {
        String more = numbers.size() > SHOWN_MAX ? " and " + (numbers.size() - SHOWN_MAX) + " more" : "";
        return numbers.stream().limit(SHOWN_MAX).map(String::valueOf).collect(Collectors.joining(", ", "", more));
    }

    private SortedMap<Long, List<Path>> found(ParsedSpec.Layout layout) throws IOException {
        SortedMap<Long, List<Path>> found = new TreeMap<>();
        try (Stream<Path> children = Files.list(folder)) {
            children.sorted().forEach(child -> name(child)
                    .filter(ModelRepository::isVersion)
                    .map(Long::parseLong)
                    .ifPresent(number -> found.computeIfAbsent(number, key -> new ArrayList<>())
                            .add(child)));
        }
        if (found.isEmpty() && VersionFiles.isVersion(folder, layout.program())) {
            found.put(1L, List.of(folder));
        }
        return found;
    }

    /** Folders and archives that somebody may take for versions, and that are none. */
    List<Broken> misnamed() throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(VersionFolders::name)
                    .flatMap(Optional::stream)
                    .filter(name -> DIGITS.matcher(name).matches() && !ModelRepository.isVersion(name))
                    .distinct()
                    .sorted()
                    .limit(MISNAMED_MAX)
                    .map(name -> new Broken(model, name, reason(name)))
                    .toList();
        }
    }

    private static String reason(String name) {
        String number = name.replaceFirst("^0+", "");
        return "is no version: versions are whole numbers from 1, of at most 18 digits, without zeros in front; rename it"
                + (ModelRepository.isVersion(number) ? " to " + number : "");
    }

    private static Optional<String> name(Path child) {
        String name = VersionFiles.fileName(child);
        return Files.isDirectory(child) ? Optional.of(name) : UnpackedArchives.nameOf(name);
    }

    private VersionFiles version(String version, List<Path> places, ParsedSpec.Layout layout) throws IOException {
        Path place = places.get(0);
        if (places.size() > 1) {
            return VersionFiles.refused(
                    version, place, "is there as a folder and as an archive, or as two archives; keep one of them");
        }
        if (!Files.isDirectory(place)) {
            Unpacked unpacked = Unpacked.of(model + "-" + version, place, archives);
            if (unpacked.refusal().isPresent()) {
                return VersionFiles.refused(version, place, unpacked.refusal().get());
            }
            place = unpacked.folder();
        }
        return VersionFiles.read(model, version, place, layout.program(), archives);
    }
}
