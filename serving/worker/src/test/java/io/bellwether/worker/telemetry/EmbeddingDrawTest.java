package io.bellwether.worker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.ClientMark;
import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.EmbeddingSample;
import io.bellwether.worker.Samples;
import io.bellwether.worker.model.ModelKind.Pooling;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EmbeddingDrawTest {
    private static EmbeddingTicket ticket(float length, long number) {
        return new EmbeddingTicket(FloatBuffer.wrap(new float[] {0, length}), number);
    }

    /** The last bytes of the sketches: their lengths. */
    private static List<Integer> lengths(EmbeddingSample sample) {
        List<Integer> lengths = new ArrayList<>();
        for (int at = EmbeddingSketch.SUMS; at < sample.getRows().size(); at += EmbeddingSketch.BYTES) {
            lengths.add((int) sample.getRows().byteAt(at));
        }
        return lengths;
    }

    @Test
    void theLowestNumbersWinInTheirOrderWhoeverComesFirst() {
        // Given vectors whose lengths tell their numbers: a sixteenth of a doubling is told as one
        EmbeddingDraw draw = new EmbeddingDraw(EmbeddingSketch.SAMPLED_MAX);
        int[] order = {7, 3, 0, 39, 12, 5, 1, 2, 4, 6, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};

        // When
        for (int number : order) {
            draw.add(ticket((float) Math.pow(2, number / 16.0), number - 10));
        }

        // Then
        EmbeddingSample sample = draw.toProto();
        assertThat(sample.getSketch()).isEqualTo(EmbeddingSketch.NAME);
        assertThat(sample.getDimensions()).isEqualTo(2);
        assertThat(sample.getSeen()).isEqualTo(order.length);
        assertThat(lengths(sample)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    }

    @Test
    void vectorsWithoutADirectionAreSeenAndNotDrawn() {
        // Given
        EmbeddingDraw draw = new EmbeddingDraw(EmbeddingSketch.SAMPLED_MAX);

        // When
        draw.add(ticket(0, 1));
        draw.add(ticket(Float.NaN, 2));
        draw.add(ticket(4, 3));

        // Then
        assertThat(draw.toProto().getSeen()).isEqualTo(3);
        assertThat(lengths(draw.toProto())).containsExactly(32);
    }

    @Test
    void fewerAreDrawnWhereSoIsSaidAndOfNoneOnlyTheNumberAndTheDimensionAreTold() {
        // Given
        EmbeddingDraw few = new EmbeddingDraw(2);
        EmbeddingDraw none = new EmbeddingDraw(0);

        // When
        for (int number : new int[] {3, 1, 2}) {
            few.add(ticket((float) Math.pow(2, number), number));
            none.add(ticket((float) Math.pow(2, number), number));
        }

        // Then
        assertThat(lengths(few.toProto())).containsExactly(16, 32);
        assertThat(few.toProto().getSeen()).isEqualTo(3);
        assertThat(none.toProto().getRows()).isEmpty();
        assertThat(none.toProto().getSeen()).isEqualTo(3);
        assertThat(none.toProto().getDimensions()).isEqualTo(2);
        assertThat(none.toProto().getSketch()).isEqualTo(EmbeddingSketch.NAME);
    }

    @Test
    void whenAVectorComesDoesNotMatter() {
        // Given 100 vectors a cell, of which the first half are short, in 2,000 cells
        SplittableRandom random = new SplittableRandom(6);
        long shorts = 0;

        // When
        for (int cell = 0; cell < 2_000; cell++) {
            EmbeddingDraw draw = new EmbeddingDraw(EmbeddingSketch.SAMPLED_MAX);
            for (int i = 0; i < 100; i++) {
                draw.add(ticket(i < 50 ? 1 : 2, random.nextLong()));
            }
            shorts += lengths(draw.toProto()).stream()
                    .filter(length -> length == 0)
                    .count();
        }

        // Then half of 32,000 are, give or take four standard deviations of 82
        assertThat(shorts).isBetween(16_000L - 4 * 82, 16_000L + 4 * 82);
    }

    @Test
    void aCellTellsOfItsVectorsAndOneWithoutAnyOfNone() {
        // Given
        ModelCells cells = new ModelCells(
                Samples.MODEL, new Tally(Samples.textSpec(8, Pooling.MEAN, false)), new ModelCells.Limits(9, 1));

        // When
        cells.add(new CellId("1", Arm.CONTROL, "r", "", 1), observation(Optional.of(ticket(1, 7))), 1);
        cells.add(new CellId("1", Arm.CANDIDATE, "r", "", 1), observation(Optional.empty()), 1);

        // Then
        List<CellCounts> counts = cells.snapshot(2, true).getCellsList();
        assertThat(counts).filteredOn(CellCounts::hasEmbeddings).hasSize(1);
        assertThat(counts)
                .filteredOn(CellCounts::hasEmbeddings)
                .allSatisfy(cell -> assertThat(cell.getEmbeddings().getSeen()).isEqualTo(1));
    }

    @Test
    void aWorkerThatTellsNoSketchesTellsNoNumberOfAVector() {
        // Given
        ModelCells cells = new ModelCells(
                Samples.MODEL, new Tally(Samples.textSpec(8, Pooling.MEAN, false)), new ModelCells.Limits(9, 1, 0));

        // When
        cells.add(new CellId("1", Arm.CONTROL, "r", "", 1), observation(Optional.of(ticket(1, 7))), 1);

        // Then
        EmbeddingSample told = cells.snapshot(2, true).getCells(0).getEmbeddings();
        assertThat(told.getSeen()).isEqualTo(1);
        assertThat(told.getRows()).isEmpty();
    }

    private static Observation observation(Optional<EmbeddingTicket> ticket) {
        return new Observation(1, 1, false, 1, 1, 0, true, RowBins.NONE, ticket);
    }

    @Test
    void onlyAModelOfEmbeddingsHasThemAndTheFirstRowSpeaks() {
        // Given two rows
        ByteBuffer output = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        output.putFloat(1).putFloat(2).putFloat(3).putFloat(4).flip();

        // Then
        FloatBuffer vector = new Tally(Samples.textSpec(8, Pooling.MEAN, false))
                .embedding(List.of(output), 2)
                .orElseThrow();
        assertThat(vector.remaining()).isEqualTo(2);
        assertThat(vector.get(0)).isEqualTo(1);
        assertThat(vector.get(1)).isEqualTo(2);
        assertThat(new Tally(Samples.spec(8, 8)).embedding(List.of(output), 2)).isEmpty();
    }

    @Test
    void onlyComparedRequestsSpeakAndOfClientsTheFirst() {
        assertThat(of(Arm.CONTROL, ClientMark.NONE).speaks()).isTrue();
        assertThat(of(Arm.CANDIDATE, new ClientMark(5, true)).speaks()).isTrue();
        assertThat(of(Arm.CANDIDATE, new ClientMark(5, false)).speaks()).isFalse();
        assertThat(of(Arm.STABLE_REST, ClientMark.NONE).speaks()).isFalse();
        assertThat(of(Arm.PINNED, ClientMark.NONE).speaks()).isFalse();
    }

    private static CellId of(Arm arm, ClientMark client) {
        return new CellId("1", arm, "r", "", 1, client);
    }
}
