package io.bellwether.gateway.capacity;

import static io.bellwether.gateway.capacity.Measured.arriving;
import static io.bellwether.gateway.capacity.Measured.total;
import static io.bellwether.gateway.capacity.Measured.version;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Version 1 carries about 1,150 requests/s with best batches and no pause. */
class PreflightTest {

    private static Optional<String> problem(double requestsPerSecond, VersionCapacity.Builder candidate) {
        int requests = (int) Math.min(4_000, 4 * requestsPerSecond);
        VersionTotal stable = total("1", arriving(version(1), requestsPerSecond, requests));
        List<VersionTotal> all = List.of(stable, total("2", candidate), total("3", version(1)));
        ModelProjection projection = ModelProjection.between(all, "1", "2", ModelProjection.WEIGHTS_PERCENT);
        assertThat(projection.versions()).doesNotContainKey("3");
        return Preflight.problem(projection, "1", "2");
    }

    @Test
    void aCandidateWithHalfMoreToDoIsFoundBeforeItGetsARequest() {
        assertThat(problem(920, version(1.5))).hasValueSatisfying(text -> assertThat(text)
                .startsWith("version '2' cannot carry 100 % of the present traffic (920 requests/s): by its projection")
                .contains("where version '1' answers"));
    }

    @Test
    void theSameCandidateIsWelcomeWhereThereIsRoom() {
        assertThat(problem(400, version(1.5))).isEmpty();
    }

    @Test
    void anEqualCandidateIsWelcomeAtEveryLoad() {
        for (double perSecond : new double[] {10, 400, 800, 950, 1_050, 1_200, 2_000}) {
            assertThat(problem(perSecond, version(1)))
                    .as("%s requests/s", perSecond)
                    .isEmpty();
        }
    }

    @Test
    void aFasterCandidateIsWelcomeWhereTheStableVersionIsOverloaded() {
        assertThat(problem(1_500, version(0.8))).isEmpty();
    }

    @Test
    void whatIsNotKnownSpeaksAgainstNobody() {
        // Given no traffic, or a candidate whose runs nobody measured

        // Then
        assertThat(problem(0.5, version(3))).isEmpty();
        assertThat(problem(920, VersionCapacity.newBuilder())).isEmpty();
    }
}
