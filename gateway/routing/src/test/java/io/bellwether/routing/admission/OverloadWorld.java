package io.bellwether.routing.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;

/**
 * A server behind doors, in virtual time: open-loop Poisson arrivals from several sources, one first-come queue, slots that
 * each run one batch at a time, and callers that give up at their deadline. A batch of b takes
 * {@code (fixNanos + b * itemNanos)} times a random factor with mean 1.
 */
final class OverloadWorld {
    static final long SECOND = 1_000_000_000L;

    /** What stands between a source and the server. */
    interface Door {
        Admission enter(int source, long nowNanos);

        void answered(int source, long waitNanos, long serviceNanos, long nowNanos);

        void dropped(int source, long flightNanos, long nowNanos);
    }

    /** What happened to the requests of one source since the last {@link #forget}. */
    static final class Tally {
        int offered;
        int refused;
        int answered;
        int dropped;
        private final List<Long> waits = new ArrayList<>();

        double waitMillis(double quantile) {
            long[] sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
            return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, quantile * sorted.length)] / 1e6;
        }
    }

    private static final class Request {
        final int source;
        final long arrivedNanos;
        boolean over;

        Request(int source, long arrivedNanos) {
            this.source = source;
            this.arrivedNanos = arrivedNanos;
        }
    }

    private record Event(long atNanos, long order, Runnable action) {}

    int slots = 16;
    int batchMax = 1;
    long fixNanos = 10_000_000;
    long itemNanos;
    long deadlineNanos = 2 * SECOND;
    /** Shape of the random factor of a run: 0 none, 1 exponential. */
    double noise = 0.3;
    /** By how much the requests of a source take longer than said; for servers without batches. */
    IntToDoubleFunction slowdown = source -> 1;

    private final SplittableRandom random;
    private final Door door;
    private final double[] ratePerSecond;
    private final Tally[] tallies;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::order));
    private final Deque<Request> queue = new ArrayDeque<>();
    private final List<Runnable> held = new ArrayList<>();
    private long now;
    private long order;
    private int busy;
    private boolean hung;

    OverloadWorld(long seed, Door door, int sources) {
        this.random = new SplittableRandom(seed);
        this.door = door;
        this.ratePerSecond = new double[sources];
        this.tallies = new Tally[sources];
        forget();
        for (int source = 0; source < sources; source++) {
            arriveLater(source);
        }
    }

    /** One adaptive limit as the only door. */
    static Door door(ConcurrencyLimit limit) {
        return new Door() {
            @Override
            public Admission enter(int source, long nowNanos) {
                return limit.tryAdmit();
            }

            @Override
            public void answered(int source, long waitNanos, long serviceNanos, long nowNanos) {
                limit.onAnswered(waitNanos, serviceNanos, nowNanos);
            }

            @Override
            public void dropped(int source, long flightNanos, long nowNanos) {
                limit.onDropped(flightNanos, nowNanos);
            }
        };
    }

    void rate(int source, double perSecond) {
        ratePerSecond[source] = perSecond;
    }

    Tally tally(int source) {
        return tallies[source];
    }

    void forget() {
        Arrays.setAll(tallies, source -> new Tally());
    }

    long now() {
        return now;
    }

    /** Requests a second that the server can serve in full batches. */
    double capacityPerSecond() {
        return slots * batchMax * 1e9 / (fixNanos + (double) batchMax * itemNanos);
    }

    /** From now on no run ends. */
    void hang() {
        hung = true;
    }

    /** Runs end again; those that should have ended end now. */
    void wake() {
        hung = false;
        held.forEach(Runnable::run);
        held.clear();
    }

    void run(double seconds) {
        long until = now + (long) (seconds * SECOND);
        while (!events.isEmpty() && events.peek().atNanos() <= until) {
            Event event = events.poll();
            now = event.atNanos();
            event.action().run();
        }
        now = until;
    }

    private void at(long nanos, Runnable action) {
        events.add(new Event(nanos, order++, action));
    }

    /** A thinned process of 1 ms steps, so that a changed rate counts at once. */
    private void arriveLater(int source) {
        double rate = ratePerSecond[source];
        double step = rate > 0 ? -Math.log(1 - random.nextDouble()) * 1e9 / rate : Double.MAX_VALUE;
        if (step > 1e6) {
            at(now + 1_000_000, () -> arriveLater(source));
            return;
        }
        at(now + (long) step, () -> {
            arrive(source);
            arriveLater(source);
        });
    }

    private void arrive(int source) {
        Tally tally = tallies[source];
        tally.offered++;
        if (door.enter(source, now) instanceof Admission.Refused) {
            tally.refused++;
            return;
        }
        Request request = new Request(source, now);
        queue.add(request);
        at(now + deadlineNanos, () -> {
            if (!request.over) {
                request.over = true;
                tallies[source].dropped++;
                door.dropped(source, deadlineNanos, now);
            }
        });
        start();
    }

    private void start() {
        while (busy < slots && !queue.isEmpty()) {
            List<Request> batch = new ArrayList<>();
            while (batch.size() < batchMax && !queue.isEmpty()) {
                Request next = queue.poll();
                if (!next.over) {
                    batch.add(next);
                }
            }
            if (!batch.isEmpty()) {
                run(batch);
            }
        }
    }

    private void run(List<Request> batch) {
        busy++;
        long began = now;
        double factor =
                slowdown.applyAsDouble(batch.get(0).source) * (1 - noise + noise * -Math.log(1 - random.nextDouble()));
        Runnable end = () -> {
            busy--;
            for (Request request : batch) {
                answer(request, began);
            }
            start();
        };
        at(now + (long) (factor * (fixNanos + (double) batch.size() * itemNanos)), () -> {
            if (hung) {
                held.add(end);
            } else {
                end.run();
            }
        });
    }

    private void answer(Request request, long began) {
        if (!request.over) {
            request.over = true;
            Tally tally = tallies[request.source];
            tally.answered++;
            tally.waits.add(began - request.arrivedNanos);
            door.answered(request.source, began - request.arrivedNanos, now - began, now);
        }
    }
}
