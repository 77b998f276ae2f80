package io.bellwether.worker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.engine.ComputeDevice;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.telemetry.TopScoreScale;
import io.bellwether.worker.model.Hosting;
import io.bellwether.worker.model.ModelKind;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.ModelSpec.FeatureSpec;
import io.bellwether.worker.model.ModelSpec.PredictionSpec;
import io.bellwether.worker.model.ModelSpec.Summary;
import io.bellwether.worker.model.NanPolicy;
import io.bellwether.worker.model.Parallelism;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TallyTest {
    @Test
    void binsAreClosedBelowAndOpenAbove() {
        // Given
        FrozenBins bins = new FrozenBins(List.of(1.0, 2.0, 4.0));

        // Then
        assertThat(bins.count()).isEqualTo(5);
        assertThat(bins.bin(-5)).isEqualTo(0);
        assertThat(bins.bin(0.999)).isEqualTo(0);
        assertThat(bins.bin(1)).isEqualTo(1);
        assertThat(bins.bin(2)).isEqualTo(2);
        assertThat(bins.bin(3.9)).isEqualTo(2);
        assertThat(bins.bin(4)).isEqualTo(3);
        assertThat(bins.bin(1e300)).isEqualTo(3);
        assertThat(bins.bin(Double.NaN)).isEqualTo(4);
        assertThat(bins.bin(Double.NEGATIVE_INFINITY)).isEqualTo(4);
    }

    @Test
    void thePredictedClassIsTheFirstLargestScore() {
        // Given
        Tally tally = tally(new PredictionSpec.Classes("y", 3), List.of(3L));
        ByteBuffer scores =
                floats(1, 5, 5, -3, -2, -1, Float.NaN, 9, 0, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY, -9);

        // Then
        assertThat(tally.prediction(List.of(scores), 4)).containsExactly(1, 2, 3, 2);
        assertThat(tally.predictionBins()).isEqualTo(4);
        assertThat(tally.nonfiniteRows(List.of(scores), 4)).isEqualTo(2);
    }

    @Test
    void theTopScoreOfTheFirstRowSpeaksForItsRequest() {
        // Given
        Tally tally = tally(new PredictionSpec.Classes("y", 3), List.of(3L));
        int[] edges = {TopScoreScale.edges().indexOf(0.5), TopScoreScale.edges().indexOf(1.0)};

        // Then 0.6 lies above the edge 0.5 and below the next; 1 opens its bin; NaN has the last one
        assertThat(tally.scoreScale()).isEqualTo("top-1");
        assertThat(tally.scoreBins()).isEqualTo(TopScoreScale.bins());
        assertThat(scores(tally, floats(0.1f, 0.6f, 0.3f, 1, 1, 1))).isEqualTo(edges[0] + 1);
        assertThat(scores(tally, floats(1, 0, 0, 0, 0, 0))).isEqualTo(edges[1] + 1);
        assertThat(scores(tally, floats(1, Float.NaN, 0, 0, 0, 0))).isEqualTo(TopScoreScale.bins() - 1);
        assertThat(tally.bins(List.of(floats(1, 1)), List.of(floats(1, 0, 0, 0, 0, 0)), 2, false))
                .satisfies(part -> assertThat(counted(tally, part)).containsOnly(0));
    }

    @Test
    void aSingleScoreIsCountedInTheEdgesOfItsModelWhichNameItsScale() {
        // Given
        Tally tally = tally(new PredictionSpec.Score("y", List.of(0.25, 0.75)), List.of(1L));
        Tally other = tally(new PredictionSpec.Score("y", List.of(0.25, 0.5)), List.of(1L));

        // Then
        assertThat(scores(tally, floats(0.5f, 9))).isEqualTo(1);
        assertThat(tally.scoreBins()).isEqualTo(4);
        assertThat(tally.scoreScale()).startsWith("declared-").isNotEqualTo(other.scoreScale());
    }

    /** The bin in which the score of a request of two rows is counted. */
    private static int scores(Tally tally, ByteBuffer outputs) {
        long[] counts = counted(tally, tally.bins(List.of(floats(1, 1)), List.of(outputs), 2, true));
        assertThat(Arrays.stream(counts).sum()).isEqualTo(1);
        return Arrays.stream(counts).boxed().toList().indexOf(1L);
    }

    private static long[] counted(Tally tally, RowBins bins) {
        long[] counts = new long[tally.scoreBins()];
        bins.addTo(new long[tally.predictionBins()], counts, new long[1][tally.featureBins()[0]]);
        return counts;
    }

    @Test
    void aScoreFallsIntoItsFrozenBin() {
        // Given
        Tally tally = tally(new PredictionSpec.Score("y", List.of(0.25, 0.75)), List.of(1L));

        // Then
        assertThat(tally.prediction(List.of(floats(0.1f, 0.25f, 0.9f, Float.POSITIVE_INFINITY)), 4))
                .containsExactly(0, 1, 2, 3);
    }

    @Test
    void summariesReduceARowToOneNumber() {
        // Given: a row of 2, 4, 4, 4, 5, 5, 7, 9 has mean 5 and population deviation 2
        ByteBuffer row = floats(2, 4, 4, 4, 5, 5, 7, 9);

        // Then
        assertThat(Elements.summary(Summary.MEAN, ElementType.FP32, row, 0, 8)).isEqualTo(5);
        assertThat(Elements.summary(Summary.STD, ElementType.FP32, row, 0, 8)).isEqualTo(2);
        assertThat(Elements.summary(Summary.MIN, ElementType.FP32, row, 0, 8)).isEqualTo(2);
        assertThat(Elements.summary(Summary.MAX, ElementType.FP32, row, 0, 8)).isEqualTo(9);
        assertThat(Elements.summary(Summary.MAX, ElementType.FP32, floats(1, Float.NaN), 0, 2))
                .isNaN();
    }

    @Test
    void everyElementTypeIsReadAsItsNumber() {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(Elements.at(ElementType.UINT8, data.put(0, (byte) 200), 0)).isEqualTo(200);
        assertThat(Elements.at(ElementType.INT8, data, 0)).isEqualTo(-56);
        assertThat(Elements.at(ElementType.BOOL, data.put(0, (byte) 1), 0)).isEqualTo(1);
        assertThat(Elements.at(ElementType.INT32, data.putInt(0, -7), 0)).isEqualTo(-7);
        assertThat(Elements.at(ElementType.INT64, data.putLong(0, 1L << 40), 0)).isEqualTo(0x1p40);
        assertThat(Elements.at(ElementType.FP64, data.putDouble(0, Math.PI), 0)).isEqualTo(Math.PI);
    }

    @Test
    void halfPrecisionFollowsIeee754() {
        ByteBuffer data = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(half(data, 0x3c00)).isEqualTo(1);
        assertThat(half(data, 0xc000)).isEqualTo(-2);
        assertThat(half(data, 0x7bff)).isEqualTo(65504);
        assertThat(half(data, 0x0001)).isEqualTo(0x1p-24);
        assertThat(half(data, 0x3555)).isEqualTo(0.333251953125);
        assertThat(half(data, 0x7c00)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(half(data, 0xfc00)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(half(data, 0x7e00)).isNaN();
    }

    @Test
    void brainFloatsAreTheFirstHalfOfFloats() {
        ByteBuffer data = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(brain(data, 0x3f80)).isEqualTo(1);
        assertThat(brain(data, 0xc000)).isEqualTo(-2);
        assertThat(brain(data, 0x0001)).isEqualTo(0x1p-133);
        assertThat(brain(data, 0x7f80)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(brain(data, 0x7fc0)).isNaN();
        assertThat(Elements.at(ElementType.INT16, data.putShort(0, (short) -7), 0))
                .isEqualTo(-7);
    }

    private static double brain(ByteBuffer data, int bits) {
        return Elements.at(ElementType.BF16, data.putShort(0, (short) bits), 0);
    }

    private static double half(ByteBuffer data, int bits) {
        return Elements.at(ElementType.FP16, data.putShort(0, (short) bits), 0);
    }

    private static Tally tally(PredictionSpec prediction, List<Long> outputShape) {
        return new Tally(new ModelSpec(
                4,
                List.of(new TensorSpec("x", ElementType.FP32, List.of(1L))),
                List.of(new TensorSpec("y", ElementType.FP32, outputShape)),
                Parallelism.ONE,
                ComputeDevice.CPU,
                1,
                1,
                Optional.of(prediction),
                List.of(new FeatureSpec("f", "x", Summary.MEAN, List.of(0.0))),
                Map.of(),
                new ModelKind.Tensors(),
                Optional.empty(),
                NanPolicy.PASS,
                Hosting.DEFAULT));
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return data.flip();
    }
}
