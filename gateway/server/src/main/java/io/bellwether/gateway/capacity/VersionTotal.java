package io.bellwether.gateway.capacity;

import io.bellwether.batching.Capacity;
import io.bellwether.protocol.capacity.PromisedCapacity;
import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;

/**
 * What all workers that serve a version can promise together. Rates are in requests, which may carry several items: they are
 * converted by the mean of the recent requests. An immutable value.
 *
 * @param version its number
 * @param workers what each of them said
 */
public record VersionTotal(String version, List<OnWorker> workers) {

    /** What one worker said. */
    public record OnWorker(String worker, VersionCapacity said) {}

    public VersionTotal {
        workers = List.copyOf(workers);
    }

    /** What the worker said whose best batch takes longest; empty while none knows its capacity. */
    public Optional<OnWorker> slowest() {
        return workers.stream()
                .filter(one -> one.said().hasCapacity())
                .max(Comparator.comparingLong(one -> one.said().getCapacity().getP99Nanos()));
    }

    /** Workers whose capacity is known. */
    public int known() {
        return (int) workers.stream().filter(one -> one.said().hasCapacity()).count();
    }

    /** Mean items of a request, by what each worker gets; 1 before the first. */
    public double itemsMean() {
        double items = 0;
        double requests = 0;
        for (OnWorker one : workers) {
            items += one.said().getItemsPerSecond();
            requests += one.said().getItemsPerSecond() / Math.max(1, one.said().getItemsMean());
        }
        double plain = workers.stream()
                .mapToDouble(one -> Math.max(1, one.said().getItemsMean()))
                .average()
                .orElse(1);
        return requests > 0 ? items / requests : plain;
    }

    /** Requests per second that the workers whose capacity is known can answer within the objective, 99 % of them. */
    public double promisedRequestsPerSecond() {
        return promisedItemsPerSecond() / itemsMean();
    }

    /** What the same workers would come to with best batches and no pause. */
    public double meanRequestsPerSecond() {
        return sum(PromisedCapacity::getMeanItemsPerSecond) / itemsMean();
    }

    /** Requests per second that arrived lately at all workers. */
    public double arrivingRequestsPerSecond() {
        return workers.stream()
                        .mapToDouble(one -> one.said().getItemsPerSecond())
                        .sum()
                / itemsMean();
    }

    /** Requests per second that could come on top; below 0 when more arrive than can be promised. */
    public double headRoomRequestsPerSecond() {
        return promisedRequestsPerSecond() - arrivingRequestsPerSecond();
    }

    /** How many workers like these a rate needs; empty when no number of them can promise it, or none is known. */
    public OptionalLong replicas(double requestsPerSecond) {
        double ofOne = known() == 0 ? 0 : promisedRequestsPerSecond() / known();
        return Capacity.replicas(requestsPerSecond, ofOne);
    }

    private double promisedItemsPerSecond() {
        return sum(PromisedCapacity::getPromisedItemsPerSecond);
    }

    private double sum(ToDoubleFunction<PromisedCapacity> rate) {
        return workers.stream()
                .filter(one -> one.said().hasCapacity())
                .mapToDouble(one -> rate.applyAsDouble(one.said().getCapacity()))
                .sum();
    }
}
