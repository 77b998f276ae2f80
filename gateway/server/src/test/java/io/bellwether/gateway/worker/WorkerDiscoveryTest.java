package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerDiscoveryTest {
    private static final long SECOND = 1_000_000_000L;

    private final Map<String, List<String>> names = new HashMap<>();
    private final Map<String, FakeWorkerLink> links = new HashMap<>();
    private final WorkerDirectory directory = Directories.of(new FakeTime(), List.of());

    private WorkerDiscovery discovery(int workersMax, String... sources) {
        return new WorkerDiscovery(
                List.of(sources).stream().map(WorkerSource::parse).toList(),
                host -> {
                    if (!names.containsKey(host)) {
                        throw new UnknownHostException(host);
                    }
                    return names.get(host);
                },
                address -> links.computeIfAbsent(address.toString(), name -> new FakeWorkerLink().serving("m", "1")),
                directory,
                workersMax);
    }

    private List<String> workers() {
        return directory.workers().stream().map(Worker::name).toList();
    }

    @Test
    void workersAtAddressesAreThereFromTheBeginning() {
        // When
        WorkerDiscovery discovery = discovery(8, "a:1", "[::1]:2");

        // Then
        assertThat(workers()).containsExactly("a:1", "::1:2");
        assertThat(discovery.hasNames()).isFalse();
    }

    @Test
    void aNameMeansOneWorkerAtEachOfItsAddresses() {
        // Given
        WorkerDiscovery discovery = discovery(8, "a:1", "dns:workers:8100");
        names.put("workers", List.of("10.0.0.1", "10.0.0.2"));

        // When
        discovery.refresh(0);

        // Then
        assertThat(workers()).containsExactly("a:1", "10.0.0.1:8100", "10.0.0.2:8100");
    }

    @Test
    void anAddressThatIsGoneGetsNoRequestsAndItsLinkClosesWhenAllIsAnswered() {
        // Given
        WorkerDiscovery discovery = discovery(8, "dns:workers:8100");
        names.put("workers", List.of("10.0.0.1", "10.0.0.2"));
        discovery.refresh(0);
        directory.poll();
        Worker leaving = directory.workers().get(0);
        leaving.onSent();

        // When
        names.put("workers", List.of("10.0.0.2"));
        discovery.refresh(SECOND);

        // Then
        assertThat(directory.fleet().ready("m", "1"))
                .extracting(seat -> seat.worker().name())
                .containsExactly("10.0.0.2:8100");
        assertThat(links.get("10.0.0.1:8100").closed).isFalse();

        // When
        leaving.onSettled();
        discovery.refresh(2 * SECOND);

        // Then
        assertThat(links.get("10.0.0.1:8100").closed).isTrue();
        assertThat(links.get("10.0.0.2:8100").closed).isFalse();
    }

    @Test
    void aLinkThatNeverFallsSilentClosesAfterHalfAMinute() {
        // Given
        WorkerDiscovery discovery = discovery(8, "dns:workers:8100");
        names.put("workers", List.of("10.0.0.1", "10.0.0.2"));
        discovery.refresh(0);
        directory.workers().get(0).onSent();
        names.put("workers", List.of("10.0.0.2"));
        discovery.refresh(SECOND);

        // When
        discovery.refresh(30 * SECOND);
        boolean before = links.get("10.0.0.1:8100").closed;
        discovery.refresh(31 * SECOND);

        // Then
        assertThat(before).isFalse();
        assertThat(links.get("10.0.0.1:8100").closed).isTrue();
    }

    @Test
    void aNameThatIsNotResolvedKeepsItsAddresses() {
        // Given
        WorkerDiscovery discovery = discovery(8, "dns:workers:8100");
        names.put("workers", List.of("10.0.0.1"));
        discovery.refresh(0);

        // When
        names.remove("workers");
        discovery.refresh(SECOND);
        names.put("workers", List.of());
        discovery.refresh(2 * SECOND);

        // Then
        assertThat(workers()).containsExactly("10.0.0.1:8100");
    }

    @Test
    void thereAreNoMoreWorkersThanTheLimit() {
        // Given
        WorkerDiscovery discovery = discovery(2, "dns:workers:8100");
        names.put("workers", List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"));

        // When
        discovery.refresh(0);

        // Then
        assertThat(workers()).containsExactly("10.0.0.1:8100", "10.0.0.2:8100");
        assertThat(links).hasSize(2);
    }

    @Test
    void whatIsKnownOfAWorkerStaysWhenOthersCome() {
        // Given
        WorkerDiscovery discovery = discovery(8, "dns:workers:8100");
        names.put("workers", List.of("10.0.0.1"));
        discovery.refresh(0);
        directory.poll();
        Seat before = directory.fleet().ready("m", "1").get(0);

        // When
        names.put("workers", List.of("10.0.0.1", "10.0.0.2"));
        discovery.refresh(SECOND);

        // Then
        assertThat(directory.fleet().ready("m", "1")).containsExactly(before);
    }

    @Test
    void aNameWithoutAPortIsRefusedWithWhatWasExpected() {
        assertThatThrownBy(() -> WorkerSource.parse("dns:workers"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gateway.workers");
    }
}
