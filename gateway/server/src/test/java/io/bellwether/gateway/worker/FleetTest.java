package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.worker.WorkerReport.VersionStatus;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final VersionStatus READY = new VersionStatus("READY", "");
    private static final VersionStatus LOADING = new VersionStatus("LOADING", "warming");

    private final Worker one = new Worker("one", new FakeWorkerLink());
    private final Worker other = new Worker("other", new FakeWorkerLink());

    private final Seats seats = new Seats(null, 0);

    @Test
    void aVersionIsReadyWhereSomeWorkerServesIt() {
        // When
        Fleet fleet = Fleet.of(
                List.of(
                        new WorkerReport(one, true, Map.of("m", Map.of("1", READY, "2", LOADING))),
                        new WorkerReport(other, true, Map.of("m", Map.of("1", LOADING, "2", READY)))),
                true,
                seats);

        // Then
        assertThat(fleet.models().get("m").readyVersions()).containsExactly("1", "2");
        assertThat(fleet.ready("m", "1")).extracting(Seat::worker).containsExactly(one);
        assertThat(fleet.ready("m", "2")).extracting(Seat::worker).containsExactly(other);
        assertThat(fleet.models().get("m").versions().get("2").workers()).containsExactly("one", "other");
    }

    @Test
    void aWorkerThatIsDownKeepsItsModelsKnown() {
        // When
        Fleet fleet = Fleet.of(List.of(new WorkerReport(one, false, Map.of("m", Map.of("1", READY)))), true, seats);

        // Then
        assertThat(fleet.models().get("m").readyVersions()).isEmpty();
        assertThat(fleet.models().get("m").unreachable()).isTrue();
        assertThat(fleet.servesSomething()).isFalse();
    }

    @Test
    void aLivingWorkerSpeaksForADeadOne() {
        // When
        Fleet fleet = Fleet.of(
                List.of(
                        new WorkerReport(one, false, Map.of("m", Map.of("1", READY))),
                        new WorkerReport(other, true, Map.of("m", Map.of("1", LOADING)))),
                true,
                seats);

        // Then
        assertThat(fleet.models().get("m").versions().get("1").state()).isEqualTo("LOADING");
    }

    @Test
    void versionsAreOrderedAsNumbers() {
        // When
        Fleet fleet = Fleet.of(
                List.of(new WorkerReport(one, true, Map.of("m", Map.of("10", READY, "9", READY, "1", READY)))),
                true,
                seats);

        // Then
        assertThat(fleet.models().get("m").versions().keySet()).containsExactly("1", "9", "10");
    }

    @Test
    void addressesAreHostAndPort() {
        // Then
        assertThat(WorkerAddress.parse("127.0.0.1:8100")).isEqualTo(new WorkerAddress("127.0.0.1", 8100));
        assertThat(WorkerAddress.parse(" [::1]:8100 ")).isEqualTo(new WorkerAddress("::1", 8100));
        for (String wrong : List.of("", "host", "host:", ":8100", "host:x", "host:0", "host:70000")) {
            assertThatThrownBy(() -> WorkerAddress.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("gateway.workers");
        }
    }
}
