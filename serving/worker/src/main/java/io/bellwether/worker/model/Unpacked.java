package io.bellwether.worker.model;

import io.bellwether.worker.archive.UnpackedArchives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An archive of a repository.
 *
 * @param folder where its content is; the archive itself when it is refused
 * @param refusal why it cannot be used, beginning with its name
 */
record Unpacked(Path folder, Optional<String> refusal) {

    static Unpacked of(String name, Path archive, UnpackedArchives archives) {
        String file = VersionFiles.fileName(archive);
        try {
            UnpackedArchives.Outcome outcome = archives.unpack(name, archive);
            if (outcome instanceof UnpackedArchives.Refused refused) {
                return new Unpacked(archive, Optional.of("the archive " + file + " " + refused.reason()));
            }
            return new Unpacked(content(((UnpackedArchives.Unpacked) outcome).folder()), Optional.empty());
        } catch (IOException e) {
            return new Unpacked(
                    archive,
                    Optional.of("the archive " + file + " cannot be read, or not be unpacked; let the worker write to"
                            + " worker.archives-folder, with space for it"));
        }
    }

    /** An archive often has all it holds in one folder. */
    private static Path content(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            List<Path> all = children.toList();
            boolean wrapped = all.size() == 1
                    && Files.isDirectory(all.get(0))
                    && !ModelRepository.isVersion(VersionFiles.fileName(all.get(0)));
            return wrapped ? all.get(0) : folder;
        }
    }
}
