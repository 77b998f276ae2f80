package io.bellwether.helm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Kubernetes resources, parsed. Paths are keys and list indices separated by slashes. */
record Rendered(List<Map<String, Object>> resources) {

    @SuppressWarnings("unchecked")
    static Rendered parse(String yaml) {
        List<Map<String, Object>> resources = new ArrayList<>();
        for (Object document : Chart.load().loadAllFromString(yaml)) {
            if (document != null) {
                resources.add((Map<String, Object>) document);
            }
        }
        return new Rendered(resources);
    }

    List<Map<String, Object>> ofKind(String kind) {
        return resources.stream().filter(r -> kind.equals(r.get("kind"))).toList();
    }

    Optional<Map<String, Object>> find(String kind, String name) {
        return ofKind(kind).stream()
                .filter(r -> name.equals(at(r, "metadata/name")))
                .findFirst();
    }

    Map<String, Object> get(String kind, String name) {
        return find(kind, name).orElseThrow(() -> new AssertionError("no " + kind + " " + name + " in " + names()));
    }

    List<String> names() {
        return resources.stream()
                .map(r -> r.get("kind") + "/" + at(r, "metadata/name"))
                .toList();
    }

    /** The value at a path, as the caller expects it; null when there is none. A wrong expectation fails the test. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    static <T> T at(Object from, String path) {
        Object here = from;
        for (String key : path.split("/")) {
            if (here instanceof Map<?, ?> map) {
                here = map.get(key.replace('|', '/'));
            } else if (here instanceof List<?> list && Integer.parseInt(key) < list.size()) {
                here = list.get(Integer.parseInt(key));
            } else {
                return null;
            }
        }
        return (T) here;
    }
}
