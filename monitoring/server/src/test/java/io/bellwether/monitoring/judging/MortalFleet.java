package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.telemetry.LogScale;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.BinCounts;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.CellKey;
import io.bellwether.telemetry.events.LogBuckets;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;

/**
 * Two gateways and two workers in virtual time that are killed and start again. Requests take time: a request whose
 * gateway dies is counted by nobody, one whose worker dies fails, and counts that were not reported yet are lost. Half
 * of the traffic goes to each arm. The same seed gives the same snapshots.
 */
final class MortalFleet {
    static final String ROLLOUT = "r1";
    private static final long STEP_MILLIS = 50;
    private static final long REPORT_MILLIS = 250;

    private final Random random;
    private final Lives lives;
    private final Version control;
    private final Version candidate;
    private final List<Mortal> gateways = new ArrayList<>();
    private final List<Mortal> workers = new ArrayList<>();
    private final PriorityQueue<Request> inFlight =
            new PriorityQueue<>((a, b) -> Long.compare(a.endMillis, b.endMillis));
    private long nowMillis;

    /** Mean life of a process until it is killed, zero: forever; and how long it is down then. */
    record Lives(long gatewayMillis, long workerMillis, long downMillis) {}

    /**
     * How a version behaves.
     *
     * @param failureShare share of its requests that fail, at once
     * @param medianMillis of the others
     * @param killingShare share of its requests that kill their worker
     */
    record Version(double failureShare, double medianMillis, double killingShare) {}

    /** A process; each start is a new run with counts from zero. */
    private static final class Mortal {
        final Snapshot.Process kind;
        final String id;
        final Map<CellKey, CellCounts.Builder> cells = new HashMap<>();
        final TreeMap<Long, Integer> inFlightBySlot = new TreeMap<>();
        boolean alive;
        long epoch;
        long sequence;
        long changesAtMillis;

        Mortal(Snapshot.Process kind, String id) {
            this.kind = kind;
            this.id = id;
        }

        CellCounts.Builder cell(Request request) {
            return cells.computeIfAbsent(
                    request.key, key -> CellCounts.newBuilder().setKey(key));
        }

        void leave(long slot) {
            inFlightBySlot.computeIfPresent(slot, (key, count) -> count == 1 ? null : count - 1);
        }
    }

    private static final class Request {
        final CellKey key;
        final Mortal gateway;
        final long gatewayEpoch;
        final Mortal worker;
        final long workerEpoch;
        final long startMillis;
        final boolean kills;
        boolean fails;
        long endMillis;

        Request(CellKey key, Mortal gateway, Mortal worker, long startMillis, boolean fails, boolean kills) {
            this.key = key;
            this.gateway = gateway;
            this.gatewayEpoch = gateway.epoch;
            this.worker = worker;
            this.workerEpoch = worker.epoch;
            this.startMillis = startMillis;
            this.fails = fails;
            this.kills = kills;
        }
    }

    MortalFleet(long seed, long startMillis, Lives lives, Version control, Version candidate) {
        this.random = new Random(seed);
        this.lives = lives;
        this.control = control;
        this.candidate = candidate;
        this.nowMillis = startMillis;
        for (int i = 1; i <= 2; i++) {
            gateways.add(new Mortal(Snapshot.Process.GATEWAY, "gateway-" + i));
            workers.add(new Mortal(Snapshot.Process.WORKER, "worker-" + i));
        }
        gateways.forEach(this::start);
        workers.forEach(this::start);
    }

    long nowMillis() {
        return nowMillis;
    }

    /** A quarter of a second later: what the living report. */
    List<Snapshot> report(int requestsPerStep) {
        for (long passed = 0; passed < REPORT_MILLIS; passed += STEP_MILLIS) {
            nowMillis += STEP_MILLIS;
            while (!inFlight.isEmpty() && inFlight.peek().endMillis <= nowMillis) {
                end(inFlight.poll());
            }
            gateways.forEach(this::liveOrDie);
            workers.forEach(this::liveOrDie);
            for (int i = 0; i < requestsPerStep; i++) {
                begin();
            }
        }
        List<Snapshot> snapshots = new ArrayList<>();
        for (List<Mortal> side : List.of(gateways, workers)) {
            side.stream().filter(process -> process.alive).forEach(process -> snapshots.add(snapshot(process)));
        }
        return snapshots;
    }

