package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Shadow;
import io.bellwether.controlapi.log.Step;
import io.bellwether.gateway.shadow.ShadowCounts;
import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.routing.HistoryEntry;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.PlannedArm;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RolloutStep;
import io.bellwether.telemetry.events.Verdict;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** What the control API shows: state of the log, what the workers have, and the latest verdicts, put together. */
public final class ControlViews {
    private static final double BASIS_POINTS_PER_PERCENT = 100.0;

    private final ControlFold fold;
    private final WorkerDirectory directory;
    private final VerdictBoard verdicts;
    private final Function<String, Optional<ShadowCounts>> shadows;

    /**
     * @param shadows what this gateway has counted of a shadow
     */
    public ControlViews(
            ControlFold fold,
            WorkerDirectory directory,
            VerdictBoard verdicts,
            Function<String, Optional<ShadowCounts>> shadows) {
        this.shadows = shadows;
        this.fold = fold;
        this.directory = directory;
        this.verdicts = verdicts;
    }

    /** Every model that a worker has or a command named. */
    JsonArray models() {
        Set<String> names = new TreeSet<>(directory.fleet().models().keySet());
        names.addAll(fold.state().models().keySet());
        JsonArray all = new JsonArray();
        names.forEach(name -> all.add(model(name)));
        return all;
    }

    JsonObject model(String name) {
        Fleet.Model known = directory.fleet().models().get(name);
        JsonObject json = new JsonObject().put("model", name).put("stableVersion", stableVersion(name));
        JsonArray versions = new JsonArray();
        if (known != null) {
            known.versions()
                    .forEach((version, status) -> versions.add(new JsonObject()
                            .put("version", version)
                            .put("state", status.state())
                            .put("reason", status.reason())
                            .put("workers", new JsonArray(status.workers()))));
        }
        json.put("versions", versions);
        fold.state().liveRollout(name).ifPresent(live -> json.put("rolloutId", live.id()));
        return json;
    }

    /** Version of unpinned traffic outside a candidate's share; empty if none is known. */
    String stableVersion(String model) {
        Fleet.Model known = directory.fleet().models().get(model);
        return fold.routes()
                .stableVersion(model, known == null ? Set.of() : known.readyVersions())
                .orElse("");
    }

    /** Who gets which part of a model's requests. */
    TrafficViews traffic() {
        return new TrafficViews(fold, directory);
    }

    /** Whether workers can serve what a command asks for. */
    Servability servability() {
        return new Servability(directory::fleet);
    }

    /** Versions that some worker has, ready or not. */
    Set<String> knownVersions(String model) {
        Fleet.Model known = directory.fleet().models().get(model);
        return known == null ? Set.of() : known.versions().keySet();
    }

    JsonArray rollouts(String model) {
        JsonArray all = new JsonArray();
        fold.state().rollouts().stream()
                .filter(rollout -> model.isEmpty() || rollout.plan().model().equals(model))
                .forEach(rollout -> all.add(rollout(rollout)));
        return all;
    }

    JsonObject rollout(Rollout rollout) {
        JsonObject json = new JsonObject()
                .put("id", rollout.id())
                .put("model", rollout.plan().model())
                .put("stableVersion", rollout.plan().stableVersion())
                .put("candidateVersion", rollout.plan().candidateVersion())
                .put("state", rollout.state().name())
                .put("step", rollout.step())
                .put("weightPercent", weightBasisPoints(rollout) / BASIS_POINTS_PER_PERCENT)
                .put("version", rollout.version())
                .put("steps", steps(rollout.plan().steps()))
                .put("keyHeader", rollout.plan().keyHeader())
                .put("automatic", rollout.plan().automatic())
                .put("waitingAtGate", waitsAtGate(rollout))
                .put("guardrails", MessageJson.of(rollout.plan().guardrails()));
        if (rollout.plan().isAb()) {
            json.put("kind", ArmJson.KIND).put("arms", arms(rollout));
        }
        if (rollout.plan().ignoresCapacity()) {
            json.put("ignoreCapacity", true);
        }
        TargetJson.of(rollout.plan().audience()).ifPresent(target -> json.put("target", target));
        fold.killed().kill(rollout.id()).ifPresent(kill -> json.put("guard", guard(kill, rollout)));
        rollout.plan().shadow().ifPresent(shadow -> json.put("shadow", shadow(rollout.id(), shadow)));
        List<HistoryEntry> history = rollout.trail().history();
        JsonArray entries = new JsonArray();
        history.forEach(entry -> entries.add(entry(entry)));
        json.put("history", entries);
        verdicts.latest(rollout.id()).ifPresent(verdict -> json.put("verdict", MessageJson.of(verdict)));
        applied(history.get(history.size() - 1))
                .ifPresent(applied -> json.put(
                        "lastDecision",
                        new JsonObject()
                                .put("appendedAtMillis", applied.appendedAtMillis())
                                .put("appliedAtMillis", applied.appliedAtMillis())));
        return json;
    }

