package io.bellwether.batching.simulation;

import io.bellwether.batching.RecentArrivals;
import io.bellwether.batching.RecentArrivals.Arrival;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Makes arrivals for a {@link Projection}: from recorded ones, or by a Poisson process. Seeded, so the same every time. */
public final class Traffic {
    /** Draws that thinning may take, so that a tiny share ends. */
    private static final long DRAWS_MAX = 2_000_000;

    private static final double NANOS_PER_SECOND = 1e9;

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
