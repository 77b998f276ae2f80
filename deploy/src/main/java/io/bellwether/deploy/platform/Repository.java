package io.bellwether.deploy.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the launcher knows of a model repository without reading models: whether there is any. */
public final class Repository {
    private static final List<String> ARCHIVES = List.of(".zip", ".tar.gz");

    private Repository() {}

    /** Why the platform will not become ready with that repository, and what to put where; empty when it holds something. */
    public static Optional<String> remark(Path models) throws IOException {
        try (var children = Files.list(models)) {
            if (children.anyMatch(Repository::mayBeModel)) {
                return Optional.empty();
            }
        }
        return Optional.of("The model repository " + models
                + " holds no model, and nothing is ready before one is served. Put one there while this waits, for example "
                + models.resolve("NAME/1/model.onnx") + ", or " + models.resolve("NAME/model.yaml")
                + " with NAME/1/model.pt; it is seen within seconds.");
    }

    private static boolean mayBeModel(Path child) {
        var name = child.getFileName().toString();
        return !name.startsWith(".")
                && (Files.isDirectory(child) || ARCHIVES.stream().anyMatch(name::endsWith));
    }
}
