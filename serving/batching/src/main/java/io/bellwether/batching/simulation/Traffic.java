package io.bellwether.batching.simulation;

import io.bellwether.batching.RecentArrivals;
import io.bellwether.batching.RecentArrivals.Arrival;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes arrivals for a {@link Simulation}: from recorded ones, or by chance. Seeded, so the same every time. */
public final class Traffic {
    /** Draws that thinning may take, so that a tiny share ends. */
    private static final long DRAWS_MAX = 2_000_000;

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double BURST_TIMES = 2.2;
    private static final double BURST_NANOS = 200e6;
    private static final double QUIET_TIMES = 0.6;
    private static final double QUIET_NANOS = 600e6;

    private Traffic() {}

    /**
     * Recorded arrivals of several queues as one, the oldest first. A queue that remembers as much as it can says nothing of
     * the time before, so all begin where the last of such records does.
     */
    public static List<Arrival> together(List<List<Arrival>> records) {
        long from = records.stream()
                .filter(record -> record.size() >= RecentArrivals.KEPT)
                .mapToLong(record -> record.get(0).atNanos())
                .max()
                .orElse(Long.MIN_VALUE);
        return records.stream()
                .flatMap(List::stream)
                .filter(arrival -> arrival.atNanos() >= from)
                .sorted(Comparator.comparingLong(Arrival::atNanos))
                .toList();
    }

    /** Requests per second of a record; 0 when it has no two moments. */
    public static double perSecond(List<Arrival> record) {
        long spanNanos = record.isEmpty()
                ? 0
                : record.get(record.size() - 1).atNanos() - record.get(0).atNanos();
        return spanNanos <= 0 ? 0 : (record.size() - 1) * NANOS_PER_SECOND / spanNanos;
    }

    /**
     * Independent requests, all alike.
     *
     * @param like gives items, length, weight and budget
     */
    public static List<Arrival> poisson(double requestsPerSecond, Arrival like, int requests, long seed) {
        Draws draws = new Draws(seed);
        List<Arrival> all = new ArrayList<>(requests);
        double nanos = 0;
        for (int i = 0; i < requests; i++) {
            nanos += draws.exponential() * NANOS_PER_SECOND / requestsPerSecond;
            all.add(at(Math.round(nanos), like));
        }
        return all;
    }

    /**
     * Bursts of independent requests and quieter times between them, in turns; how long each lasts is exponential.
     *
     * @param requestsPerSecond in the mean, as 2.2 times it for 200 ms and 0.6 times it for 600 ms
     * @param like gives items, length, weight and budget
     */
    public static List<Arrival> bursty(double requestsPerSecond, Arrival like, int requests, long seed) {
        Draws draws = new Draws(seed);
        List<Arrival> all = new ArrayList<>(requests);
        boolean burst = false;
        double nanos = 0;
        double endNanos = 0;
        while (all.size() < requests) {
            if (nanos >= endNanos) {
                burst = !burst;
                nanos = endNanos;
                endNanos += draws.exponential() * (burst ? BURST_NANOS : QUIET_NANOS);
            }
            double perSecond = requestsPerSecond * (burst ? BURST_TIMES : QUIET_TIMES);
            // The process has no memory, so what lies beyond the end is drawn again from there.
            nanos += draws.exponential() * NANOS_PER_SECOND / perSecond;
            if (nanos < endNanos) {
                all.add(at(Math.round(nanos), like));
            }
        }
        return all;
    }

    /** The same with another budget for a share of them, each taken by chance. */
    public static List<Arrival> mixed(List<Arrival> arrivals, double share, long budgetNanos, long seed) {
        Draws draws = new Draws(seed);
        return arrivals.stream()
                .map(a -> draws.uniform() < share
                        ? new Arrival(a.atNanos(), budgetNanos, a.items(), a.length(), a.weight())
                        : a)
                .toList();
    }

    /**
     * Arrivals with clients that may leave and inputs that the program may throw on, each by chance.
     *
     * @param leaveShare of the clients, those that leave
     * @param leaveNanosMax they do so at any moment until then, counted from the arrival
     * @param poisonShare of the requests, those that the program throws on
     */
    public static List<Request> clients(
            List<Arrival> arrivals, double leaveShare, long leaveNanosMax, double poisonShare, long seed) {
        Draws draws = new Draws(seed);
        return arrivals.stream()
                .map(arrival -> new Request(
                        arrival,
                        draws.uniform() < leaveShare
                                ? (long) (draws.uniform() * (double) leaveNanosMax)
                                : Request.STAYS,
                        draws.uniform() < poisonShare))
                .toList();
    }

    /**
     * A share of recorded arrivals, each taken by chance, over and over until there are enough.
     *
     * @param record with at least two moments, see {@link #perSecond}
     * @param share above 0, at most 1
     * @param speed how many times faster they come than recorded
     */
    public static List<Arrival> sample(List<Arrival> record, double share, double speed, int requests, long seed) {
        Draws draws = new Draws(seed);
        long firstNanos = record.get(0).atNanos();
        double passNanos = record.size() * NANOS_PER_SECOND / perSecond(record);
        List<Arrival> all = new ArrayList<>(requests);
        double startNanos = 0;
        for (long drawn = 0; all.size() < requests && drawn < DRAWS_MAX; drawn += record.size()) {
            for (Arrival arrival : record) {
                if (all.size() < requests && draws.uniform() < share) {
                    all.add(at(Math.round((startNanos + arrival.atNanos() - firstNanos) / speed), arrival));
                }
            }
            startNanos += passNanos;
        }
        return all;
    }

    private static Arrival at(long nanos, Arrival like) {
        return new Arrival(nanos, like.budgetNanos(), like.items(), like.length(), like.weight());
    }
}
