package io.bellwether.gateway.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.ClientMark;
import io.bellwether.routing.ComparedClient;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ClientMemoriesTest {
    private final AtomicLong ids = new AtomicLong();
    private Set<String> live = Set.of("r", "s", "t");
    private final ClientMemories memories = new ClientMemories(2, ids::incrementAndGet, () -> live);

    @Test
    void theFirstRequestOfAClientSpeaksForItInEachRollout() {
        assertThat(mark("r", 5)).isEqualTo(new ClientMark(1, true));
        assertThat(mark("r", 5)).isEqualTo(new ClientMark(1, false));
        assertThat(mark("s", 5)).isEqualTo(new ClientMark(2, true));
    }

    @Test
    void aMemoryThatWasForgottenIsNeverTakenForTheNext() {
        // Given
        mark("r", 5);
        live = Set.of();

        // When
        memories.forgetEnded();

        // Then
        assertThat(mark("r", 5)).isEqualTo(new ClientMark(2, true));
    }

    @Test
    void beyondTheLimitClientsHaveNoMarkUntilARolloutEnds() {
        // Given
        mark("r", 5);
        mark("s", 5);

        // When
        ClientMark tooMany = mark("t", 5);
        memories.forgetEnded();
        ClientMark stillTooMany = mark("t", 5);
        live = Set.of("s", "t");
        memories.forgetEnded();

        // Then
        assertThat(tooMany).isEqualTo(ClientMark.NONE);
        assertThat(stillTooMany).isEqualTo(ClientMark.NONE);
        assertThat(mark("t", 5)).isEqualTo(new ClientMark(3, true));
        assertThat(mark("s", 5)).isEqualTo(new ClientMark(2, false));
    }

    @Test
    void noMemoryHasTheIdOfNone() {
        ClientMemories unlucky = new ClientMemories(1, () -> 0, () -> live);
        assertThat(unlucky.mark(new ComparedClient("r", 5)).memory()).isNotZero();
    }

    private ClientMark mark(String rolloutId, long hash) {
        return memories.mark(new ComparedClient(rolloutId, hash));
    }
}
