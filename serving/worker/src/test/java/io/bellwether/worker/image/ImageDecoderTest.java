package io.bellwether.worker.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.model.ModelKind.Channels;
import io.bellwether.worker.model.ModelKind.Images;
import io.bellwether.worker.model.ModelKind.Resize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {
    private static final int PIXELS_MAX = 10_000;

    @Test
    void aPictureOfTheRightSizeKeepsItsSamples() throws IOException {
        // Given
        BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0xff0033);
        image.setRGB(1, 0, 0x00ff66);

        // When, Then: planes of red, green, blue
        assertThat(decoded(spec(Channels.RGB, Resize.STRETCH), encode(image, "png"), 3, 1, 2))
                .containsExactly(1, 0, 0, 1, 0.2f, 0.4f);
        assertThat(decoded(spec(Channels.BGR, Resize.STRETCH), encode(image, "png"), 3, 1, 2))
                .containsExactly(0.2f, 0.4f, 0, 1, 1, 0);
    }

    @Test
    void samplesAreNormalisedForEachChannel() throws IOException {
        // Given
        Images spec =
                new Images(List.of(0.5, 0.0, 1.0), List.of(0.5, 2.0, 1.0), Channels.RGB, Resize.STRETCH, PIXELS_MAX);
        BufferedImage white = filled(4, 4, 0xffffff);

        // When, Then
        assertThat(decoded(spec, encode(white, "png"), 3, 1, 1))
                .containsExactly(new float[] {1, 0.5f, 0}, within(1e-6f));
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_3BYTE_BGR
            })
    void everyWayToStoreAPixelGivesItsStoredValue(int type) throws IOException {
        // Given: white is the same in all of them
        BufferedImage image = new BufferedImage(3, 3, type);
        for (int i = 0; i < 9; i++) {
            image.setRGB(i % 3, i / 3, 0xffffffff);
        }

        // When, Then
        assertThat(decoded(spec(Channels.RGB, Resize.STRETCH), encode(image, "png"), 3, 1, 1))
                .containsExactly(new float[] {1, 1, 1}, within(1e-6f));
        assertThat(decoded(spec(Channels.RGB, Resize.STRETCH), encode(image, "png"), 1, 1, 1)[0])
                .isEqualTo(1, within(1e-6f));
    }

    @Test
    void aGreySampleIsNotBrightened() throws IOException {
        // Given: half of full, which the colour model of the JDK would take for linear light
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 4; i++) {
            image.getRaster().setSample(i % 2, i / 2, 0, 51);
        }

        // When, Then
        for (String format : List.of("png", "jpeg")) {
            assertThat(decoded(spec(Channels.RGB, Resize.STRETCH), encode(image, format), 3, 2, 2))
                    .containsOnly(0.2f);
        }
    }

    @Test
    void shrinkingTakesTheMeanAndSkipsNoPixel() throws IOException {
        // Given: one bright pixel among sixteen columns
        BufferedImage image = filled(16, 1, 0);
        image.setRGB(5, 0, 0xffffff);

        // When
        float[] pixels = decoded(spec(Channels.RGB, Resize.STRETCH), encode(image, "png"), 1, 1, 4);

        // Then: its weight, 1 in all, lies on the target pixels around it
        assertThat((double) pixels[0] + pixels[1] + pixels[2] + pixels[3]).isEqualTo(0.25, within(0.02));
        assertThat(pixels[1]).isGreaterThan(pixels[0]).isPositive();
        assertThat(pixels[3]).isZero();
    }

    @Test
    void aPictureOfOneColourStaysOneWhateverItsSize() throws IOException {
        long seed = Long.getLong("seed", 20261126L);
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            // Given
            BufferedImage image = filled(1 + random.nextInt(90), 1 + random.nextInt(90), 0x6699cc);
            Resize resize = random.nextBoolean() ? Resize.CROP : Resize.STRETCH;
            int height = 1 + random.nextInt(40);
            int width = 1 + random.nextInt(40);

            // When
            float[] pixels = decoded(spec(Channels.RGB, resize), encode(image, "png"), 3, height, width);

            // Then
            for (int p = 0; p < pixels.length; p++) {
                float expected = new float[] {0.4f, 0.6f, 0.8f}[p / (height * width)];
                assertThat(pixels[p]).as("seed %d, round %d", seed, i).isEqualTo(expected, within(1e-5f));
            }
        }
    }

    @Test
    void aCropIsTheMiddle() throws IOException {
        // Given: left and right quarters are bright, the middle is dark
        BufferedImage image = filled(8, 4, 0xffffff);
        for (int i = 0; i < 16; i++) {
            image.setRGB(2 + i % 4, i / 4, 0);
        }

        // When, Then
        assertThat(decoded(spec(Channels.RGB, Resize.CROP), encode(image, "png"), 1, 4, 4))
                .containsOnly(0);
    }

    @Test
    void aBombIsRefusedByItsHead() throws IOException {
        // Given: the head of a PNG that claims 60,000 x 60,000 pixels, and one that is a little over the limit
        byte[] head = encode(filled(1, 1, 0), "png").toByteArray();
        ByteBuffer.wrap(head).putInt(16, 60_000).putInt(20, 60_000);
        ByteString large = encode(filled(101, 100, 0), "jpeg");

        // When, Then
        assertThat(problem(ByteString.copyFrom(head)).reason()).isEqualTo(FailureReason.TOO_LARGE);
        assertThat(problem(large).message())
                .isEqualTo("has 101 x 100 pixels; at most 10000 are allowed, and 16384 a side");
    }

    @Test
    void manyScansOfOneJpegAreRefused() throws IOException {
        // Given: the head of a second scan again and again, as a progressive JPEG may have it
        ByteString image = encode(filled(8, 8, 0), "jpeg");
        ByteString scan = ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xda});
        ByteString scans = ByteString.EMPTY;
        for (int i = 0; i < 64; i++) {
            scans = scans.concat(scan);
        }

        // When, Then
        assertThat(decoder(3, 1, 1).decode(image.concat(scans), FloatBuffer.allocate(3)))
                .hasValueSatisfying(refusal -> assertThat(refusal.message()).isEqualTo("has more than 64 scans"));
    }

    @Test
    void whatIsNoPictureIsRefused() throws IOException {
        assertThat(problem(ByteString.copyFromUtf8("GIF89a")).message()).isEqualTo("is neither PNG nor JPEG");
        assertThat(problem(ByteString.EMPTY).message()).isEqualTo("is neither PNG nor JPEG");
    }

    @Test
    void brokenPicturesAreRefusedAndNeverThrow() throws IOException {
        long seed = Long.getLong("seed", 20261127L);
        Random random = new Random(seed);
        List<byte[]> images = List.of(
                encode(filled(20, 10, 0x123456), "png").toByteArray(),
                encode(filled(20, 10, 0x123456), "jpeg").toByteArray());
        int refused = 0;
        for (int i = 0; i < 2_000; i++) {
            // Given
            byte[] broken = images.get(i % 2).clone();
            for (int edits = 1 + random.nextInt(8); edits > 0; edits--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(broken.length) : broken.length;
            FloatBuffer into = FloatBuffer.allocate(3);

            // When
            boolean isRefused = decoder(3, 1, 1)
                    .decode(ByteString.copyFrom(broken, 0, length), into)
                    .isPresent();

            // Then
            assertThat(into.position()).as("seed %d, round %d", seed, i).isEqualTo(isRefused ? 0 : 3);
            refused += isRefused ? 1 : 0;
        }
        assertThat(refused).isPositive();
    }

    @Test
    void theBlankPictureIsBlack() {
        assertThat(decoded(spec(Channels.RGB, Resize.STRETCH), BlankImage.png(2, 3), 3, 3, 2))
                .hasSize(18)
                .containsOnly(0);
    }

    private static Images spec(Channels channels, Resize resize) {
        return new Images(List.of(), List.of(), channels, resize, PIXELS_MAX);
    }

    private static ImageDecoder decoder(long channels, long height, long width) {
        return new ImageDecoder(spec(Channels.RGB, Resize.STRETCH), List.of(channels, height, width));
    }

    private static float[] decoded(Images spec, ByteString encoded, long channels, long height, long width) {
        ImageDecoder decoder = new ImageDecoder(spec, List.of(channels, height, width));
        float[] pixels = new float[decoder.elements()];
        assertThat(decoder.check(encoded)).isEmpty();
        assertThat(decoder.decode(encoded, FloatBuffer.wrap(pixels))).isEmpty();
        return pixels;
    }

    private static Refusal problem(ByteString encoded) {
        return decoder(3, 1, 1).check(encoded).orElseThrow();
    }

    private static BufferedImage filled(int width, int height, int rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, rgb);
            }
        }
        return image;
    }

    private static ByteString encode(BufferedImage image, String format) throws IOException {
        ByteString.Output out = ByteString.newOutput();
        assertThat(ImageIO.write(image, format, out)).isTrue();
        return out.toByteString();
    }
}
