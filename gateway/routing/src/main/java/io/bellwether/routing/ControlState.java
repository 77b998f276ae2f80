package io.bellwether.routing;

import io.bellwether.controlapi.log.Command;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Everything that the control log has decided so far; an immutable value.
 *
 * <p>The state is a pure fold: whoever folds the same commands in the same order holds an equal state. The fold is total:
 * a command that is stale, illegal or unknown is void, never an error. A position that was already folded, and a command
 * id that was already applied, have no second effect.
 *
 * <p>Everything in it is bounded: models, ended rollouts kept in full, history, command ids. Only the ids of ended
 * rollouts are kept for ever, so that an ended rollout never comes back; when {@value #ENDED_IDS_MAX} are reached, no
 * further rollout can be created.
 *
 * @param models per model name
 * @param endedIds how each rollout that ever ended did so; only grows
 * @param lastPosition position of the last command folded, void ones included; -1 before the first
 * @param routeVersion position of the last command that was applied; -1 before the first
 */
public record ControlState(
        Map<String, ModelControl> models, Map<String, RolloutState> endedIds, long lastPosition, long routeVersion) {

    /** Most models that commands may name. */
    public static final int MODELS_MAX = 10_000;
    /** Most rollouts that may ever end. */
    public static final int ENDED_IDS_MAX = 100_000;

    private static final ControlState EMPTY = new ControlState(Map.of(), Map.of(), -1, -1);

    public ControlState {
        models = Map.copyOf(models);
        endedIds = Map.copyOf(endedIds);
    }

    /** The state before the first command. */
    public static ControlState empty() {
        return EMPTY;
    }

    /**
     * Folds one command.
     *
     * @param command any command, even a meaningless one
     * @param position its position in the log; positions rise, gaps are allowed
     */
    public Folded apply(Command command, long position) {
        if (position <= lastPosition) {
            return new Folded(this, new Effect.Duplicate());
        }
        ControlState seen = new ControlState(models, endedIds, position, routeVersion);
        if (alreadyApplied(command)) {
            return new Folded(seen, new Effect.Duplicate());
        }
        List<Problem> problems = CommandCheck.problems(this, command);
        if (!problems.isEmpty()) {
            String reason = problems.stream().map(Problem::what).collect(Collectors.joining("; "));
            return new Folded(seen, new Effect.Void(reason));
        }
        return new Folded(seen.with(command.getModel(), Moves.after(this, command)), new Effect.Applied());
    }

    /**
     * True when a command with this id has been applied to the command's model (within the memory kept). Whether it was the same
     * command says {@link CommandCheck#repeats}.
     */
    public boolean alreadyApplied(Command command) {
        ModelControl model = model(command.getModel());
        String id = command.getId();
        return model.setStableIds().contains(id)
                || model.live().stream().anyMatch(r -> r.trail().commandIds().contains(id))
                || model.ended().stream().anyMatch(r -> r.trail().commandIds().contains(id));
    }

    /** Control state of a model; an empty one when no command has named it. */
    public ModelControl model(String model) {
        return models.getOrDefault(model, ModelControl.NONE);
    }

    /** The version that commands made the stable one, if any has. */
    public Optional<String> stableVersion(String model) {
        String version = model(model).stableVersion();
        return version.isEmpty() ? Optional.empty() : Optional.of(version);
    }

    /** The live rollout of a model. */
    public Optional<Rollout.Live> liveRollout(String model) {
        return model(model).live();
    }

    /** A rollout by its id: live, or ended and still kept in full. */
    public Optional<Rollout> rollout(String id) {
        return models.values().stream()
                .flatMap(model -> Stream.concat(model.live().stream(), model.ended().stream()))
                .filter(rollout -> rollout.id().equals(id))
                .findFirst();
    }

    /** All rollouts that are kept, by model name; of each model the live one first, then the ended, newest first. */
    public List<Rollout> rollouts() {
        List<Rollout> all = new ArrayList<>();
        models.keySet().stream().sorted().map(this::model).forEach(model -> {
            model.live().ifPresent(all::add);
            all.addAll(model.ended());
        });
        return all;
    }

    /** True when the rollout's candidate was taken back. Once true, true for ever. */
    public boolean killed(String rolloutId) {
        RolloutState end = endedIds.get(rolloutId);
        return end == RolloutState.ROLLED_BACK || end == RolloutState.ABORTED;
    }

    /** Live rollouts of all models. */
    public Collection<Rollout.Live> liveRollouts() {
        return models.values().stream().flatMap(model -> model.live().stream()).toList();
    }

    /** The routes that follow from this state. Derived anew by each call; keep the result. */
    public RouteTable routes() {
        return routes(KilledRollouts.NONE);
    }

    /** The same, without the candidates that a gateway took back itself. */
    public RouteTable routes(KilledRollouts killed) {
        return RouteTable.of(this, killed);
    }

    /** This state after a command at {@link #lastPosition()} changed a model. */
    private ControlState with(String name, ModelControl after) {
        Map<String, ModelControl> changed = new HashMap<>(models);
        changed.put(name, after);
        Optional<Rollout.Live> before = model(name).live();
        if (before.isEmpty() || after.live().isPresent()) {
            return new ControlState(changed, endedIds, lastPosition, lastPosition);
        }
        Map<String, RolloutState> ends = new HashMap<>(endedIds);
        ends.put(before.get().id(), after.ended().get(0).state());
        return new ControlState(changed, ends, lastPosition, lastPosition);
    }
}
