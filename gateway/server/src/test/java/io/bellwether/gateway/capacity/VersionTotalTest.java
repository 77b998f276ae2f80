package io.bellwether.gateway.capacity;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.capacity.VersionTotal.OnWorker;
import io.bellwether.protocol.capacity.PromisedCapacity;
import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.List;
import org.junit.jupiter.api.Test;

class VersionTotalTest {
    private static OnWorker knowing(
            String worker, long p99Nanos, double promisedItems, double items, double itemsMean) {
        return new OnWorker(
                worker,
                VersionCapacity.newBuilder()
                        .setItemsPerSecond(items)
                        .setItemsMean(itemsMean)
                        .setCapacity(PromisedCapacity.newBuilder()
                                .setBestItems(promisedItems == 0 ? 0 : 8)
                                .setP99Nanos(p99Nanos)
                                .setPromisedItemsPerSecond(promisedItems)
                                .setMeanItemsPerSecond(promisedItems * 1.25))
                        .build());
    }

    private static OnWorker young(String worker) {
        return new OnWorker(worker, VersionCapacity.newBuilder().setItemsMean(1).build());
    }

    @Test
    void ratesOfWorkersAddUpAndAreConvertedToRequests() {
        // Given 30 and 20 requests/s of 2 and 4.5 items: 150 items/s in 50 requests/s
        VersionTotal total =
                new VersionTotal("1", List.of(knowing("a", 10, 600, 60, 2), knowing("b", 20, 300, 90, 4.5)));

        // Then
        assertThat(total.itemsMean()).isEqualTo(3);
        assertThat(total.promisedRequestsPerSecond()).isEqualTo(300);
        assertThat(total.meanRequestsPerSecond()).isEqualTo(375);
        assertThat(total.arrivingRequestsPerSecond()).isEqualTo(50);
        assertThat(total.headRoomRequestsPerSecond()).isEqualTo(250);
        assertThat(total.slowest().orElseThrow().worker()).isEqualTo("b");
    }

    @Test
    void replicasAreCountedByTheMeanOfTheWorkersThatKnow() {
        // Given two workers that promise 200 requests/s each, on average, and one that is young
        VersionTotal total =
                new VersionTotal("1", List.of(knowing("a", 10, 300, 0, 1), knowing("b", 20, 100, 0, 1), young("c")));

        // Then
        assertThat(total.known()).isEqualTo(2);
        assertThat(total.replicas(1)).hasValue(1);
        assertThat(total.replicas(200)).hasValue(1);
        assertThat(total.replicas(201)).hasValue(2);
        assertThat(total.replicas(1_000)).hasValue(5);
    }

    @Test
    void nothingIsMadeUpWhereNothingIsKnown() {
        // Given
        VersionTotal total = new VersionTotal("1", List.of(young("a")));

        // Then
        assertThat(total.known()).isZero();
        assertThat(total.slowest()).isEmpty();
        assertThat(total.replicas(10)).isEmpty();
    }

    @Test
    void noNumberOfWorkersMakesUpForOnesThatCanPromiseNothing() {
        // Given
        VersionTotal total = new VersionTotal("1", List.of(knowing("a", 10, 0, 5, 1)));

        // Then
        assertThat(total.known()).isEqualTo(1);
        assertThat(total.replicas(10)).isEmpty();
        assertThat(total.headRoomRequestsPerSecond()).isEqualTo(-5);
    }
}
