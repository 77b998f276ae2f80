package io.bellwether.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Floats to text and back, against the exact ways of the JDK and of Jackson. */
class FloatTextTest {
    private static final int ROUNDS = 2_000_000;
    private static final int DEPTH_MAX = 8;

    private final byte[] written = new byte[FloatWriter.BYTES_MAX];
    private final byte[] raw = new byte[Float.BYTES];

    @Test
    void everyFloatIsWrittenAsTheShortestTextAndReadBack() {
        long seed = Long.getLong("seed", 20261128L);
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            // Given: half of them any bits, half of a size that models return
            float value = i % 2 == 0 ? Float.intBitsToFloat(random.nextInt()) : (float) random.nextGaussian();
            if (!Float.isFinite(value)) {
                continue;
            }

            // When
            String text = write(value);

            // Then
            if (!text.equals(NumberOutput.toString(value, true))
                    || Float.floatToRawIntBits(read(text)) != Float.floatToRawIntBits(value)) {
                assertThat(text).as("seed %d, round %d", seed, i).isEqualTo(NumberOutput.toString(value, true));
                assertThat(read(text)).as("seed %d, round %d", seed, i).isEqualTo(value);
            }
        }
    }

    @Test
    void floatsAtTheEdgesAreWrittenAsTheShortestText() {
        for (int exponent = 0; exponent < 255; exponent++) {
            for (int fraction : new int[] {0, 1, 2, 0x40_0000, 0x7F_FFFE, 0x7F_FFFF}) {
                float value = Float.intBitsToFloat(exponent << 23 | fraction);
                assertThat(write(value)).isEqualTo(NumberOutput.toString(value, true));
                assertThat(write(-value)).isEqualTo(NumberOutput.toString(-value, true));
                assertThat(read(write(value))).isEqualTo(value);
            }
        }
        for (int power = -44; power < 39; power++) {
            float value = Float.parseFloat("1e" + power);
            assertThat(write(value)).isEqualTo(NumberOutput.toString(value, true));
        }
        for (int whole = 0; whole < 20_000; whole++) {
            assertThat(write(whole)).isEqualTo(whole < 10_000_000 ? whole + ".0" : "");
        }
        assertThat(write(Float.NaN)).isEqualTo("null");
        assertThat(write(Float.NEGATIVE_INFINITY)).isEqualTo("null");
    }

    @Test
    void everyWayToWriteANumberIsReadAsTheNearestFloat() {
        long seed = Long.getLong("seed", 20261129L);
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            // Given
            String text = number(random);
            float expected = Float.parseFloat(text);

            // When
            float value = read(text);

            // Then: what a float cannot hold is left to the general parser
            boolean same = Float.isFinite(expected)
                    ? Float.floatToRawIntBits(value) == Float.floatToRawIntBits(expected)
                    : Float.isNaN(value);
            assertThat(same)
                    .as("seed %d, round %d: %s is read as %s", seed, i, text, value)
                    .isTrue();
        }
    }

    @Test
    void numbersHalfWayBetweenTwoFloatsAreReadAsTheNearestFloat() {
        long seed = Long.getLong("seed", 20261130L);
        Random random = new Random(seed);
        for (int i = 0; i < 100_000; i++) {
            // Given: exactly half way, and as near to it as a double can be on either side
            float lower = Float.intBitsToFloat(random.nextInt(0x7F00_0000));
            double half = ((double) lower + Math.nextUp(lower)) / 2;
            for (double near : new double[] {half, Math.nextUp(half), Math.nextDown(half)}) {
                String text = Double.toString(near);

                // When, Then
                assertThat(read(text))
                        .as("seed %d, round %d: %s", seed, i, text)
                        .isEqualTo(Float.parseFloat(text));
            }
        }
    }

    @Test
    void numbersInARowAreReadAsOneByOne() {
        long seed = Long.getLong("seed", 20261201L);
        Random random = new Random(seed);
        for (int round = 0; round < 50_000; round++) {
            // Given
            int count = 1 + random.nextInt(24);
            String text = row(random, count);
            if (round % 2 == 0) {
                int at = random.nextInt(text.length());
                text = text.substring(0, at) + ",.-/0:9]e[ ".charAt(random.nextInt(11)) + text.substring(at + 1);
            }

            // When
            float[] values = readAll(text + "]", count);

            // Then
            assertThat(values).as("seed %d, round %d: %s", seed, round, text).isEqualTo(oneByOne(text + "]", count));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01", "-", "1.", ".5", "+1", "1e", "1e+", "--1", "1.5.5", "0x10", "NaN", "Infinity", "null", "true",
                "\"1\"", "", "1 2", "1,", ",1", "[1", "1]]", "[1],", "[1]2", "1[2]", "1e39", "-1e39", "1;2", "1.e5"
            })
    void whatIsNoPlainNumberIsLeftToTheGeneralParser(String text) {
        assertThat(read(text)).isNaN();
    }

    @Test
    void arraysMayBeNestedAndSpacedInAnyWay() {
        assertThat(readAll("[1 ,[2.5]\n,\t[[ -3e2,4 ] ]\r\n]]tail", 4)).containsExactly(1, 2.5f, -300, 4);
        assertThat(readAll("]", 0)).isEmpty();
        assertThat(readAll("[],[]]", 0)).isEmpty();
        assertThat(readAll("1,2]", 3)).isNull();
        assertThat(readAll("1,2]", 1)).isNull();
        assertThat(readAll("[".repeat(DEPTH_MAX - 1) + "1" + "]".repeat(DEPTH_MAX), 1))
                .containsExactly(1);
        assertThat(readAll("[".repeat(DEPTH_MAX) + "1" + "]".repeat(DEPTH_MAX + 1), 1))
                .isNull();
    }

    /** One to 25 digits with a point anywhere and an exponent or none. */
    private static String number(Random random) {
        StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
        int before = random.nextInt(4) == 0 ? 1 + random.nextInt(12) : 1;
        text.append(before == 1 ? (char) ('0' + random.nextInt(10)) : (char) ('1' + random.nextInt(9)));
        for (int i = 1; i < before; i++) {
            text.append(random.nextInt(10));
        }
        if (random.nextInt(8) > 0) {
            text.append('.').append("0".repeat(random.nextInt(4) == 0 ? random.nextInt(12) : 0));
            for (int i = 1 + random.nextInt(20); i > 0; i--) {
                text.append(random.nextInt(10));
            }
        }
        if (random.nextInt(3) == 0) {
            text.append(random.nextBoolean() ? 'e' : 'E').append(new String[] {"", "+", "-"}[random.nextInt(3)]);
            text.append("0".repeat(random.nextInt(2))).append(random.nextInt(random.nextInt(20) == 0 ? 99_999 : 50));
        }
        return text.toString();
    }

    /** Mostly short numbers with a digit before the point, as they come out of a model. */
    private static String row(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : new String[] {", ", ",", " ,", ",\n", ",  "}[random.nextInt(8) % 5]);
            text.append(
                    switch (random.nextInt(8)) {
                        case 0 -> number(random);
                        case 1 -> (random.nextBoolean() ? "-0." : "0.") + random.nextInt(1_000);
                        case 2 -> Double.toString(((double) random.nextInt(0x100_0000) + 0.5) / 0x100_0000);
                        default -> Float.toString((float) random.nextGaussian());
                    });
        }
        return text.toString();
    }

    /** What a parser finds in the array; null when there is something else than so many numbers. */
    private static float[] oneByOne(String text, int count) {
        float[] values = new float[count];
        int found = 0;
        try (JsonParser parser = new JsonFactory().createParser("[" + text)) {
            parser.nextToken();
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == JsonToken.START_ARRAY) {
                    depth++;
                } else if (token == JsonToken.END_ARRAY) {
                    depth--;
                } else if (token == null || !token.isNumeric() || found == count) {
                    return null;
                } else {
                    values[found++] = Float.parseFloat(parser.getText());
                    if (!Float.isFinite(values[found - 1])) {
                        return null;
                    }
                }
            }
        } catch (IOException e) {
            return null;
        }
        return found == count ? values : null;
    }

    private String write(float value) {
        return new String(written, 0, FloatWriter.write(value, written, 0), StandardCharsets.ISO_8859_1);
    }

    /** NaN when it is left to the general parser. */
    private float read(String text) {
        byte[] bytes = (text + "]").getBytes(StandardCharsets.ISO_8859_1);
        return new FloatReader(bytes, bytes.length, raw).read(0, DEPTH_MAX) == bytes.length - 1
                ? ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).getFloat()
                : Float.NaN;
    }

    private static float[] readAll(String text, int count) {
        byte[] values = new byte[count * Float.BYTES];
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (new FloatReader(bytes, bytes.length, values).read(0, DEPTH_MAX) == FloatReader.NOT_PLAIN) {
            return null;
        }
        float[] floats = new float[count];
        ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
        return floats;
    }
}
