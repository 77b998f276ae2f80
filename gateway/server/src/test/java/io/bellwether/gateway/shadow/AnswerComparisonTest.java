package io.bellwether.gateway.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.controlapi.log.Comparison;
import io.bellwether.protocol.DataType;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerComparisonTest {
    private static final Comparison CLOSE =
            Comparison.newBuilder().setTolerance(0.01).build();
    private static final Comparison LABEL =
            Comparison.newBuilder().setRule(Comparison.Rule.LABEL).build();
    private static final Comparison RANKING = Comparison.newBuilder()
            .setRule(Comparison.Rule.RANKING)
            .setTop(3)
            .setAtLeast(0.6)
            .build();
    private static final Comparison COSINE = Comparison.newBuilder()
            .setRule(Comparison.Rule.COSINE)
            .setAtLeast(0.99)
            .build();

    @ParameterizedTest
    @CsvSource({
        "100, 100.9, AGREES",
        "100, 101.1, DIFFERS",
        "0.001, 0.0105, AGREES",
        "0.001, 0.0115, DIFFERS",
        "-100, -99.1, AGREES",
        "0, -0.0, AGREES",
        "NaN, NaN, AGREES",
        "NaN, 1, DIFFERS",
        "1, NaN, DIFFERS",
        "Infinity, Infinity, AGREES",
        "Infinity, -Infinity, DIFFERS",
        "Infinity, 1, DIFFERS",
        "1, Infinity, DIFFERS"
    })
    void numbersAreCloseByAShareOrBelowOneByThemselves(float one, float other, Agreement expected) {
        assertThat(compare(CLOSE, floats(List.of(1L, 1L), one), floats(List.of(1L, 1L), other)))
                .isEqualTo(expected);
    }

    @Test
    void labelsAgreeIfTheLargestOfEachRowIsTheSame() {
        // Given
        ModelInferResponse one = floats(List.of(2L, 3L), 1, 5, 2, 9, 0, 0);

        // Then
        assertThat(compare(LABEL, one, floats(List.of(2L, 3L), 0, 1, 0, 3, 2, 1)))
                .isEqualTo(Agreement.AGREES);
        assertThat(compare(LABEL, one, floats(List.of(2L, 3L), 0, 1, 0, 3, 4, 1)))
                .isEqualTo(Agreement.DIFFERS);
        assertThat(compare(LABEL, one, floats(List.of(2L, 3L), Float.NaN, 1, 0, 3, Float.NaN, 1)))
                .isEqualTo(Agreement.AGREES);
    }

    @Test
    void rankingsAgreeIfEnoughOfTheTopIsTheSame() {
        // Given the places 0, 1 and 2 on top
        ModelInferResponse one = floats(List.of(1L, 6L), 9, 8, 7, 1, 2, 3);

        // Then two of three are enough, one is not
        assertThat(compare(RANKING, one, floats(List.of(1L, 6L), 7, 9, 0, 8, 2, 3)))
                .isEqualTo(Agreement.AGREES);
        assertThat(compare(RANKING, one, floats(List.of(1L, 6L), 7, 0, 0, 8, 2, 3)))
                .isEqualTo(Agreement.DIFFERS);
    }

    @Test
    void directionsAgreeWhateverTheirLength() {
        // Given
        ModelInferResponse one = floats(List.of(1L, 2L), 3, 4);

        // Then
        assertThat(compare(COSINE, one, floats(List.of(1L, 2L), 30, 41))).isEqualTo(Agreement.AGREES);
        assertThat(compare(COSINE, one, floats(List.of(1L, 2L), 4, 3))).isEqualTo(Agreement.DIFFERS);
        assertThat(compare(COSINE, one, floats(List.of(1L, 2L), 0, 0))).isEqualTo(Agreement.DIFFERS);
        assertThat(compare(COSINE, one, floats(List.of(1L, 2L), Float.NaN, 4))).isEqualTo(Agreement.DIFFERS);
        assertThat(compare(COSINE, floats(List.of(1L, 2L), 0, 0), floats(List.of(1L, 2L), 0, 0)))
                .isEqualTo(Agreement.AGREES);
    }

    @Test
    void withoutRowsTheToleranceRules() {
        // Given three scalars, of which one alone would be the largest
        Comparison label = LABEL.toBuilder().setTolerance(0.01).build();

        // Then
        assertThat(compare(label, floats(List.of(3L), 1, 2, 3), floats(List.of(3L), 1, 2, 30)))
                .isEqualTo(Agreement.DIFFERS);
        assertThat(compare(label, floats(List.of(3L, 1L), 1, 2, 3), floats(List.of(3L, 1L), 1, 2, 3.001f)))
                .isEqualTo(Agreement.AGREES);
    }

    @Test
    void otherNamesShapesDatatypesAndCountsAreIncomparable() {
        // Given
        ModelInferResponse one = floats(List.of(1L, 2L), 1, 2);

        // Then
        assertThat(compare(CLOSE, one, floats(List.of(2L, 1L), 1, 2))).isEqualTo(Agreement.INCOMPARABLE);
        assertThat(compare(CLOSE, one, renamed(one, "other"))).isEqualTo(Agreement.INCOMPARABLE);
        assertThat(compare(CLOSE, one, ModelInferResponse.getDefaultInstance())).isEqualTo(Agreement.INCOMPARABLE);
        assertThat(compare(
                        CLOSE,
                        one,
                        one.toBuilder().setOutputs(0, head("INT32", 1L, 2L)).build()))
                .isEqualTo(Agreement.INCOMPARABLE);
        assertThat(compare(CLOSE, one, one.toBuilder().clearRawOutputContents().build()))
                .isEqualTo(Agreement.INCOMPARABLE);
        assertThat(compare(
                        CLOSE,
                        one,
                        one.toBuilder()
                                .setRawOutputContents(0, ByteString.EMPTY)
                                .build()))
                .isEqualTo(Agreement.INCOMPARABLE);
    }

    @Test
    void outputsAreMatchedByNameAndTheWorstDecides() {
        // Given
        ModelInferResponse a = floats(List.of(1L), 1);
        ModelInferResponse b = renamed(floats(List.of(1L), 2), "b");
        ModelInferResponse c = renamed(floats(List.of(1L), 3), "b");

        // Then
        assertThat(compare(CLOSE, joined(a, b), joined(b, a))).isEqualTo(Agreement.AGREES);
        assertThat(compare(CLOSE, joined(a, b), joined(c, a))).isEqualTo(Agreement.DIFFERS);
    }

    @ParameterizedTest
    @CsvSource({
        "BOOL, 01, 1",
        "UINT8, ff, 255",
        "INT8, ff, -1",
        "UINT16, feff, 65534",
        "INT16, feff, -2",
        "UINT32, ffffffff, 4294967295",
        "INT32, ffffffff, -1",
        "INT64, feffffffffffffff, -2",
        "UINT64, 0000000000000080, 9223372036854775808",
        "FP16, 003c, 1",
        "FP16, 0100, 5.960464477539063e-8",
        "FP16, 00fc, -Infinity",
        "BF16, 803f, 1",
        "FP32, 0000c03f, 1.5",
        "FP64, 000000000000f03f, 1"
    })
    void everyDatatypeIsReadAsItsNumber(String type, String hex, double expected) {
        // Given
        byte[] bytes = HexFormat.of().parseHex(hex);
        TensorNumbers numbers = new TensorNumbers(DataType.valueOf(type), ByteBuffer.wrap(bytes));

        // Then
        assertThat(numbers.count()).isEqualTo(1);
        assertThat(numbers.at(0)).isEqualTo(expected);
    }

    @Test
    void textsAgreeIfTheyAreEqual() {
        // Given
        ModelInferResponse one = text("yes");

        // Then
        assertThat(compare(LABEL, one, text("yes"))).isEqualTo(Agreement.AGREES);
        assertThat(compare(LABEL, one, text("no"))).isEqualTo(Agreement.DIFFERS);
    }

    private static Agreement compare(Comparison rule, ModelInferResponse one, ModelInferResponse other) {
        return AnswerComparison.of(rule, one, other);
    }

    private static InferOutputTensor head(String type, Long... shape) {
        return InferOutputTensor.newBuilder()
                .setName("a")
                .setDatatype(type)
                .addAllShape(Arrays.asList(shape))
                .build();
    }

    private static ModelInferResponse floats(List<Long> shape, float... values) {
        ByteBuffer data = ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return ModelInferResponse.newBuilder()
                .addOutputs(head("FP32", shape.toArray(Long[]::new)))
                .addRawOutputContents(ByteString.copyFrom(data.array()))
                .build();
    }

    private static ModelInferResponse text(String text) {
        return ModelInferResponse.newBuilder()
                .addOutputs(head("BYTES", 1L, 1L))
                .addRawOutputContents(ByteString.copyFromUtf8(text))
                .build();
    }

    private static ModelInferResponse renamed(ModelInferResponse response, String name) {
        return response.toBuilder()
                .setOutputs(0, response.getOutputs(0).toBuilder().setName(name))
                .build();
    }

    private static ModelInferResponse joined(ModelInferResponse one, ModelInferResponse other) {
        return one.toBuilder().mergeFrom(other).build();
    }
}
