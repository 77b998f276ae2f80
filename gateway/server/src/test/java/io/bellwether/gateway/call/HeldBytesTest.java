package io.bellwether.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeldBytesTest {
    @Test
    void theSumStaysWithinTheLimitAndComesBackToNothing() {
        // Given
        long seed = Long.getLong("seed", 20261126L);
        Random random = new Random(seed);
        HeldBytes held = new HeldBytes(10_000);
        List<HeldBytes.Share> shares = new ArrayList<>();
        long expected = 0;
        for (int step = 0; step < 20_000; step++) {
            // When
            int choice = random.nextInt(10);
            if (choice < 3 || shares.isEmpty()) {
                shares.add(held.share());
            } else if (choice < 8) {
                int more = random.nextInt(2_000);
                boolean taken = shares.get(random.nextInt(shares.size())).take(more);
                assertThat(taken).as("seed %d, step %d", seed, step).isEqualTo(expected + more <= 10_000);
                expected += taken ? more : 0;
            } else {
                long before = held.bytes();
                HeldBytes.Share share = shares.remove(random.nextInt(shares.size()));
                share.release();
                share.release();
                assertThat(share.take(1)).isFalse();
                expected -= before - held.bytes();
            }

            // Then
            assertThat(held.bytes())
                    .as("seed %d, step %d", seed, step)
                    .isEqualTo(expected)
                    .isBetween(0L, 10_000L);
        }
        shares.forEach(HeldBytes.Share::release);
        assertThat(held.bytes()).isZero();
    }
}
