package io.bellwether.gateway.capacity;

import static io.bellwether.gateway.capacity.Measured.arriving;
import static io.bellwether.gateway.capacity.Measured.total;
import static io.bellwether.gateway.capacity.Measured.version;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.bellwether.gateway.capacity.ModelProjection.AtWeight;
import io.bellwether.gateway.capacity.ModelProjection.Basis;
import io.bellwether.gateway.capacity.ModelProjection.Planned;
import io.bellwether.protocol.capacity.Arrival;
import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ModelProjectionTest {
    private static final long MILLI = 1_000_000;

    @Test
    void aSlowerCandidateLooksFastWithLittleTrafficAndFailsWithAll() {
        // Given 1,000 requests/s at version 1, and a version 2 that is 1.5 times slower
        VersionTotal stable = total("1", arriving(version(1), 1_000, 4_000));
        VersionTotal candidate = total("2", version(1.5));

        // When
        ModelProjection projection = ModelProjection.of(List.of(stable, candidate), Planned.AS_NOW);

        // Then
        assertThat(projection.basis()).isEqualTo(Basis.RECENT_ARRIVALS);
        assertThat(projection.sustained().get("1")).isBetween(1_050.0, 1_250.0);
        assertThat(projection.sustained().get("2")).isBetween(600.0, 800.0);
        assertThat(projection.requestsPerSecond()).isCloseTo(1_000, within(1.0));
        List<AtWeight> second = projection.versions().get("2");
        assertThat(second).extracting(AtWeight::weightPercent).isEqualTo(ModelProjection.WEIGHTS_PERCENT);
        AtWeight tenth = second.get(2);
        AtWeight whole = second.get(5);
        AtWeight stableWhole = projection.versions().get("1").get(5);
        assertThat(tenth.projection().requestsPerSecond()).isCloseTo(100, within(5.0));
        assertThat(tenth.projection().p99Nanos())
                .isLessThan(stableWhole.projection().p99Nanos());
        assertThat(tenth.projection().onTimeShare()).isGreaterThan(0.999);
        assertThat(stableWhole.projection().onTimeShare()).isGreaterThan(0.99);
        assertThat(whole.projection().onTimeShare()).isLessThan(0.85);
        assertThat(whole.projection().utilisation()).isGreaterThan(0.97);
    }

    @Test
    void workersShareTheTraffic() {
        // When
        ModelProjection two = ModelProjection.of(List.of(total("1", version(1), version(1))), planned(600, false));

        // Then
        assertThat(two.basis()).isEqualTo(Basis.POISSON);
        assertThat(two.versions().get("1").get(5).projection().requestsPerSecond())
                .isCloseTo(300, within(10.0));
    }

    @Test
    void recentRequestsComeAtThePlannedRate() {
        // When
        ModelProjection planned =
                ModelProjection.of(List.of(total("1", arriving(version(1), 100, 1_000))), planned(500, false));

        // Then
        assertThat(planned.basis()).isEqualTo(Basis.RECENT_ARRIVALS);
        assertThat(planned.versions().get("1").get(5).projection().requestsPerSecond())
                .isCloseTo(500, within(1.0));
    }

    @Test
    void randomRequestsComeWhereTheyAreAskedFor() {
        // Given a record in which all requests come at two moments
        VersionCapacity.Builder version = version(1);
        for (int i = 0; i < 400; i++) {
            version.addArrivals(Arrival.newBuilder()
                    .setAgeNanos(i < 200 ? 1_000 * MILLI : 0)
                    .setBudgetNanos(50 * MILLI)
                    .setItems(1)
                    .setLength(1)
                    .setWeight(1));
        }
        List<VersionTotal> totals = List.of(total("1", version));

        // When
        ModelProjection recorded = ModelProjection.of(totals, planned(400, false));
        ModelProjection random = ModelProjection.of(totals, planned(400, true));

        // Then
        assertThat(random.basis()).isEqualTo(Basis.POISSON);
        assertThat(random.versions().get("1").get(5).projection().onTimeShare()).isGreaterThan(0.999);
        assertThat(recorded.versions().get("1").get(5).projection().onTimeShare())
                .isLessThan(0.7);
    }

    private static Planned planned(double requestsPerSecond, boolean random) {
        return new Planned(OptionalDouble.of(requestsPerSecond), random);
    }

    @Test
    void nothingIsProjectedFromNothing() {
        // Given
        VersionTotal idle = total("1", arriving(version(1), 100, 3));
        VersionTotal young = total("2", VersionCapacity.newBuilder().setItemsMean(1));

        // Then
        assertThat(ModelProjection.of(List.of(idle), Planned.AS_NOW).basis()).isEqualTo(Basis.NONE);
        assertThat(ModelProjection.of(List.of(young), planned(5, false)).versions())
                .isEmpty();
    }
}
