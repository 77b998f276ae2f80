package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Seeds;
import java.math.BigInteger;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenBucketTest {
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000L);

    @Test
    void threeASecondNeverDrifts() {
        // Given: a third of a second is not a whole number of nanoseconds
        TokenBucket bucket = new TokenBucket(3, 1, 0);
        int taken = 0;

        // When: asked once a microsecond for 100 seconds
        for (long now = 0; now <= 100_000_000_000L; now += 1_000) {
            bucket.refill(now);
            if (bucket.has(1)) {
                bucket.take(1);
                taken++;
            }
        }

        // Then: the first at once; each token is seen up to 1 us late, and what came since is kept
        assertThat(taken).isEqualTo(1 + 3 * 100 - 1);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1, 333333334",
        "3, 2, 666666667",
        "3, 3, 1000000000",
        "1000000000, 7, 7",
        "7000000000, 8, 2",
        "1000000000000000, 1, 1",
        "1000000000000000, 1000000000000001, 1000000001",
        "1, 1000000000000000000, 9223372036854775807"
    })
    void theTimeUntilTokensAreThereIsExact(long ratePerSecond, long tokens, long nanos) {
        TokenBucket bucket = new TokenBucket(ratePerSecond, TokenBucket.BURST_MAX, 0);
        bucket.take(TokenBucket.BURST_MAX);

        assertThat(bucket.nanosUntil(tokens)).isEqualTo(nanos);
    }

    @Test
    void aPauseOfCenturiesFillsAndDoesNotOverflow() {
        TokenBucket bucket = new TokenBucket(TokenBucket.RATE_MAX, 10, 0);
        bucket.take(TokenBucket.BURST_MAX);

        bucket.refill(Long.MAX_VALUE);

        assertThat(bucket.has(10)).isTrue();
        assertThat(bucket.has(11)).isFalse();
    }

    @Test
    void aDebtHasABound() {
        TokenBucket bucket = new TokenBucket(TokenBucket.RATE_MAX, 10, 0);
        for (int i = 0; i < 20; i++) {
            bucket.take(TokenBucket.BURST_MAX);
        }

        // 1e18 and one token at 1e15 a second
        assertThat(bucket.nanosUntil(1)).isEqualTo(1_000_000_000_001L);
    }

    /** Beside the same bucket in integers of any size, in units of 1e-9 tokens. */
    @Test
    void everyLevelIsThatOfArithmeticWithoutLimits() {
        Seeds.forEach(200, seed -> {
            // Given
            SplittableRandom random = new SplittableRandom(seed);
            long rate = anyUpTo(random, TokenBucket.RATE_MAX);
            long burst = anyUpTo(random, TokenBucket.BURST_MAX / 1_000);
            long now = random.nextLong();
            TokenBucket bucket = new TokenBucket(rate, burst, now);
            BigInteger full = BigInteger.valueOf(burst).multiply(NANOS);
            BigInteger level = full;

            for (int i = 0; i < 500; i++) {
                // When
                long elapsed = anyUpTo(random, 100_000_000_000L);
                now += elapsed;
                bucket.refill(now);
                level = level.add(BigInteger.valueOf(elapsed).multiply(BigInteger.valueOf(rate)))
                        .min(full);
                long tokens = anyUpTo(random, burst);
                if (random.nextBoolean()) {
                    bucket.take(tokens);
                    level = level.subtract(BigInteger.valueOf(tokens).multiply(NANOS));
                } else {
                    bucket.give(tokens);
                    level = level.add(BigInteger.valueOf(tokens).multiply(NANOS))
                            .min(full);
                }
                long asked = anyUpTo(random, burst);

                // Then
                BigInteger lacking = BigInteger.valueOf(asked)
                        .multiply(NANOS)
                        .subtract(level)
                        .max(BigInteger.ZERO);
                BigInteger[] wait = lacking.divideAndRemainder(BigInteger.valueOf(rate));
                BigInteger exact = wait[0].add(BigInteger.valueOf(wait[1].signum()));
                assertThat(bucket.has(asked)).isEqualTo(lacking.signum() == 0);
                assertThat(bucket.nanosUntil(asked))
                        .isEqualTo(exact.min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact());
            }
        });
    }

    /** From 1 on, every order of magnitude as likely as any other. */
    private static long anyUpTo(SplittableRandom random, long most) {
        return Math.max(1, Math.min(most, (long) Math.exp(random.nextDouble() * Math.log((double) most))));
    }
}
