package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.oip.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bodies broken at random: the decoder answers each with a value and never with an exception. */
class RequestFuzzTest {
    private static final long SEED = Long.getLong("seed", 77L);
    private static final int ROUNDS = 30_000;

    private static final List<String> SEEDS = List.of(
            "{\"inputs\":[{\"name\":\"a\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[1.5,2],[3,-4e2]]}]}",
            "{\"id\":\"x\",\"parameters\":{\"p\":true,\"q\":1},\"inputs\":[{\"data\":[\"a\",\"\\u00e9\"],\"datatype\":"
                    + "\"BYTES\",\"shape\":[2],\"name\":\"b\"}],\"outputs\":[{\"name\":\"o\",\"parameters\":"
                    + "{\"binary_data\":true}}]}",
            "{\"inputs\":[{\"name\":\"a\",\"shape\":[1],\"datatype\":\"UINT64\",\"data\":[18446744073709551615]},"
                    + "{\"name\":\"b\",\"shape\":[3],\"datatype\":\"INT8\",\"parameters\":{\"binary_data_size\":3}}]}abc");

    private static final List<String> PIECES = List.of(
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            "\"",
            "null",
            "NaN",
            "-",
            "1e999",
            "2147483648",
            "4294967296",
            "9223372036854775807",
            "9223372036854775808",
            "-1",
            "[[[[[[[[",
            "\\ud800",
            "\u0000",
            "\ufeff",
            "true",
            "\"shape\":[2147483648,2147483648,4]",
            "\"data\":[]",
            "\"binary_data_size\":9223372036854775807",
            "9".repeat(1500),
            "\"inputs\":[",
            "[".repeat(600),
            "\"name\":\"a\",");

    private static final ProtocolLimits SMALL = new ProtocolLimits(64 * 1024, 16, 32, 4, 4, 1024, 256);

    @Test
    void neverThrowsAndNeverLetsAnythingOverTheLimitsThrough() {
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            // Given
            Random random = new Random(SEED + round);
            byte[] body = mutated(random);
            int jsonLength = random.nextInt(3) == 0 ? random.nextInt(body.length + 2) - 1 : InferRequestJson.ALL_JSON;

            // When
            Decoded<ModelInferRequest> decoded;
            try {
                decoded = InferRequestJson.decode("m", "", body, body.length, jsonLength, SMALL);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + (SEED + round) + " body " + text(body), e);
            }

            // Then
            if (decoded instanceof Decoded.Valid<ModelInferRequest> valid) {
                accepted++;
                assertThat(RequestCheck.normalise(valid.value(), SMALL))
                        .as("seed %d body %s", SEED + round, text(body))
                        .isEqualTo(decoded);
            }
        }
        assertThat(accepted).isGreaterThan(100);
    }

    @Test
    void allocatesForTheTextThatIsThereAndNotForTheShapeThatIsClaimed() {
        // Given a claim of 16 Mi bytes in a body of 100 bytes, 2000 times
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        byte[] body = "{\"inputs\":[{\"name\":\"a\",\"shape\":[2097152],\"datatype\":\"FP64\",\"data\":[1]}]}"
                .getBytes(StandardCharsets.UTF_8);
        int rounds = 2000;
        InferRequestJson.decode("m", "", body, body.length, InferRequestJson.ALL_JSON, ProtocolLimits.DEFAULT);

        // When
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < rounds; i++) {
            InferRequestJson.decode("m", "", body, body.length, InferRequestJson.ALL_JSON, ProtocolLimits.DEFAULT);
        }
        long perRequest = (threads.getCurrentThreadAllocatedBytes() - before) / rounds;

        // Then
        assertThat(perRequest).isLessThan(64 * 1024);
    }

    @Test
    void namesOfOtherRequestsCostNothing() {
        // Given many requests with names that none had before
        var threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            decodeWithName("name-" + i);
        }

        // When
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000; i++) {
            decodeWithName("other-" + i);
        }
        long perRequest = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000;

        // Then
        assertThat(perRequest).isLessThan(32 * 1024);
    }

    private static void decodeWithName(String name) {
        byte[] body = ("{\"" + name + "\":1}").getBytes(StandardCharsets.UTF_8);
        Decoded<ModelInferRequest> decoded =
                InferRequestJson.decode("m", "", body, body.length, InferRequestJson.ALL_JSON, SMALL);
        assertThat(decoded).isInstanceOf(Decoded.Refused.class);
    }

    private static byte[] mutated(Random random) {
        byte[] body = SEEDS.get(random.nextInt(SEEDS.size())).getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(body.length + 1);
            switch (random.nextInt(5)) {
                case 0 -> body = Arrays.copyOf(body, at);
                case 1 -> body = splice(body, at, at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> body = splice(body, at, Math.min(body.length, at + random.nextInt(9)), "");
                case 3 ->
                    body = splice(body, at, Math.min(body.length, at + 1), PIECES.get(random.nextInt(PIECES.size())));
                default -> {
                    if (at < body.length) {
                        body[at] ^= (byte) (1 << random.nextInt(8));
                    }
                }
            }
        }
        return body;
    }

    private static byte[] splice(byte[] body, int from, int to, String piece) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(body, 0, from);
        out.writeBytes(piece.getBytes(StandardCharsets.UTF_8));
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }
}
