package io.bellwether.gateway.capacity;

import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.RecentArrivals.Arrival;
import io.bellwether.batching.simulation.Projection;
import io.bellwether.batching.simulation.Traffic;
import io.bellwether.protocol.capacity.QueuePolicy;
import io.bellwether.protocol.capacity.RunLatency;
import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * What each version of a model would do with shares of the model's traffic, on as many workers as serve it now, each like the
 * slowest of them. A worker gets its part of the requests by chance. An immutable value.
 *
 * @param basis what the traffic was made from
 * @param requestsPerSecond of the whole model
 * @param sustained requests per second that 99 % are answered of in time, if they are independent, by version
 * @param versions results by version, in the order of the weights that were asked for; those whose capacity is not known are absent
 */
public record ModelProjection(
        Basis basis, double requestsPerSecond, Map<String, Double> sustained, Map<String, List<AtWeight>> versions) {
    /** Shares of the traffic that are projected where nobody asks for others. */
    public static final List<Integer> WEIGHTS_PERCENT = List.of(1, 5, 10, 25, 50, 100);

    private static final int REQUESTS = 10_000;
    private static final int RECORDED_MIN = 64;
    private static final long SEED = 1;
    /** No rate above this multiple of best batches without a pause is tried: larger batches may reach a little more. */
    private static final double SUSTAINED_MOST = 1.5;

    private static final double PERCENT = 100;
    private static final long PATIENCE_NANOS = BatchingPolicy.OBJECTIVE_NANOS_LIMIT;

    /** What traffic is made from. */
    public enum Basis {
        /** There is none: nothing arrived lately and no rate is planned. */
        NONE,
        /** The recent requests of all versions; with a planned rate, faster or slower. */
        RECENT_ARRIVALS,
        /** Independent requests, as too few arrived lately or because they were asked for. */
        POISSON
    }

    /**
     * What traffic somebody plans for.
     *
     * @param requestsPerSecond of the whole model; empty: what arrived lately
     * @param random whether independent requests come at that rate, whatever arrived lately
     */
    public record Planned(OptionalDouble requestsPerSecond, boolean random) {
        /** What arrived lately. */
        public static final Planned AS_NOW = new Planned(OptionalDouble.empty(), false);
    }

    /** A version with a share of the traffic. */
    public record AtWeight(int weightPercent, Projection projection) {}

    public ModelProjection {
        sustained = Map.copyOf(sustained);
        versions = Map.copyOf(versions);
    }

    /** Takes tenths of a second of processor time for each version, half of it for the sustained rate. */
    public static ModelProjection of(List<VersionTotal> totals, Planned planned) {
        return of(totals, planned, totals, sustained(totals), WEIGHTS_PERCENT);
    }

    /**
     * Of two versions, with what arrived lately for all of them, and without sustained rates.
     *
     * @param weightsPercent shares of the traffic that are projected
     */
    public static ModelProjection between(
            List<VersionTotal> totals, String stable, String candidate, List<Integer> weightsPercent) {
        List<VersionTotal> two = totals.stream()
                .filter(total ->
                        total.version().equals(stable) || total.version().equals(candidate))
                .toList();
        return of(totals, Planned.AS_NOW, two, Map.of(), weightsPercent);
    }

    private static ModelProjection of(
            List<VersionTotal> totals,
            Planned planned,
            List<VersionTotal> projected,
            Map<String, Double> sustained,
            List<Integer> weightsPercent) {
        List<Arrival> record = record(totals);
        double recent = record.size() < RECORDED_MIN ? 0 : Traffic.perSecond(record);
        double rate = planned.requestsPerSecond().orElse(recent);
        boolean recorded = recent > 0 && !planned.random();
        if (rate <= 0) {
            return new ModelProjection(Basis.NONE, 0, sustained, Map.of());
        }
        Map<String, List<AtWeight>> versions = new LinkedHashMap<>();
        for (VersionTotal total : projected) {
            total.slowest().ifPresent(slowest -> {
                Projection.Subject subject = subject(slowest.said());
                Arrival typical = typical(slowest.said());
                List<AtWeight> weights = new ArrayList<>();
                for (int percent : weightsPercent) {
                    double share = percent / PERCENT / total.known();
                    List<Arrival> arrivals = recorded
                            ? Traffic.sample(record, share, rate / recent, REQUESTS, SEED)
                            : Traffic.poisson(rate * share, typical, REQUESTS, SEED);
                    if (!arrivals.isEmpty()) {
                        weights.add(new AtWeight(percent, Projection.of(subject, arrivals, SEED)));
                    }
                }
                versions.put(total.version(), List.copyOf(weights));
            });
        }
        return new ModelProjection(recorded ? Basis.RECENT_ARRIVALS : Basis.POISSON, rate, sustained, versions);
    }

    private static Map<String, Double> sustained(List<VersionTotal> totals) {
        Map<String, Double> sustained = new LinkedHashMap<>();
        for (VersionTotal total : totals) {
            total.slowest()
                    .ifPresent(slowest -> sustained.put(
                            total.version(),
                            total.known()
                                    * Projection.sustainedPerSecond(
                                            subject(slowest.said()),
                                            typical(slowest.said()),
                                            SUSTAINED_MOST * total.meanRequestsPerSecond() / total.known(),
                                            SEED)));
        }
        return sustained;
    }

    private static List<Arrival> record(List<VersionTotal> totals) {
        Stream<VersionCapacity> said =
                totals.stream().flatMap(total -> total.workers().stream()).map(VersionTotal.OnWorker::said);
        return Traffic.together(said.map(one -> one.getArrivalsList().stream()
                        .map(arrival -> new Arrival(
                                -arrival.getAgeNanos(),
                                arrival.getBudgetNanos(),
                                arrival.getItems(),
                                arrival.getLength(),
                                arrival.getWeight()))
                        .toList())
                .toList());
    }

    private static Arrival typical(VersionCapacity said) {
        long objective = said.getPolicy().getObjectiveNanos();
        return new Arrival(
                0,
                objective == 0 ? PATIENCE_NANOS : objective,
                (int) Math.max(1, Math.round(said.getItemsMean())),
                Math.max(1, said.getLengthMean()),
                1);
    }

    private static Projection.Subject subject(VersionCapacity said) {
        QueuePolicy policy = said.getPolicy();
        RunLatency latency = said.getLatency();
        return new Projection.Subject(
                new LatencyFit(
                        latency.getAlphaNanos(),
                        latency.getBetaNanos(),
                        latency.getSigmaShare(),
                        latency.getRuns(),
                        latency.getAlphaVariance(),
                        latency.getBetaVariance(),
                        latency.getCovariance()),
                said.getRunMultiplesList(),
                new BatchingPolicy(
                        policy.getBatchItemsMax(),
                        policy.getQueueRequestsMax(),
                        policy.getInstances(),
                        policy.getObjectiveNanos(),
                        policy.getMarginNanos()));
    }
}
