package io.bellwether.gateway.worker;

import io.bellwether.batching.BatchPlanner;
import io.bellwether.batching.BatchingPolicy;
import io.bellwether.batching.Forecast;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.LatencyModel;
import io.bellwether.batching.Plan;
import io.bellwether.batching.QueueState;
import io.bellwether.batching.Waiting;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.hop.HopStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * Gateways that choose among workers with queues, in virtual time: the directories, seats and choice of the platform over its
 * planner, with random arrivals and runs that vary by a fifth. Everything takes 0.2 ms to get from one to the other.
 */
final class ChoiceSimulation implements Timekeeper {
    private static final long SECOND = 1_000_000_000;
    private static final long WAY_NANOS = 200_000;
    private static final double NOISE = 0.2;

    private final PriorityQueue<Event> agenda = new PriorityQueue<>();
    private final Random random;
    private final List<Double> millis = new ArrayList<>();
    private long nowNanos = SECOND;
    private long events;

    /**
     * A gateway.
     *
     * @param perSecond its requests
     * @param workers places of the workers that it knows
     */
    record Source(double perSecond, List<Integer> workers) {}

    /**
     * A worker, whose run of b takes alpha + beta b.
     *
     * @param batchMax its largest batch
     */
    record Server(double alphaMillis, double betaMillis, int batchMax) {
        /** Requests per second, in full batches. */
        double capacity() {
            return 1_000 * batchMax / (alphaMillis + betaMillis * batchMax);
        }
    }

    /** From the gateway to the worker and back. */
    record Times(double meanMillis, double p99Millis, int requests) {}

    private record Event(long atNanos, long turn, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(turn, other.turn);
        }
    }

    private ChoiceSimulation(long seed) {
        this.random = new Random(seed);
    }

    /**
     * How long requests take.
     *
     * @param statusMillis how often workers tell how they stand; 0 for never
     */
    static Times play(List<Source> sources, List<Server> servers, int statusMillis, int seconds, long seed) {
        ChoiceSimulation simulation = new ChoiceSimulation(seed);
        List<Queue> queues =
                servers.stream().map(server -> simulation.new Queue(server)).toList();
        for (Source source : sources) {
            simulation.begin(source, queues, statusMillis, seconds);
        }
        simulation.run();
        double[] sorted =
                simulation.millis.stream().mapToDouble(each -> each).sorted().toArray();
        return new Times(
                Arrays.stream(sorted).average().orElseThrow(), sorted[sorted.length * 99 / 100], sorted.length);
    }

    private void begin(Source source, List<Queue> queues, int statusMillis, int seconds) {
        List<Worker> workers = new ArrayList<>();
        long untilNanos = nowNanos + seconds * SECOND;
        for (int place : source.workers()) {
            FakeWorkerLink link = new FakeWorkerLink().serving("m", "1");
            workers.add(new Worker("w" + place, link));
            double phase = random.nextDouble();
            if (statusMillis > 0) {
                long everyNanos = statusMillis * 1_000_000L;
                after(Math.round(phase * everyNanos), () -> tell(link, queues.get(place), everyNanos, untilNanos));
            }
        }
        WorkerDirectory directory =
                new WorkerDirectory(workers, new WorkerDirectory.Settings(16, 0), this, random::nextInt);
        directory.poll();
        arrive(source, new Random(random.nextLong()), directory, queues, untilNanos);
    }

    private void tell(FakeWorkerLink link, Queue queue, long everyNanos, long untilNanos) {
        List<HopStatus> statuses = List.of(queue.status());
        after(WAY_NANOS, () -> link.news.told(statuses));
        if (nowNanos < untilNanos) {
            after(everyNanos, () -> tell(link, queue, everyNanos, untilNanos));
        }
    }

    /** With randomness of its own, so that the arrivals are the same whatever is chosen. */
    private void arrive(
            Source source, Random arrivals, WorkerDirectory directory, List<Queue> queues, long untilNanos) {
        long gapNanos = Math.round(-Math.log(1 - arrivals.nextDouble()) / source.perSecond() * SECOND);
        if (nowNanos + gapNanos < untilNanos) {
            after(gapNanos, () -> {
                Seat seat = directory.choose("m", "1", null).orElseThrow();
                int place = Integer.parseInt(seat.worker().name().substring(1));
                long sentNanos = nowNanos;
                seat.onSent();
                after(WAY_NANOS, () -> queues.get(place)
                        .take(() -> after(WAY_NANOS, () -> {
                            seat.onSettled();
                            millis.add((nowNanos - sentNanos) / 1e6);
                        })));
                arrive(source, arrivals, directory, queues, untilNanos);
            });
        }
    }

    private void after(long nanos, Runnable task) {
        agenda.add(new Event(nowNanos + nanos, events++, task));
    }

    private void run() {
        for (Event next = agenda.poll(); next != null; next = agenda.poll()) {
            nowNanos = next.atNanos();
            next.task().run();
        }
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public long epochMillis() {
        return nowNanos / 1_000_000;
    }

    /** A worker with one instance and one version. */
    private final class Queue {
        private final Server server;
        private final BatchingPolicy policy;
        private final BatchPlanner<Runnable> planner;
        private long ids;
        private boolean busy;

        Queue(Server server) {
            this.server = server;
            this.policy = new BatchingPolicy(server.batchMax(), 100_000, 1);
            LatencyFit line = LatencyFit.exact(server.alphaMillis() * 1e6, server.betaMillis() * 1e6, NOISE);
            this.planner = new BatchPlanner<>(policy, LatencyModel.of(line, server.batchMax()));
        }

        void take(Runnable answered) {
            var unused = planner.offer(new Waiting<>(++ids, 1, nowNanos + 3_600 * SECOND, answered), nowNanos);
            runIfIdle();
        }

        private void runIfIdle() {
            if (!busy && planner.queuedRequests() > 0) {
                busy = true;
                Plan<Runnable> plan = planner.onInstanceFree(nowNanos);
                double lineMillis = server.alphaMillis()
                        + server.betaMillis() * plan.batch().size();
                long tookNanos = Math.round(lineMillis * 1e6 * (1 - NOISE + 2 * NOISE * random.nextDouble()));
                after(tookNanos, () -> {
                    busy = false;
                    planner.onExecuted(plan, tookNanos, nowNanos);
                    plan.batch().forEach(waiting -> waiting.work().run());
                    runIfIdle();
                });
            }
        }

        HopStatus status() {
            QueueState state = planner.state(nowNanos);
            Forecast forecast =
                    Forecast.of(state, policy, policy.batchItemsMax(), 1, 1).orElseThrow();
            return HopStatus.newBuilder()
                    .setModel("m")
                    .setVersion("1")
                    .setWaiting(state.requests())
                    .setRunning(state.runningRequests())
                    .setWaitNanos(forecast.waitNanos())
                    .setRunNanos(forecast.runNanos())
                    .setEachNanos(forecast.eachNanos())
                    .build();
        }
    }
}
