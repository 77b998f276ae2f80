package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;

    @Test
    void fnvMatchesTheValuesPublishedByItsAuthors() {
        // Test vectors of FNV-1a 64 by Fowler, Noll and Vo.
        assertThat(Split.fnv(FNV_OFFSET, "")).isEqualTo(0xcbf29ce484222325L);
        assertThat(Split.fnv(FNV_OFFSET, "a")).isEqualTo(0xaf63dc4c8601ec8cL);
        assertThat(Split.fnv(FNV_OFFSET, "foobar")).isEqualTo(0x85944171f73967e8L);
    }

    @Test
    void finaliserMatchesMurmurHash3() {
        assertThat(Split.mix(0)).isZero();
        assertThat(Split.mix(1)).isEqualTo(0xb456bcfc34c2cb2cL);
        assertThat(Split.mix(2)).isEqualTo(0x3abf2a20650683e7L);
    }

    /** Computed by a separate program in another language. A change would move the keys of every live rollout. */
    @ParameterizedTest
    @CsvSource({
        "r-1, user-1, 1127",
        "r-1, user-2, 4673",
        "r-2, user-1, 9378",
        "a, bc, 2375",
        "ab, c, 5309",
        "digits-good-1, 0, 5271",
        "digits-good-1, é€😀, 5432",
        "r-1, '', 2248"
    })
    void bucketsArePinned(String rolloutId, String key, int bucket) {
        assertThat(Split.bucket(Split.seed(rolloutId), key)).isEqualTo(bucket);
    }

    /** A memory of clients that fills up must lose clients of both arms alike, so no bit of the name may tell the arm. */
    @Test
    void theNameOfAClientSaysNothingAboutItsBucket() {
        // Given
        int keys = 100_000;
        long seed = Split.seed("r-1");
        int[] onesOfLowHalf = new int[Long.SIZE];
        int low = 0;

        // When
        for (int i = 0; i < keys; i++) {
            if (Split.bucket(seed, "client-" + i) < Split.BASIS_POINTS / 2) {
                low++;
                long name = Split.client(seed, "client-" + i);
                for (int bit = 0; bit < Long.SIZE; bit++) {
                    onesOfLowHalf[bit] += (int) (name >>> bit & 1);
                }
            }
        }

        // Then: one half of each bit, sd 112; five of them for 64 bits
        for (int ones : onesOfLowHalf) {
            assertThat(ones).isCloseTo(low / 2, within(560));
        }
    }

    @Test
    void textIsHashedAsItsUtf8BytesWhateverItsCharacters() {
        Random random = new Random(7);
        for (int run = 0; run < 20_000; run++) {
            char[] units = new char[random.nextInt(8)];
            for (int i = 0; i < units.length; i++) {
                units[i] = (char) (random.nextBoolean() ? random.nextInt(0x10000) : 0xd800 + random.nextInt(0x800));
            }
            String text = new String(units);
            long expected = FNV_OFFSET;
            for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
                expected = (expected ^ (b & 0xff)) * 0x100000001b3L;
            }
            assertThat(Split.fnv(FNV_OFFSET, text)).as("seed 7, run %d", run).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 2_500, 4_999, 5_000, 5_001, 9_000, 9_999, 10_000})
    void armsHaveExactlyTheSharesOfTheDefinition(int weight) {
        Map<Arm, Integer> shares = new EnumMap<>(Arm.class);
        for (int bucket = 0; bucket < 10_000; bucket++) {
            shares.merge(Split.arm(weight, bucket), 1, Integer::sum);
        }
        int matched = Math.min(weight, 10_000 - weight);
        assertThat(shares.getOrDefault(Arm.CANDIDATE, 0)).isEqualTo(matched);
        assertThat(shares.getOrDefault(Arm.CONTROL, 0)).isEqualTo(matched);
        assertThat(shares.getOrDefault(Arm.CANDIDATE_REST, 0)).isEqualTo(weight - matched);
        assertThat(shares.getOrDefault(Arm.STABLE_REST, 0)).isEqualTo(10_000 - weight - matched);
        assertThat(shares).doesNotContainKey(Arm.PINNED);
    }

    @Test
    void aGrowingWeightNeverTakesAKeyFromTheCandidate() {
        for (int bucket = 0; bucket < 10_000; bucket++) {
            boolean before = false;
            for (int weight = 0; weight <= 10_000; weight += 50) {
                Arm arm = Split.arm(weight, bucket);
                boolean now = arm == Arm.CANDIDATE || arm == Arm.CANDIDATE_REST;
                assertThat(now || !before)
                        .as("bucket %d, weight %d", bucket, weight)
                        .isTrue();
                before = now;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void comparedArmsGetTheirShareOfKeysWithinBinomialBounds(long seed) {
        Random random = new Random(seed);
        int keys = 200_000;
        for (int weight : new int[] {500, 1_000, 2_500, 5_000, 7_500}) {
            long salt = Split.seed("rollout-" + random.nextLong());
            Map<Arm, Integer> counts = new EnumMap<>(Arm.class);
            for (int i = 0; i < keys; i++) {
                counts.merge(Split.arm(weight, Split.bucket(salt, "user-" + i)), 1, Integer::sum);
            }
            double share = Math.min(weight, 10_000 - weight) / 10_000.0;
            double bound = 5 * Math.sqrt(keys * share * (1 - share));
            for (Arm arm : new Arm[] {Arm.CANDIDATE, Arm.CONTROL}) {
                assertThat((double) counts.get(arm))
                        .as("seed %d, weight %d, %s", seed, weight, arm)
                        .isBetween(keys * share - bound, keys * share + bound);
            }
        }
    }

    /** Sequential keys are the hard case for a weak hash. 100 cells: mean 99, sd 14; 180 has p below 1e-6. */
    @ParameterizedTest
    @ValueSource(strings = {"r-1", "r-2", "digits-good-1", ""})
    void bucketsAreUniform(String rolloutId) {
        long salt = Split.seed(rolloutId);
        long[] cells = new long[100];
        int keys = 500_000;
        for (int i = 0; i < keys; i++) {
            cells[Split.bucket(salt, Integer.toString(i)) / 100]++;
        }
        double expected = keys / 100.0;
        double chiSquare = 0;
        for (long cell : cells) {
            chiSquare += (cell - expected) * (cell - expected) / expected;
        }
        assertThat(chiSquare).isBetween(45.0, 180.0);
    }

    /** The same users must not be the guinea pigs of every rollout: assignments of two rollouts are independent. */
    @Test
    void assignmentsOfTwoRolloutsAreIndependent() {
        String[] ids = {"r-1", "r-2", "r-3", "digits-1", "digits-2", "a", "b", "q-1", "q-11"};
        for (int one = 0; one < ids.length; one++) {
            for (int other = one + 1; other < ids.length; other++) {
                // 10 x 10 table: 81 degrees of freedom, sd 12.7; 155 has p below 2e-6.
                assertThat(chiSquare(Split.seed(ids[one]), Split.seed(ids[other])))
                        .as("%s against %s", ids[one], ids[other])
                        .isLessThan(155);
            }
        }
    }

    private static double chiSquare(long one, long other) {
        int keys = 100_000;
        long[][] table = new long[10][10];
        for (int i = 0; i < keys; i++) {
            String key = "user-" + i;
            table[Split.bucket(one, key) / 1_000][Split.bucket(other, key) / 1_000]++;
        }
        double sum = 0;
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 10; j++) {
                double row = 0;
                double column = 0;
                for (int k = 0; k < 10; k++) {
                    row += table[i][k];
                    column += table[k][j];
                }
                double expected = row * column / keys;
                sum += (table[i][j] - expected) * (table[i][j] - expected) / expected;
            }
        }
        return sum;
    }
}
