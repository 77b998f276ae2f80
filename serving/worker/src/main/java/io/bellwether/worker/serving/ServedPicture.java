package io.bellwether.worker.serving;

import io.bellwether.worker.serving.ServedModels.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Holds the present {@link ServedModels}. Only the life cycle's thread changes it; any thread looks. */
final class ServedPicture {
    private final List<ServedVersion> visible = new ArrayList<>();
    private final List<ServedVersion> staged = new ArrayList<>();
    private final Map<String, List<Line>> absent = new TreeMap<>();
    private volatile ServedModels now = ServedModels.NONE;

    ServedModels now() {
        return now;
    }

    /** Every version, visible or staged. */
    List<ServedVersion> all() {
        List<ServedVersion> all = new ArrayList<>(visible);
        all.addAll(staged);
        return all;
    }

    /** The version of that name that requests find. */
    Optional<ServedVersion> visible(String model, String version) {
        return visible.stream().filter(one -> isNamed(one, model, version)).findFirst();
    }

    /** Requests find it from now on, and no other of its name. */
    void show(ServedVersion version) {
        staged.remove(version);
        visible.removeIf(
                one -> isNamed(one, version.files().model(), version.files().version()));
        visible.add(version);
        version.measure();
        publish();
    }

    /** Our own warm-up requests find it. */
    void stage(ServedVersion version) {
        staged.add(version);
        publish();
    }

    /** The same, and another goes that they found until now. */
    void stage(ServedVersion version, ServedVersion instead) {
        staged.remove(instead);
        stage(version);
    }

    /** Nobody finds it any more; true if requests did until now. */
    boolean remove(ServedVersion version) {
        staged.remove(version);
        boolean wasVisible = visible.remove(version);
        publish();
        return wasVisible;
    }

    /** What is not loaded of a model. */
    void absent(String model, List<Line> lines) {
        absent.put(model, lines);
        publish();
    }

    private void publish() {
        now = new ServedModels(
                visible, staged, absent.values().stream().flatMap(List::stream).toList());
    }

    private static boolean isNamed(ServedVersion one, String model, String version) {
        return one.files().model().equals(model) && one.files().version().equals(version);
    }
}
