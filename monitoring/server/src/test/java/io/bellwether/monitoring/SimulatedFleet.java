package io.bellwether.monitoring;

import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A gateway and a worker in virtual time: each tick is a quarter of a second in which requests arrive, after which both
 * report. The same seed gives the same snapshots.
 */
public final class SimulatedFleet {
    public static final String MODEL = "digits";
    public static final long TICK_MILLIS = 250;

    private final Random random;
    private final Behaviour candidate;
    private final int requestsPerTick;
    private final Map<CellKey, CellCounts.Builder> gatewayCells = new TreeMap<>(SimulatedFleet::compare);
    private final Map<CellKey, CellCounts.Builder> workerCells = new TreeMap<>(SimulatedFleet::compare);
    private String rolloutId = "";
    private double matchedShare;
    private boolean onlyCandidate;
    private final Map<String, Behaviour> otherArms = new LinkedHashMap<>();
    private final Set<Integer> seenClients = new HashSet<>();
    private List<StepProblem> stepProblems = List.of();
    private int clients;
    private long clientMemory = 1;
    private long epoch;
    private long sequence;
    private long nowMillis;

    /**
     * What the candidate does differently.
     *
     * @param failureShare share of its requests that fail
     * @param latencyFactor how many times slower it is
     */
    public record Behaviour(double failureShare, double latencyFactor) {
        public static final Behaviour EQUAL = new Behaviour(0.001, 1);
        public static final Behaviour FAILING = new Behaviour(0.3, 1);
        public static final Behaviour SLOW = new Behaviour(0.001, 2);
    }

    public SimulatedFleet(long seed, Behaviour candidate, int requestsPerTick, long startMillis) {
        this.random = new Random(seed);
        this.candidate = candidate;
        this.requestsPerTick = requestsPerTick;
        this.epoch = startMillis;
        this.nowMillis = startMillis;
    }

    /** From now on the traffic is split: this share to the candidate and as much to the control arm. */
    public void route(String rollout, double share) {
        rolloutId = rollout;
        matchedShare = share;
    }

    /** One more arm beside version 2, with the same share. */
    public SimulatedFleet beside(String version, Behaviour behaviour) {
        otherArms.put(version, behaviour);
        return this;
    }

    /** From now on the gateway says this against steps. */
    public void says(StepProblem... against) {
        stepProblems = List.of(against);
    }

    /** So many clients send the requests, the split is by client, and the gateway remembers whom it saw. */
    public SimulatedFleet ofClients(int number) {
        clients = number;
        return this;
    }

    /** From now on all traffic goes to the candidate: there is no matched arm. */
    public void routeAll(String rollout) {
        rolloutId = rollout;
        onlyCandidate = true;
    }

    /** Both processes start again: counts begin at zero. */
    public void restart() {
        epoch = nowMillis;
        sequence = 0;
        seenClients.clear();
        clientMemory++;
        gatewayCells.clear();
        workerCells.clear();
    }

    public long nowMillis() {
        return nowMillis;
    }

    /** A quarter of a second later: what both processes report. */
    public List<Snapshot> tick() {
        long slot = nowMillis / 1_000;
        for (int i = 0; i < requestsPerTick; i++) {
            request(slot);
        }
        nowMillis += TICK_MILLIS;
        sequence++;
        List<Snapshot> snapshots = new ArrayList<>();
        snapshots.add(report(Snapshot.Process.GATEWAY, "gateway-1", gatewayCells));
        snapshots.add(report(Snapshot.Process.WORKER, "worker-1", workerCells));
        gatewayCells.keySet().removeIf(key -> key.getSlot() < nowMillis / 1_000 - 3);
        workerCells.keySet().removeIf(key -> key.getSlot() < nowMillis / 1_000 - 3);
        return snapshots;
    }

