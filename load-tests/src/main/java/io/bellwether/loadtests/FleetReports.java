package io.bellwether.loadtests;

import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.TopScoreScale;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * What gateways and workers report about many models, each with a live rollout of a candidate that is as good as the stable
 * version. A second of a model is one of a few that were drawn beforehand, in four cumulative quarters, so that the driver
 * itself takes little. Each request is a witness, predicts one of ten classes and has a score. The same seed gives the same
 * reports. Not thread-safe.
 */
final class FleetReports {
    /** Quarters of a second: after the last one its counts are all there. */
    static final int QUARTERS = 4;

    private static final int VARIANTS = 16;
    private static final int CLASSES = 10;
    private static final double LOG_SD = 0.3;
    private static final double LATENCY_NANOS = 4e6;
    private static final double COST_PICO_USD = 1e6;
    private static final double FAILURE_SHARE = 0.001;
    private static final List<Arm> ARMS = List.of(Arm.CONTROL, Arm.CANDIDATE, Arm.STABLE_REST);

    private final Traffic traffic;
    private final long epoch;
    private final List<Drawn> variants = new ArrayList<>();
    private final long[][] sequences;

    /**
     * @param models how many
     * @param requestsPerSecond of each model
     * @param basisPoints share of the candidate, and of the control, of 10,000
     */
    record Traffic(int models, int requestsPerSecond, int basisPoints) {}

    /** By quarter and arm what both sides counted by then; keys are missing. */
    private record Drawn(List<List<CellCounts>> gateway, List<List<CellCounts>> worker) {}

    FleetReports(Traffic traffic, long seed, long epoch) {
        this.traffic = traffic;
        this.epoch = epoch;
        this.sequences = new long[Snapshot.Process.WORKER_VALUE + 1][traffic.models()];
        Random random = new Random(seed);
        for (int i = 0; i < VARIANTS; i++) {
            variants.add(draw(random));
        }
    }

    static String model(int index) {
        return String.format(Locale.ROOT, "model-%04d", index);
    }

    static String rollout(int index) {
        return String.format(Locale.ROOT, "rollout-%04d", index);
    }

    /**
     * What a process reports about one model.
     *
     * @param slot second of the requests
     * @param quarter how much of it is counted, 0 to 4; 0 is a heartbeat
     * @param sentAtMillis now, on the clock of the process
     */
    Snapshot report(Snapshot.Process process, String processId, int model, long slot, int quarter, long sentAtMillis) {
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setProcess(process)
                .setProcessId(processId)
                .setEpoch(epoch)
                .setSequence(++sequences[process.getNumber()][model])
                .setSentAtMillis(sentAtMillis)
                .setModel(model(model))
                .setWatermarkSlot(watermark(process, slot, quarter))
                .setWarm(true);
        if (quarter > 0) {
            Drawn drawn = variants.get(Math.floorMod(31 * slot + 7L * model, VARIANTS));
            boolean gateway = process == Snapshot.Process.GATEWAY;
            List<CellCounts> counted = (gateway ? drawn.gateway() : drawn.worker()).get(quarter - 1);
            for (int arm = 0; arm < ARMS.size(); arm++) {
                CellKey key = key(model, ARMS.get(arm), slot, gateway ? traffic.basisPoints() : 0);
                snapshot.addCells(counted.get(arm).toBuilder().setKey(key));
            }
        }
        return snapshot.build();
    }

    /** A gateway is through with a second when it is over; a worker cannot know what gateways have still to send. */
    private static long watermark(Snapshot.Process process, long slot, int quarter) {
        long now = quarter == QUARTERS ? slot + 1 : slot;
        return process == Snapshot.Process.GATEWAY ? now : now - 1;
    }

    private static CellKey key(int model, Arm arm, long slot, int comparedBasisPoints) {
        return CellKey.newBuilder()
                .setModel(model(model))
                .setVersion(arm == Arm.CANDIDATE ? "2" : "1")
                .setArm(arm)
                .setRolloutId(rollout(model))
                .setSlot(slot)
                .setComparedBasisPoints(comparedBasisPoints)
                .build();
    }

    private Drawn draw(Random random) {
        List<Tally> tallies = ARMS.stream().map(arm -> new Tally()).toList();
        double compared = traffic.basisPoints() / 10_000.0;
        List<List<CellCounts>> gateway = new ArrayList<>();
        List<List<CellCounts>> worker = new ArrayList<>();
        int asked = 0;
        for (int quarter = 1; quarter <= QUARTERS; quarter++) {
            for (; asked < traffic.requestsPerSecond() * quarter / QUARTERS; asked++) {
                double u = random.nextDouble();
                tallies.get(u < compared ? 0 : u < 2 * compared ? 1 : 2).request(random);
            }
            gateway.add(tallies.stream().map(Tally::ofGateway).toList());
            worker.add(tallies.stream().map(Tally::ofWorker).toList());
        }
        return new Drawn(gateway, worker);
    }

    /** One arm of one second of a model, as both sides count it. */
    private static final class Tally {
        private final TreeMap<Integer, Long> latencies = new TreeMap<>();
        private final TreeMap<Integer, Long> costs = new TreeMap<>();
        private final long[] classes = new long[CLASSES];
        private final long[] scores = new long[TopScoreScale.bins()];
        private long answered;
        private long failed;
        private long costPicoUsd;

        void request(Random random) {
            latencies.merge(LogScale.index(logNormal(LATENCY_NANOS, random)), 1L, Long::sum);
            if (random.nextDouble() < FAILURE_SHARE) {
                failed++;
                return;
            }
            long cost = logNormal(COST_PICO_USD, random);
            costs.merge(LogScale.index(cost), 1L, Long::sum);
            costPicoUsd += cost;
            classes[random.nextInt(CLASSES)]++;
            scores[scores.length / 2 + random.nextInt(CLASSES)]++;
            answered++;
        }

        private static long logNormal(double median, Random random) {
            return (long) (median * Math.exp(LOG_SD * random.nextGaussian()));
        }

        CellCounts ofGateway() {
            CellCounts.Builder cell = CellCounts.newBuilder()
                    .setRequests(answered + failed)
                    .setLatencyNanos(buckets(latencies))
                    .setWitnessLatencyNanos(buckets(latencies))
                    .putOutcomes("ok", answered);
            return (failed == 0 ? cell : cell.putOutcomes("model_error", failed)).build();
        }

        CellCounts ofWorker() {
            return CellCounts.newBuilder()
                    .setItems(answered)
                    .setExecutions(answered)
                    .setDeviceNanos(1_000_000 * answered)
                    .setCostPicoUsd(costPicoUsd)
                    .setWitnessCostPicoUsd(buckets(costs))
                    .addPredictions(bins("classes", classes))
                    .setComputedRequests(answered)
                    .setSettledRequests(answered + failed)
                    .setScores(bins(TopScoreScale.NAME, scores))
                    .build();
        }

        private static LogBuckets buckets(Map<Integer, Long> counts) {
            return LogBuckets.newBuilder()
                    .addAllIndex(counts.keySet())
                    .addAllCount(counts.values())
                    .build();
        }

        private static BinCounts bins(String name, long[] counts) {
            BinCounts.Builder bins = BinCounts.newBuilder().setName(name);
            for (long count : counts) {
                bins.addCount(count);
            }
            return bins.build();
        }
    }
}
