package io.bellwether.worker.serving;

import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the repository holds of one model at one moment. Equal as long as no file of it changed.
 *
 * @param versions what can be loaded, by rising version number
 * @param broken what was refused
 */
record ModelFiles(List<Found> versions, List<Broken> broken) {
    static final ModelFiles NONE = new ModelFiles(List.of(), List.of());

    /** A version and what identifies its files. */
    record Found(Loadable files, Fingerprint fingerprint) {}

    ModelFiles {
        versions = List.copyOf(versions);
        broken = List.copyOf(broken);
    }

    /** 64 hexadecimal digits that are the same as long as the model is equal. */
    String digest() {
        List<String> lines = new ArrayList<>();
        versions.forEach(found ->
                lines.add(found.files().version() + " " + found.fingerprint().digest()));
        broken.forEach(one -> lines.add(one.version() + " " + one.reason()));
        return Fingerprint.sha256(lines);
    }

    /** Sorts what was read by model. */
    static Map<String, ModelFiles> byModel(List<Entry> entries) {
        Map<String, List<Found>> found = new TreeMap<>();
        Map<String, List<Broken>> broken = new TreeMap<>();
        for (Entry entry : entries) {
            found.computeIfAbsent(entry.model(), model -> new ArrayList<>());
            broken.computeIfAbsent(entry.model(), model -> new ArrayList<>());
            if (entry instanceof Broken refused) {
                Objects.requireNonNull(broken.get(entry.model())).add(refused);
            } else if (entry instanceof Loadable loadable) {
                try {
                    Fingerprint print = Fingerprint.of(Objects.requireNonNull(
                            loadable.program().toAbsolutePath().getParent()));
                    Objects.requireNonNull(found.get(entry.model())).add(new Found(loadable, print));
                } catch (IOException e) {
                    Objects.requireNonNull(broken.get(entry.model()))
                            .add(new Broken(
                                    loadable.model(), loadable.version(), "its files changed while they were read"));
                }
            }
        }
        Map<String, ModelFiles> models = new TreeMap<>();
        found.forEach((model, versions) ->
                models.put(model, new ModelFiles(versions, Objects.requireNonNull(broken.get(model)))));
        return models;
    }
}
