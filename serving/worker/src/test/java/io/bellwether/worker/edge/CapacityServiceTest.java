package io.bellwether.worker.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.capacity.Arrival;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.VersionCapacity;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.worker.Samples;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a worker says of its capacity. Its engine is the synthetic one, its clock stands still. */
class CapacityServiceTest {
    private EdgeFixture worker;

    @BeforeEach
    void start() throws IOException {
        worker = EdgeFixture.warmed();
    }

    @AfterEach
    void stop() throws InterruptedException {
        worker.close();
    }

    private List<VersionCapacity> read(boolean withArrivals) {
        return worker.capacity(CapacityRequest.newBuilder()
                        .setModel(Samples.MODEL)
                        .setWithArrivals(withArrivals)
                        .build())
                .getVersionsList();
    }

    @Test
    void everyVersionThatServesTellsItsCapacityFromItsWarmUpOn() {
        // When
        List<VersionCapacity> versions = read(false);

        // Then: version 3 could not be loaded
        assertThat(versions).extracting(VersionCapacity::getVersion).containsExactly("1", "2");
        assertThat(versions).allSatisfy(one -> {
            assertThat(one.getPolicy().getBatchItemsMax()).isEqualTo(EdgeFixture.BATCH_MAX);
            assertThat(one.getPolicy().getInstances()).isEqualTo(1);
            assertThat(one.getLatency().getRuns()).isPositive();
            assertThat(one.getCapacity().getBestItems()).isEqualTo(EdgeFixture.BATCH_MAX);
            assertThat(one.getCapacity().getP99Nanos())
                    .isGreaterThanOrEqualTo(one.getCapacity().getMeanNanos());
            assertThat(one.getCapacity().getPromisedItemsPerSecond()).isPositive();
            assertThat(one.getItemsMean()).isEqualTo(1);
            assertThat(one.getLengthMean()).isEqualTo(1);
            assertThat(one.getArrivalsList()).isEmpty();
        });
    }

    @Test
    void recentRequestsComeWithTheirAgeWhenTheyAreWanted() {
        // Given
        worker.blocking().modelInfer(Samples.request("1", 1, 2, 3));
        worker.nowNanos.addAndGet(1_000_000_000);

        // When
        VersionCapacity version = read(true).get(0);

        // Then
        assertThat(version.getItemsMean()).isEqualTo(3);
        assertThat(version.getArrivalsList()).hasSize(1);
        Arrival arrival = version.getArrivals(0);
        assertThat(arrival.getAgeNanos()).isEqualTo(1_000_000_000);
        assertThat(arrival.getItems()).isEqualTo(3);
        assertThat(arrival.getBudgetNanos()).isPositive();
        assertThat(read(false).get(0).getArrivalsList()).isEmpty();
    }

    @Test
    void syntheticRequestsAreNoTraffic() {
        // When
        worker.blocking()
                .modelInfer(Samples.request("1", 1).toBuilder()
                        .putParameters(
                                RequestAdmission.WARM_UP_PARAMETER,
                                InferParameter.newBuilder()
                                        .setStringParam(EdgeFixture.TOKEN)
                                        .build())
                        .build());

        // Then
        assertThat(read(true).get(0).getArrivalsList()).isEmpty();
    }

    @Test
    void textsHaveNoCapacityBeforeTheirLengthIsKnown() throws IOException, InterruptedException {
        // Given
        try (EdgeFixture texts = EdgeFixture.withTexts()) {
            // When
            VersionCapacity version =
                    texts.capacity(CapacityRequest.getDefaultInstance()).getVersions(0);

            // Then
            assertThat(version.hasCapacity()).isFalse();
        }
    }

    @Test
    void aModelThatIsNotServedHasNone() {
        // When
        List<VersionCapacity> versions = worker.capacity(
                        CapacityRequest.newBuilder().setModel("none").build())
                .getVersionsList();

        // Then
        assertThat(versions).isEmpty();
    }
}
