package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What becomes of an exported state in a platform that has lost its own.
 *
 * <p>Only stable versions come back. A rollout that was live does not: its evidence is gone, so its candidate gets nothing
 * until a person creates it again. So an import raises the weight of no candidate, killed or not. A state that does not know
 * what the platform has decided since is older than it, and nothing of it is used.
 */
sealed interface Restoration {

    /** Nothing is used of the file. */
    record Older(List<String> reasons) implements Restoration {
        public Older {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * @param models one for each model of the file that has a stable version, in its order
     * @param lost rollouts that were live and do not come back, one sentence each
     */
    record Plan(List<Model> models, List<String> lost) implements Restoration {
        public Plan {
            models = List.copyOf(models);
            lost = List.copyOf(lost);
        }
    }

    /** What is to be done with a model. */
    enum Fate {
        /** Its stable version is to be set. */
        SET,
        /** It is as in the file. */
        ALREADY,
        /** It cannot be set now. */
        IMPOSSIBLE
    }

    /**
     * @param now the stable version that commands have named in the platform; empty if none has
     * @param wanted the one in the file
     * @param why why it is impossible, and what to do; else empty
     */
    record Model(String name, String now, String wanted, Fate fate, String why) {}

    /**
     * @param file the state in the file
     * @param checksum of that state
     * @param platform the state that the platform has now
     * @param models of the platform, as the control API lists them
     */
    static Restoration of(JsonNode file, String checksum, JsonNode platform, JsonNode models) {
        List<String> newer = newer(file, checksum, platform);
        if (!newer.isEmpty()) {
            return new Older(newer);
        }
        Map<String, JsonNode> now = byModel(platform);
        Map<String, Set<String>> ready = ready(models);
        List<Model> all = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        for (JsonNode model : file.path("control").path("models")) {
            String name = model.path("model").asText();
            JsonNode here = now.getOrDefault(name, MissingNode.getInstance());
            String wanted = model.path("stableVersion").asText();
            if (!wanted.isEmpty()) {
                all.add(model(name, wanted, here, ready.getOrDefault(name, Set.of())));
            }
            JsonNode live = model.path("live");
            if (live.isObject() && !id(live).equals(id(here.path("live")))) {
                lost.add("rollout " + id(live) + " of " + name + " ("
                        + live.path("phase").asText()
                        + ") is not brought back: its evidence is gone, and version "
                        + tried(live.path("plan"))
                        + " gets no traffic; create it again when you want it");
            }
        }
        return new Plan(all, lost);
    }

    /** Idempotency key of setting a model's stable version from a state with this checksum. */
    static String commandId(String checksum, String model) {
        return "import-" + checksum.substring(0, 16) + "-" + model;
    }

    private static Model model(String name, String wanted, JsonNode here, Set<String> ready) {
        String now = here.path("stableVersion").asText();
        if (now.equals(wanted)) {
            return new Model(name, now, wanted, Fate.ALREADY, "");
        }
        if (here.path("live").isObject()) {
            String why = "rollout " + id(here.path("live")) + " is live; abort or promote it, then import again";
            return new Model(name, now, wanted, Fate.IMPOSSIBLE, why);
        }
        if (!ready.contains(wanted)) {
            String why = "no worker has the version ready; add it to the repository of one, then import again";
            return new Model(name, now, wanted, Fate.IMPOSSIBLE, why);
        }
        return new Model(name, now, wanted, Fate.SET, "");
    }

    /** What the platform has decided that the file does not know. */
    private static List<String> newer(JsonNode file, String checksum, JsonNode platform) {
        Set<String> endedInFile = new HashSet<>();
        file.path("control").path("ended").forEach(ended -> endedInFile.add(id(ended)));
        Map<String, JsonNode> inFile = byModel(file);
        List<String> newer = new ArrayList<>();
        for (JsonNode ended : platform.path("control").path("ended")) {
            if (!endedInFile.contains(id(ended))) {
                newer.add("rollout " + id(ended) + " has ended since ("
                        + ended.path("phase").asText() + ")");
            }
        }
        byModel(platform).forEach((name, here) -> {
            JsonNode known = inFile.getOrDefault(name, MissingNode.getInstance());
            JsonNode live = here.path("live");
            boolean sameRollout = id(known.path("live")).equals(id(live))
                    && known.path("live").path("version").asLong()
                            >= live.path("version").asLong();
            if (live.isObject() && !sameRollout && !endedInFile.contains(id(live))) {
                newer.add("rollout " + id(live) + " of " + name + " has begun or moved since");
            }
            JsonNode ids = here.path("setStableCommandIds");
            String last = ids.path(ids.size() - 1).asText();
            if (!last.isEmpty() && !last.equals(commandId(checksum, name)) && !contains(known, last)) {
                newer.add("the stable version of " + name + " has been set since");
            }
        });
        return newer;
    }

    private static boolean contains(JsonNode model, String setStableCommandId) {
        for (JsonNode id : model.path("setStableCommandIds")) {
            if (id.asText().equals(setStableCommandId)) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, JsonNode> byModel(JsonNode state) {
        Map<String, JsonNode> models = new LinkedHashMap<>();
        state.path("control")
                .path("models")
                .forEach(model -> models.put(model.path("model").asText(), model));
        return models;
    }

    /** Versions that some worker serves, by model. */
    private static Map<String, Set<String>> ready(JsonNode models) {
        Map<String, Set<String>> ready = new HashMap<>();
        for (JsonNode model : models) {
            for (JsonNode version : model.path("versions")) {
                if (version.path("state").asText().equals("READY")) {
                    ready.computeIfAbsent(model.path("model").asText(), key -> new HashSet<>())
                            .add(version.path("version").asText());
                }
            }
        }
        return ready;
    }

    private static String id(JsonNode rollout) {
        return rollout.path("id").asText();
    }

    /** The candidate, or the versions of all arms. */
    private static String tried(JsonNode plan) {
        return AbText.isAb(plan) && !plan.path("arms").isEmpty()
                ? AbText.versions(plan)
                : plan.path("candidateVersion").asText();
    }
}
