package io.bellwether.monitoring.folding;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.monitoring.evaluation.EmbeddingRows;
import io.bellwether.telemetry.EmbeddingSketch;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.EmbeddingSample;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class EmbeddingSumsTest {
    private static CellCounts told(Arm arm, int sketches, Consumer<EmbeddingSample.Builder> change) {
        byte[] rows = new byte[sketches * EmbeddingSketch.BYTES];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (byte) (i / EmbeddingSketch.BYTES + 1);
        }
        EmbeddingSample.Builder sample = EmbeddingSample.newBuilder()
                .setSketch(EmbeddingSketch.NAME)
                .setDimensions(384)
                .setSeen(40)
                .setRows(ByteString.copyFrom(rows));
        change.accept(sample);
        return Reports.computed(10, arm, 50).toBuilder()
                .setEmbeddings(sample)
                .setComputedRequests(50)
                .build();
    }

    private static CellCounts told(Arm arm, int sketches) {
        return told(arm, sketches, sample -> {});
    }

    private static EmbeddingSums sums(List<CellCounts> cells) {
        return EmbeddingSums.ofRollout(new ClosedSlot(10, false, cells, cells), Reports.ROLLOUT);
    }

    @Test
    void sketchesOfAllWorkersOfAnArmStandTogether() {
        // When
        EmbeddingSums sums = sums(List.of(
                told(Arm.CONTROL, 16),
                told(Arm.CANDIDATE, 3),
                told(Arm.CONTROL, 2),
                Reports.computed(10, Arm.CONTROL, 5)));

        // Then
        assertThat(sums.control().dimensions()).isEqualTo(384);
        assertThat(sums.control().seen()).isEqualTo(80);
        assertThat(sums.control().sketches()).hasSize(18);
        assertThat(sums.candidate().sketches()).hasSize(3);
        assertThat(sums.candidate().sketches().get(2))
                .hasSize(EmbeddingSketch.BYTES)
                .containsOnly(3);
    }

    @Test
    void ofManyWorkersEachGivesItsFirstSketchesAndOfTooManyNone() {
        // When
        EmbeddingSums some = sums(Collections.nCopies(20, told(Arm.CONTROL, 16)));
        EmbeddingSums many = sums(Collections.nCopies(129, told(Arm.CONTROL, 16)));

        // Then
        assertThat(some.control().sketches()).hasSize(20 * 6).allSatisfy(sketch -> assertThat(sketch[0])
                .isBetween((byte) 1, (byte) 6));
        assertThat(many.control().sketches()).isEmpty();
        assertThat(many.control().seen()).isEqualTo(129 * 40);
    }

    @Test
    void otherDimensionsAndUnknownSketchesAreNotMixedIn() {
        assertThat(sums(List.of(told(Arm.CONTROL, 2), told(Arm.CONTROL, 2, sample -> sample.setDimensions(8))))
                        .control())
                .isEqualTo(EmbeddingRows.UNLIKE);
        assertThat(sums(List.of(told(Arm.CONTROL, 2, sample -> sample.setSketch("sketch-9"))))
                        .control())
                .isEqualTo(EmbeddingRows.UNLIKE);
    }

    @Test
    void ofClientsOnlyFirstRequestsOfOneMemorySpeak() {
        // Given
        CellCounts first = looked(7, true);
        ClosedSlot slot = new ClosedSlot(
                10, false, List.of(), List.of(first, looked(7, false), looked(8, true), told(Arm.CONTROL, 1)));

        // Then
        assertThat(EmbeddingSums.ofClients(slot, Reports.ROLLOUT, 7).control().seen())
                .isEqualTo(40);
        assertThat(EmbeddingSums.ofClients(slot, Reports.ROLLOUT, 0).control()).isEqualTo(EmbeddingRows.NONE);
    }

    private static CellCounts looked(long memory, boolean first) {
        CellCounts cell = told(Arm.CONTROL, 1);
        return cell.toBuilder()
                .setKey(cell.getKey().toBuilder().setClientMemory(memory).setFirstOfClient(first))
                .build();
    }

    @Test
    void samplesThatContradictThemselvesAreNoCounts() {
        assertThat(CellCheck.isValid(told(Arm.CONTROL, 16))).isTrue();
        assertThat(CellCheck.isValid(told(Arm.CANDIDATE, 0))).isTrue();
        assertThat(CellCheck.isValid(told(
                        Arm.CONTROL, 0, sample -> sample.setSketch("sketch-9").setRows(bytes(4_096)))))
                .isTrue();
        assertThat(List.of(
                        told(Arm.PINNED, 1),
                        told(Arm.CONTROL, 41),
                        told(Arm.CONTROL, 1, sample -> sample.setSeen(0)),
                        told(Arm.CONTROL, 1, sample -> sample.setSeen(51)),
                        told(Arm.CONTROL, 1, sample -> sample.setDimensions(0)),
                        told(Arm.CONTROL, 1, sample -> sample.setDimensions(1 << 25)),
                        told(Arm.CONTROL, 1, sample -> sample.setRows(bytes(34))),
                        told(Arm.CONTROL, 0, sample -> sample.setSketch("sketch-9")
                                .setRows(bytes(4_097)))))
                .noneMatch(CellCheck::isValid);
    }

    private static ByteString bytes(int number) {
        return ByteString.copyFrom(new byte[number]);
    }
}