    private void begin() {
        Mortal gateway = gateways.get(random.nextInt(2));
        Mortal worker = workers.get(random.nextInt(2));
        worker = worker.alive ? worker : workers.get(worker == workers.get(0) ? 1 : 0);
        boolean onCandidate = random.nextBoolean();
        Version version = onCandidate ? candidate : control;
        boolean fails = random.nextDouble() < version.failureShare();
        boolean kills = random.nextDouble() < version.killingShare();
        double takesMillis = version.medianMillis() * Math.exp(0.5 * random.nextGaussian());
        if (!gateway.alive) {
            return;
        }
        CellKey key = CellKey.newBuilder()
                .setModel(SimulatedFleet.MODEL)
                .setVersion(onCandidate ? "2" : "1")
                .setArm(onCandidate ? Arm.CANDIDATE : Arm.CONTROL)
                .setRolloutId(ROLLOUT)
                .setSlot(nowMillis / 1_000)
                .build();
        Request request = new Request(key, gateway, worker, nowMillis, fails || !worker.alive, kills);
        request.endMillis = nowMillis + (request.fails ? 1 : Math.max(1, (long) takesMillis));
        gateway.inFlightBySlot.merge(key.getSlot(), 1, Integer::sum);
        worker.inFlightBySlot.merge(key.getSlot(), 1, Integer::sum);
        inFlight.add(request);
    }

    private void end(Request request) {
        boolean workerLives = request.worker.alive && request.worker.epoch == request.workerEpoch;
        if (request.kills && workerLives) {
            kill(request.worker);
            request.fails = true;
            workerLives = false;
        }
        if (workerLives) {
            request.worker.leave(request.key.getSlot());
            if (!request.fails) {
                compute(request.worker.cell(request));
            }
        }
        if (request.gateway.alive && request.gateway.epoch == request.gatewayEpoch) {
            request.gateway.leave(request.key.getSlot());
            answer(request.gateway.cell(request), request);
        }
    }

    private static void answer(CellCounts.Builder cell, Request request) {
        String outcome = request.fails ? "unavailable" : "ok";
        cell.setRequests(cell.getRequests() + 1).putOutcomes(outcome, cell.getOutcomesOrDefault(outcome, 0) + 1);
        if (!request.fails) {
            long nanos = (request.endMillis - request.startMillis) * 1_000_000;
            cell.setWitnessLatencyNanos(plus(cell.getWitnessLatencyNanos(), nanos));
        }
    }

    private void compute(CellCounts.Builder cell) {
        long costPicoUsd = (long) (1e6 * Math.exp(0.3 * random.nextGaussian()));
        List<Long> classes = cell.getPredictionsCount() == 0
                ? new ArrayList<>(List.of(0L, 0L))
                : new ArrayList<>(cell.getPredictions(0).getCountList());
        int predicted = random.nextInt(2);
        classes.set(predicted, classes.get(predicted) + 1);
        cell.setItems(cell.getItems() + 1)
                .setComputedRequests(cell.getComputedRequests() + 1)
                .setCostPicoUsd(cell.getCostPicoUsd() + costPicoUsd)
                .setWitnessCostPicoUsd(plus(cell.getWitnessCostPicoUsd(), costPicoUsd))
                .clearPredictions()
                .addPredictions(BinCounts.newBuilder().setName("scores").addAllCount(classes));
    }

    private void liveOrDie(Mortal process) {
        if (nowMillis >= process.changesAtMillis) {
            if (process.alive) {
                kill(process);
            } else {
                start(process);
            }
        }
    }

    private void start(Mortal process) {
        long mean = process.kind == Snapshot.Process.GATEWAY ? lives.gatewayMillis() : lives.workerMillis();
        process.alive = true;
        process.epoch = nowMillis;
        process.sequence = 0;
        process.cells.clear();
        process.inFlightBySlot.clear();
        process.changesAtMillis =
                mean == 0 ? Long.MAX_VALUE : nowMillis + 500 + (long) (-mean * Math.log(1 - random.nextDouble()));
    }

    /** What runs on a worker that is killed fails now. */
    private void kill(Mortal process) {
        process.alive = false;
        process.changesAtMillis = nowMillis + lives.downMillis();
        List<Request> lost = inFlight.stream()
                .filter(request -> request.worker == process && request.workerEpoch == process.epoch)
                .toList();
        inFlight.removeAll(lost);
        for (Request request : lost) {
            request.fails = true;
            request.endMillis = nowMillis;
        }
        lost.forEach(this::end);
    }

    private Snapshot snapshot(Mortal process) {
        long nowSlot = nowMillis / 1_000;
        long complete = process.kind == Snapshot.Process.GATEWAY ? nowSlot : nowSlot - 1;
        long watermark =
                process.inFlightBySlot.isEmpty() ? complete : Math.min(complete, process.inFlightBySlot.firstKey());
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setProcess(process.kind)
                .setProcessId(process.id)
                .setEpoch(process.epoch)
                .setSequence(++process.sequence)
                .setSentAtMillis(nowMillis)
                .setModel(SimulatedFleet.MODEL)
                .setWatermarkSlot(watermark)
                .setWarm(true);
        process.cells.values().forEach(cell -> snapshot.addCells(cell.build()));
        process.cells.keySet().removeIf(key -> key.getSlot() < watermark);
        return snapshot.build();
    }

    private static LogBuckets plus(LogBuckets buckets, long value) {
        int index = LogScale.index(value);
        int at = buckets.getIndexList().indexOf(index);
        return at < 0
                ? buckets.toBuilder().addIndex(index).addCount(1).build()
                : buckets.toBuilder().setCount(at, buckets.getCount(at) + 1).build();
    }
}