    private void request(long slot) {
        int client = clients == 0 ? -1 : random.nextInt(clients);
        double u = client < 0 ? random.nextDouble() : new SplittableRandom(client).nextDouble();
        int place = matchedShare > 0 ? (int) (u / matchedShare) : 0;
        Arm matched = u < matchedShare * (1 + otherArms.size())
                ? Arm.CANDIDATE
                : u >= 1 - matchedShare ? Arm.CONTROL : Arm.STABLE_REST;
        Arm arm = onlyCandidate ? Arm.CANDIDATE_REST : matched;
        boolean onCandidate = onlyCandidate || arm == Arm.CANDIDATE;
        String tried = place == 0 || otherArms.isEmpty() || !onCandidate
                ? "2"
                : List.copyOf(otherArms.keySet()).get(place - 1);
        Behaviour behaviour = otherArms.getOrDefault(tried, candidate);
        boolean remembered = client >= 0 && (arm == Arm.CANDIDATE || arm == Arm.CONTROL);
        CellKey key = CellKey.newBuilder()
                .setClientMemory(remembered ? clientMemory : 0)
                .setFirstOfClient(remembered && seenClients.add(client))
                .setModel(MODEL)
                .setVersion(onCandidate ? tried : "1")
                .setArm(arm)
                .setRolloutId(rolloutId)
                .setSlot(slot)
                .build();
        boolean fails = random.nextDouble() < (onCandidate ? behaviour.failureShare() : 0.001);
        long latencyNanos =
                (long) (4e6 * Math.exp(0.3 * random.nextGaussian()) * (onCandidate ? behaviour.latencyFactor() : 1));
        int predicted = random.nextInt(10);

        CellCounts.Builder asked =
                gatewayCells.computeIfAbsent(key, k -> CellCounts.newBuilder().setKey(k));
        String outcome = fails ? "model_error" : "ok";
        asked.setRequests(asked.getRequests() + 1)
                .putOutcomes(outcome, asked.getOutcomesOrDefault(outcome, 0) + 1)
                .setLatencyNanos(plus(asked.getLatencyNanos(), latencyNanos))
                .setWitnessLatencyNanos(plus(asked.getWitnessLatencyNanos(), latencyNanos));
        if (!fails) {
            long costPicoUsd = (long) (1e6 * Math.exp(0.3 * random.nextGaussian()));
            CellCounts.Builder computed = workerCells.computeIfAbsent(
                    key, k -> CellCounts.newBuilder().setKey(k));
            computed.setItems(computed.getItems() + 1)
                    .setComputedRequests(computed.getComputedRequests() + 1)
                    .setExecutions(computed.getExecutions() + 1)
                    .setDeviceNanos(computed.getDeviceNanos() + 1_000)
                    .setCostPicoUsd(computed.getCostPicoUsd() + costPicoUsd)
                    .setWitnessCostPicoUsd(plus(computed.getWitnessCostPicoUsd(), costPicoUsd));
            count(computed, predicted);
        }
    }

    private static void count(CellCounts.Builder cell, int predicted) {
        long[] classes = new long[10];
        if (cell.getPredictionsCount() > 0) {
            for (int i = 0; i < 10; i++) {
                classes[i] = cell.getPredictions(0).getCount(i);
            }
        }
        classes[predicted]++;
        BinCounts.Builder bins = BinCounts.newBuilder().setName("scores");
        for (long c : classes) {
            bins.addCount(c);
        }
        cell.clearPredictions().addPredictions(bins);
    }

    private Snapshot report(Snapshot.Process process, String id, Map<CellKey, CellCounts.Builder> cells) {
        long nowSlot = nowMillis / 1_000;
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setProcess(process)
                .setProcessId(id)
                .setEpoch(epoch)
                .setSequence(sequence)
                .setSentAtMillis(nowMillis)
                .setModel(MODEL)
                .setWatermarkSlot(process == Snapshot.Process.GATEWAY ? nowSlot : nowSlot - 1)
                .setWarm(true);
        cells.values().forEach(cell -> snapshot.addCells(cell.build()));
        if (process == Snapshot.Process.GATEWAY) {
            snapshot.addAllStepProblems(stepProblems);
        }
        return snapshot.build();
    }

    private static LogBuckets plus(LogBuckets buckets, long value) {
        int index = LogScale.index(value);
        LogBuckets.Builder more = buckets.toBuilder();
        int at = buckets.getIndexList().indexOf(index);
        if (at < 0) {
            more.addIndex(index).addCount(1);
        } else {
            more.setCount(at, buckets.getCount(at) + 1);
        }
        return more.build();
    }

    private static int compare(CellKey a, CellKey b) {
        int bySlot = Long.compare(a.getSlot(), b.getSlot());
        return bySlot != 0 ? bySlot : name(a).compareTo(name(b));
    }

    private static String name(CellKey key) {
        return key.getArmValue() + key.getVersion() + "/" + key.getRolloutId() + "/" + key.getClientMemory()
                + key.getFirstOfClient();
    }
}