    /**
     * What monitoring last said of a rollout.
     *
     * @param arm version of an arm of an A/B/n; empty for a rollout's only candidate
     */
    Optional<Verdict> verdict(String rolloutId, String arm) {
        return verdicts.latest(rolloutId, arm);
    }

    private JsonArray arms(Rollout rollout) {
        JsonArray all = new JsonArray();
        for (PlannedArm arm : rollout.plan().arms()) {
            all.add(ArmJson.of(
                    rollout,
                    arm,
                    fold.killed(),
                    verdicts.latest(rollout.id(), arm.version()).map(MessageJson::of)));
        }
        return all;
    }

    /** Whether, by the verdict on its present state, it would go up if it were not for the gate of its step. */
    private boolean waitsAtGate(Rollout rollout) {
        return rollout instanceof Rollout.Running running
                && running.stepGated()
                && verdicts.latest(rollout.id())
                        .filter(verdict ->
                                verdict.getWaitingAtGate() && verdict.getRolloutVersion() == rollout.version())
                        .isPresent();
    }

    /** What the candidate gets in this gateway. */
    private int weightBasisPoints(Rollout rollout) {
        if (rollout instanceof Rollout.Live live) {
            KilledRollouts killed = fold.killed();
            return killed.contains(live.id())
                    ? 0
                    : live.weightBasisPoints()
                            - live.liveArms().stream()
                                    .filter(arm -> killed.contains(live.id(), arm.version()))
                                    .mapToInt(PlannedArm::weightBasisPoints)
                                    .sum();
        }
        return rollout.weightBasisPoints();
    }

    /** This gateway took the candidate back by itself. */
    private static JsonObject guard(Kill kill, Rollout rollout) {
        return new JsonObject()
                .put("at", kill.atMillis())
                .put("reason", kill.reason())
                .put("published", rollout instanceof Rollout.Ended);
    }

    private JsonObject shadow(String id, Shadow shadow) {
        JsonObject json = new JsonObject()
                .put("sharePercent", shadow.getShareBasisPoints() / BASIS_POINTS_PER_PERCENT)
                .put("twinPercent", shadow.getTwinBasisPoints() / BASIS_POINTS_PER_PERCENT)
                .put("comparison", MessageJson.of(shadow.getComparison()));
        shadows.apply(id)
                .ifPresent(counts -> json.put(
                        "counts",
                        new JsonObject()
                                .put("candidate", answers(counts.candidate()))
                                .put("twin", answers(counts.twin()))
                                .put("dropped", counts.dropped())));
        return json;
    }

    private static JsonObject answers(ShadowCounts.Answers answers) {
        return new JsonObject()
                .put("agree", answers.agree())
                .put("differ", answers.differ())
                .put("incomparable", answers.incomparable())
                .put("failed", answers.failed());
    }

    private JsonObject entry(HistoryEntry entry) {
        JsonObject json = new JsonObject()
                .put("at", entry.atMillis())
                .put("action", entry.action().name())
                .put("actor", entry.actor())
                .put("reason", entry.reason())
                .put("commandId", entry.commandId());
        applied(entry).ifPresent(applied -> json.put("appliedAt", applied.appliedAtMillis()));
        return json;
    }

    private Optional<ControlFold.Applied> applied(HistoryEntry entry) {
        return fold.applied(entry.commandId());
    }

    private static JsonArray steps(List<RolloutStep> steps) {
        JsonArray all = new JsonArray();
        steps.forEach(step -> all.add(new JsonObject()
                .put("weightPercent", step.weightBasisPoints() / BASIS_POINTS_PER_PERCENT)
                .put("bakeSecondsMin", step.bakeSecondsMin())
                .put("requestsMin", step.requestsMin())
                .put("gate", step.gated() ? Step.Gate.MANUAL.name() : Step.Gate.OPEN.name())));
        return all;
    }
}
