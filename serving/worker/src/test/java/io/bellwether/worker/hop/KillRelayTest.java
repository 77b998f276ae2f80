package io.bellwether.worker.hop;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.hop.HopKill;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KillRelayTest {
    private final AtomicLong nanos = new AtomicLong(77);
    private final KillRelay relay = new KillRelay(nanos::get);

    @Test
    void eachKillIsNewsOnceAnArmApartFromItsRollout() {
        // Given
        HopKill all = kill("r");
        HopKill arm = all.toBuilder().setArm("3").build();

        // When, then
        assertThat(relay.news(List.of(all, all, arm))).containsExactly(all, arm);
        assertThat(relay.news(List.of(arm, all))).isEmpty();
        assertThat(relay.kept()).containsExactly(all, arm);
    }

    @Test
    void whatHasNoNameOrIsLongIsNone() {
        // Given
        HopKill nameless = HopKill.newBuilder().setModel("m").build();
        HopKill tooLong =
                kill("r").toBuilder().setReason("x".repeat(KillRelay.BYTES_MAX)).build();

        // When, then
        assertThat(relay.news(List.of(nameless, tooLong))).isEmpty();
        assertThat(relay.kept()).isEmpty();
    }

    @Test
    void aFloodIsCutOffForTheRestOfItsSecondAndTheNewestAreKept() {
        // When
        int passed = 0;
        for (int i = 0; i < 10_000; i++) {
            passed += relay.news(List.of(kill("r" + i))).size();
        }

        // Then
        assertThat(passed).isEqualTo(KillRelay.NEWS_OF_A_SECOND_MAX);

        // When
        nanos.addAndGet(1_000_000_000L);

        // Then
        assertThat(relay.news(List.of(kill("late")))).hasSize(1);
        assertThat(relay.kept()).hasSize(KillRelay.KEPT_MAX).last().isEqualTo(kill("late"));
    }

    private static HopKill kill(String rollout) {
        return HopKill.newBuilder()
                .setRollout(rollout)
                .setModel("m")
                .setAtMillis(1)
                .build();
    }
}
