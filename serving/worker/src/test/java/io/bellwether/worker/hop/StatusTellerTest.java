package io.bellwether.worker.hop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.protocol.hop.WorkerTurn;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTellerTest {
    private static final long MILLI = 1_000_000;
    private static final int BYTES_MAX = 64 << 10;

    private final StatusTeller teller = new StatusTeller(BYTES_MAX);

    private static HopStatus status(String version, int waiting) {
        return HopStatus.newBuilder()
                .setModel("m")
                .setVersion(version)
                .setWaiting(waiting)
                .build();
    }

    private static List<HopStatus> many(int versions, int waiting) {
        return IntStream.range(0, versions)
                .mapToObj(i -> status("v" + i, waiting))
                .toList();
    }

    private List<HopStatus> told(List<HopStatus> standing, long millis) {
        return teller.next(standing, millis * MILLI).getStatusesList();
    }

    @Test
    void onlyWhatDiffersIsSaid() {
        // When
        List<HopStatus> first = told(List.of(status("1", 0), status("2", 0)), 0);
        List<HopStatus> second = told(List.of(status("1", 0), status("2", 5)), 50);
        List<HopStatus> third = told(List.of(status("1", 0), status("2", 5)), 100);

        // Then
        assertThat(first).containsExactly(status("1", 0), status("2", 0));
        assertThat(second).containsExactly(status("2", 5));
        assertThat(third).isEmpty();
    }

    @Test
    void everythingIsSaidAgainWithinASecond() {
        // Given
        List<HopStatus> standing = List.of(status("1", 0), status("2", 0));
        told(standing, 0);

        // Then
        assertThat(told(standing, StatusTeller.AGAIN_MILLIS - 1)).isEmpty();
        assertThat(told(standing, StatusTeller.AGAIN_MILLIS)).isEqualTo(standing);
        assertThat(StatusTeller.AGAIN_MILLIS).isLessThan(1_000);
    }

    @Test
    void whatIsGoneAndComesBackIsSaidAtOnce() {
        // Given
        told(List.of(status("1", 0)), 0);
        told(List.of(), 50);

        // Then
        assertThat(told(List.of(status("1", 0)), 100)).containsExactly(status("1", 0));
    }

    @Test
    void thousandsOfVersionsComeRoundInBoundedMessages() {
        // Given
        int versions = 10 * StatusTeller.VERSIONS_MAX + 7;
        Set<String> said = new HashSet<>();
        List<Integer> sizes = new ArrayList<>();

        // When: all differ all the time
        for (int turn = 0; turn < 11; turn++) {
            WorkerTurn message = teller.next(many(versions, turn), turn * MILLI);
            message.getStatusesList().forEach(status -> said.add(status.getVersion()));
            sizes.add(message.getStatusesCount());
        }

        // Then
        assertThat(sizes).allMatch(size -> size <= StatusTeller.VERSIONS_MAX);
        assertThat(said).hasSize(versions);
    }

    @Test
    void aMessageStaysBelowWhatTheGatewayTakes() {
        // Given
        StatusTeller small = new StatusTeller(100);
        List<HopStatus> standing = new ArrayList<>(many(30, 1));
        standing.add(3, status("x".repeat(200), 1)); // never fits
        Set<String> said = new HashSet<>();

        // When
        for (int turn = 0; turn < 20; turn++) {
            WorkerTurn message = small.next(standing, turn * MILLI);
            assertThat(message.getSerializedSize()).isLessThanOrEqualTo(100);
            message.getStatusesList().forEach(status -> said.add(status.getVersion()));
        }

        // Then
        assertThat(said).hasSize(30);
    }

    @Test
    void aGatewayThatTakesNothingIsToldNothing() {
        assertThat(new StatusTeller(-128).next(many(3, 1), 0).getStatusesList()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "20, 20", "50, 50", "1_000, 1000", "5_000, 1000", "-1, 1000"})
    void theIntervalHasBounds(String wantedMillis, long expectedMillis) {
        assertThat(StatusTeller.intervalMillis(Integer.parseInt(wantedMillis.replace("_", ""))))
                .isEqualTo(expectedMillis);
    }
}
