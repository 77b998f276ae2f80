package io.bellwether.gateway.control;

import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.capacity.ModelProjection;
import io.bellwether.gateway.capacity.ModelProjection.AtWeight;
import io.bellwether.gateway.capacity.ModelProjection.Planned;
import io.bellwether.gateway.capacity.VersionTotal;
import io.bellwether.gateway.capacity.VersionTotal.OnWorker;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.capacity.PromisedCapacity;
import io.bellwether.protocol.capacity.RunLatency;
import io.bellwether.protocol.capacity.VersionCapacity;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The capacity of a model as JSON. What is not known yet is null, never a number. */
final class CapacityView {
    private static final String RANDOM = "random";
    private static final int RATE_CHARACTERS_MAX = 32;
    private static final double RATE_MIN = 0.001;
    private static final double RATE_MAX = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private CapacityView() {}

    /** Reads what traffic somebody plans for. */
    static Decoded<Planned> planned(String requestsPerSecond, String arrivals) {
        boolean random = arrivals.equals(RANDOM);
        if (!random && !arrivals.isEmpty()) {
            return Refusal.invalid("arrivals must be " + RANDOM + ", or left out for those of late")
                    .as();
        }
        if (requestsPerSecond.isEmpty()) {
            return Decoded.valid(new Planned(OptionalDouble.empty(), random));
        }
        Refusal wrong =
                Refusal.invalid("requestsPerSecond must be a number from " + RATE_MIN + " to " + (long) RATE_MAX);
        if (requestsPerSecond.length() > RATE_CHARACTERS_MAX) {
            return wrong.as();
        }
        try {
            double rate = Double.parseDouble(requestsPerSecond);
            return rate >= RATE_MIN && rate <= RATE_MAX
                    ? Decoded.valid(new Planned(OptionalDouble.of(rate), random))
                    : wrong.as();
        } catch (NumberFormatException e) {
            return wrong.as();
        }
    }

    /**
     * @param planned what traffic somebody plans for
     */
    static JsonObject of(String model, String stableVersion, Planned planned, FleetCapacity.Known known) {
        ModelProjection projection = known.projection();
        OptionalDouble rate = planned.requestsPerSecond();
        JsonArray all = new JsonArray();
        known.versions()
                .forEach(version -> all.add(version(version, rate)
                        .put(
                                "sustainedRequestsPerSecond",
                                projection.sustained().get(version.version()))
                        .put("projection", weights(projection.versions().getOrDefault(version.version(), List.of())))));
        return new JsonObject()
                .put("model", model)
                .put("stableVersion", stableVersion)
                .put("requestsPerSecond", rate.isPresent() ? rate.getAsDouble() : null)
                .put(
                        "projectedTraffic",
                        new JsonObject()
                                .put("basis", projection.basis().name())
                                .put("requestsPerSecond", projection.requestsPerSecond()))
                .put("versions", all);
    }

    private static JsonArray weights(List<AtWeight> weights) {
        JsonArray all = new JsonArray();
        weights.forEach(at -> all.add(new JsonObject()
                .put("weightPercent", at.weightPercent())
                .put("requestsPerSecondOfOneWorker", at.projection().requestsPerSecond())
                .put("utilisation", at.projection().utilisation())
                .put("onTimeShare", at.projection().onTimeShare())
                .put("p50Millis", at.projection().p50Nanos() / NANOS_PER_MILLI)
                .put("p99Millis", at.projection().p99Nanos() / NANOS_PER_MILLI)));
        return all;
    }

    private static JsonObject version(VersionTotal version, OptionalDouble rate) {
        boolean known = version.known() > 0;
        JsonObject json = new JsonObject()
                .put("version", version.version())
                .put("known", known)
                .put("arrivingRequestsPerSecond", version.arrivingRequestsPerSecond())
                .put("promisedRequestsPerSecond", known ? version.promisedRequestsPerSecond() : null)
                .put("meanRequestsPerSecond", known ? version.meanRequestsPerSecond() : null)
                .put("headRoomRequestsPerSecond", known ? version.headRoomRequestsPerSecond() : null)
                .put("itemsPerRequest", version.itemsMean());
        OptionalLong replicas = rate.isPresent() ? version.replicas(rate.getAsDouble()) : OptionalLong.empty();
        json.put("replicasNeeded", replicas.isPresent() ? replicas.getAsLong() : null);
        version.slowest().ifPresent(slowest -> json.put("slowestWorker", slowest.worker()));
        JsonArray workers = new JsonArray();
        version.workers().forEach(worker -> workers.add(worker(worker)));
        return json.put("workers", workers);
    }

    private static JsonObject worker(OnWorker worker) {
        VersionCapacity said = worker.said();
        JsonObject json = new JsonObject()
                .put("worker", worker.worker())
                .put("instances", said.getPolicy().getInstances())
                .put("batchItemsMax", said.getPolicy().getBatchItemsMax())
                .put("objectiveMillis", said.getPolicy().getObjectiveNanos() / NANOS_PER_MILLI)
                .put("itemsPerSecond", said.getItemsPerSecond())
                .put("lengthMean", said.getLengthMean());
        json.put("latency", said.hasLatency() ? latency(said.getLatency()) : null);
        return json.put("capacity", said.hasCapacity() ? capacity(said.getCapacity()) : null);
    }

    private static JsonObject latency(RunLatency latency) {
        return new JsonObject()
                .put("alphaMillis", latency.getAlphaNanos() / NANOS_PER_MILLI)
                .put("alphaErrorMillis", Math.sqrt(latency.getAlphaVariance()) / NANOS_PER_MILLI)
                .put("betaMillis", latency.getBetaNanos() / NANOS_PER_MILLI)
                .put("betaErrorMillis", Math.sqrt(latency.getBetaVariance()) / NANOS_PER_MILLI)
                .put("sigmaShare", latency.getSigmaShare())
                .put("runs", latency.getRuns());
    }

    private static JsonObject capacity(PromisedCapacity capacity) {
        return new JsonObject()
                .put("bestItems", capacity.getBestItems())
                .put("meanMillis", capacity.getMeanNanos() / NANOS_PER_MILLI)
                .put("p99Millis", capacity.getP99Nanos() / NANOS_PER_MILLI)
                .put("errorMillis", capacity.getErrorNanos() / NANOS_PER_MILLI)
                .put("promisedItemsPerSecond", capacity.getPromisedItemsPerSecond())
                .put("meanItemsPerSecond", capacity.getMeanItemsPerSecond());
    }
}
