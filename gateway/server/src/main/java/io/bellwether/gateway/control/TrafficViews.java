package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Shadow;
import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.Seat;
import io.bellwether.gateway.worker.SeatStatus;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.gateway.worker.WorkerReport;
import io.bellwether.routing.PlannedArm;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RouteShare;
import io.bellwether.routing.RouteTable;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who gets which part of a model's requests in this gateway now, for the control API. */
final class TrafficViews {
    private static final double BASIS_POINTS_PER_PERCENT = 100.0;
    private static final double NANOS_PER_MILLI = 1e6;

    private final ControlFold fold;
    private final WorkerDirectory directory;

    TrafficViews(ControlFold fold, WorkerDirectory directory) {
        this.fold = fold;
        this.directory = directory;
    }

    /** Whether a worker has the model or a command named it. */
    boolean knows(String model) {
        return directory.fleet().models().containsKey(model)
                || fold.state().models().containsKey(model);
    }

    /** The routes of every model. */
    JsonObject routes() {
        Set<String> names = new TreeSet<>(directory.fleet().models().keySet());
        names.addAll(fold.state().models().keySet());
        return routesOf(names);
    }

    /** The routes of these models. */
    JsonObject routesOf(Collection<String> models) {
        RouteTable table = fold.routes();
        JsonArray all = new JsonArray();
        for (String model : models) {
            all.add(route(table, model));
        }
        return new JsonObject().put("routeVersion", table.routeVersion()).put("routes", all);
    }

    private JsonObject route(RouteTable table, String model) {
        Fleet fleet = directory.fleet();
        Set<String> ready = ready(fleet, model);
        JsonArray shares = new JsonArray();
        for (RouteShare share : table.shares(model, ready)) {
            shares.add(new JsonObject()
                    .put("version", share.version())
                    .put("arm", share.arm().name())
                    .put("weightPercent", percent(share.basisPoints()))
                    .put("served", share.served())
                    .put("workers", names(fleet.ready(model, share.version()))));
        }
        JsonObject json = new JsonObject()
                .put("model", model)
                .put("stableVersion", table.stableVersion(model, ready).orElse(""))
                .put("keyHeader", table.keyHeader(model))
                .put("shares", shares);
        fold.state().liveRollout(model).ifPresent(live -> {
            json.put("rollout", rollout(live));
            TargetJson.of(live.plan().audience()).ifPresent(target -> json.put("target", target));
            if (live instanceof Rollout.Running && !fold.killed().contains(live.id())) {
                live.plan().shadow().ifPresent(shadow -> json.put("copies", copies(live, shadow)));
            }
        });
        return json;
    }

    private JsonObject rollout(Rollout.Live live) {
        JsonObject json = new JsonObject()
                .put("id", live.id())
                .put("state", live.state().name())
                .put("candidateVersion", live.plan().candidateVersion())
                .put("step", live.step())
                .put("steps", live.plan().steps().size())
                .put("takenBackByGuard", fold.killed().contains(live.id()));
        return live.plan().isAb() ? json.put("arms", arms(live)) : json;
    }

    /** Versions of the arms that this gateway still gives requests to. */
    private JsonArray arms(Rollout.Live live) {
        JsonArray all = new JsonArray();
        live.liveArms().stream()
                .map(PlannedArm::version)
                .filter(version -> !fold.killed().contains(live.id(), version))
                .forEach(all::add);
        return all;
    }

    private static JsonObject copies(Rollout.Live live, Shadow shadow) {
        return new JsonObject()
                .put("version", live.plan().candidateVersion())
                .put("sharePercent", percent(shadow.getShareBasisPoints()))
                .put("twinPercent", percent(shadow.getTwinBasisPoints()));
    }

    /**
     * A model with what each worker says of each version, and the weight that each version has now.
     *
     * @param model as in the list of models
     */
    JsonObject model(JsonObject model) {
        String name = model.getString("model");
        RouteTable table = fold.routes();
        List<RouteShare> shares = table.shares(name, ready(directory.fleet(), name));
        JsonArray versions = model.getJsonArray("versions");
        for (int i = 0; i < versions.size(); i++) {
            JsonObject version = versions.getJsonObject(i);
            String number = version.getString("version");
            int basisPoints = shares.stream()
                    .filter(share -> share.version().equals(number))
                    .mapToInt(RouteShare::basisPoints)
                    .sum();
            version.put("weightPercent", percent(basisPoints)).put("onWorkers", onWorkers(name, number));
        }
        fold.state()
                .liveRollout(name)
                .flatMap(live -> TargetJson.of(live.plan().audience()))
                .ifPresent(target -> model.put("target", target));
        return model.put("routeVersion", table.routeVersion());
    }

    private JsonArray onWorkers(String model, String version) {
        JsonArray all = new JsonArray();
        for (WorkerReport report : directory.reports()) {
            WorkerReport.VersionStatus status =
                    report.models().getOrDefault(model, Map.of()).get(version);
            if (status != null) {
                JsonObject json = new JsonObject()
                        .put("worker", report.worker().name())
                        .put("reachable", report.up())
                        .put("state", status.state())
                        .put("reason", status.reason())
                        .put("requestsInFlight", report.worker().inFlight());
                told(model, version, report).ifPresent(told -> json.put("told", told));
                all.add(json);
            }
        }
        return all;
    }

    /** What the worker last told of how the version stands there. */
    private Optional<JsonObject> told(String model, String version, WorkerReport report) {
        return directory.told(report.worker(), model, version).map(told -> {
            SeatStatus status = told.status();
            return new JsonObject()
                    .put("waiting", status.waiting())
                    .put("running", status.running())
                    .put("waitMillis", status.tellsTimes() ? status.waitNanos() / NANOS_PER_MILLI : null)
                    .put("runMillis", status.tellsTimes() ? status.runNanos() / NANOS_PER_MILLI : null)
                    .put("ageMillis", told.ageNanos() / NANOS_PER_MILLI);
        });
    }

    private static Set<String> ready(Fleet fleet, String model) {
        Fleet.Model known = fleet.models().get(model);
        return known == null ? Set.of() : known.readyVersions();
    }

    private static JsonArray names(List<Seat> seats) {
        return new JsonArray(seats.stream().map(seat -> seat.worker().name()).toList());
    }

    private static double percent(int basisPoints) {
        return basisPoints / BASIS_POINTS_PER_PERCENT;
    }
}
