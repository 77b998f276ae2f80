package io.bellwether.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Control state of one model.
 *
 * @param stableVersion empty as long as no command has named one
 * @param live the live rollout
 * @param ended newest first, at most {@value #ENDED_MAX}
 * @param setStableIds ids of applied set-stable commands, oldest first, at most {@value #SET_STABLE_IDS_MAX}
 */
public record ModelControl(
        String stableVersion, Optional<Rollout.Live> live, List<Rollout.Ended> ended, List<String> setStableIds) {

    /** Most ended rollouts kept in full per model. */
    public static final int ENDED_MAX = 32;
    /** Most ids of set-stable commands kept per model. */
    public static final int SET_STABLE_IDS_MAX = 64;

    static final ModelControl NONE = new ModelControl("", Optional.empty(), List.of(), List.of());

    public ModelControl {
        ended = List.copyOf(ended);
        setStableIds = List.copyOf(setStableIds);
    }

    ModelControl withStable(String version, String commandId) {
        List<String> ids = new ArrayList<>(setStableIds);
        ids.add(commandId);
        if (ids.size() > SET_STABLE_IDS_MAX) {
            ids.remove(0);
        }
        return new ModelControl(version, live, ended, ids);
    }

    ModelControl withLive(Rollout.Live rollout) {
        return new ModelControl(rollout.plan().stableVersion(), Optional.of(rollout), ended, setStableIds);
    }

    ModelControl withEnded(Rollout.Ended rollout) {
        List<Rollout.Ended> all = new ArrayList<>(ended);
        all.add(0, rollout);
        if (all.size() > ENDED_MAX) {
            all.remove(all.size() - 1);
        }
        String stable = rollout instanceof Rollout.Promoted promoted
                ? promoted.promotedVersion()
                : rollout.plan().stableVersion();
        return new ModelControl(stable, Optional.empty(), all, setStableIds);
    }
}
