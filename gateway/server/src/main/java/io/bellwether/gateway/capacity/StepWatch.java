package io.bellwether.gateway.capacity;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.capacity.ModelProjection.Basis;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.StepProblem;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Projects again and again whether the candidates of live rollouts could carry their next step: traffic grows and workers
 * go after a rollout has begun. What speaks against a step goes to monitoring with the telemetry, which takes no such step;
 * the control log and its folds know nothing of it. Any thread may call.
 */
public final class StepWatch {
    /** A projection of two versions at one weight takes tens of milliseconds of processor time. */
    private static final long LOOK_AGAIN_NANOS = 5_000_000_000L;

    private final Supplier<? extends Collection<Rollout.Live>> rollouts;
    private final FleetCapacity capacity;
    private final Timekeeper time;
    private final Map<String, Looked> looked = new ConcurrentHashMap<>();

    /**
     * What was found last about a step.
     *
     * @param problem empty while nothing is known, too
     */
    private record Looked(NextStep step, long atNanos, Optional<String> problem) {
        boolean isAbout(NextStep now) {
            return step.rollout().version() == now.rollout().version();
        }
    }

    /** An answer to the question what speaks against a step. */
    private record Found(Optional<String> problem) {}

    /**
     * @param rollouts that are live
     */
    public StepWatch(Supplier<? extends Collection<Rollout.Live>> rollouts, FleetCapacity capacity, Timekeeper time) {
        this.rollouts = rollouts;
        this.capacity = capacity;
        this.time = time;
    }

    /** Asks about what is new, and now and then about the rest. Call it a few times a second; never blocks. */
    public void look() {
        Map<String, NextStep> steps = new HashMap<>();
        rollouts.get().forEach(live -> NextStep.of(live).ifPresent(step -> steps.put(step.key(), step)));
        looked.keySet().retainAll(steps.keySet());
        long nowNanos = time.nanos();
        steps.forEach((key, step) -> {
            Optional<Looked> last = Optional.ofNullable(looked.get(key)).filter(one -> one.isAbout(step));
            if (last.filter(one -> nowNanos - one.atNanos() < LOOK_AGAIN_NANOS).isEmpty()) {
                looked.put(key, new Looked(step, nowNanos, last.flatMap(Looked::problem)));
                var unused = found(step).thenAccept(found -> found.ifPresent(now -> heard(key, step, now)));
            }
        });
    }

    private void heard(String key, NextStep step, Found found) {
        looked.computeIfPresent(
                key, (same, last) -> last.isAbout(step) ? new Looked(step, last.atNanos(), found.problem()) : last);
    }

    /** What speaks against steps of a model's rollout, as far as it is known now. */
    public List<StepProblem> of(String model) {
        return looked.values().stream()
                .filter(one -> one.step().model().equals(model))
                .flatMap(one -> one.problem().stream().map(problem -> StepProblem.newBuilder()
                        .setRolloutId(one.step().rollout().id())
                        .setArm(one.step().arm())
                        .setRolloutVersion(one.step().rollout().version())
                        .setProblem(problem)
                        .build()))
                .toList();
    }

    /**
     * What speaks against a step: nothing if there is nothing to carry, and no answer at all while one of the two versions is
     * not known well enough or too many ask at once. What was found before stays so then.
     */
    private CompletionStage<Optional<Found>> found(NextStep step) {
        String stable = step.rollout().plan().stableVersion();
        String candidate = step.rollout().plan().candidateVersion();
        return capacity.between(step.model(), stable, candidate, List.of(step.weightPercent()))
                .thenApply(known -> known.filter(projection -> projection.basis() == Basis.NONE
                                || projection.versions().keySet().containsAll(List.of(stable, candidate)))
                        .map(projection -> new Found(Preflight.problem(projection, stable, candidate))));
    }
}
