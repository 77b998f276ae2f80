package io.bellwether.gateway.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerLabelTest {
    private static ModelInferResponse answer(String datatype, List<Long> shape, ByteBuffer data) {
        return ModelInferResponse.newBuilder()
                .addOutputs(InferOutputTensor.newBuilder()
                        .setName("out")
                        .setDatatype(datatype)
                        .addAllShape(shape))
                .addRawOutputContents(ByteString.copyFrom(data.flip()))
                .build();
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            data.putFloat(value);
        }
        return data;
    }

    private static ByteBuffer longs(long... values) {
        ByteBuffer data = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            data.putLong(value);
        }
        return data;
    }

    private static ByteBuffer text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(4 + bytes.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .put(bytes);
    }

    @Test
    void oneRowSaysOneThing() {
        assertThat(AnswerLabel.of(answer("FP32", List.of(1L, 3L), floats(.1f, .7f, .2f))))
                .contains("1");
        assertThat(AnswerLabel.of(answer("FP32", List.of(3L), floats(Float.NaN, .2f, .2f))))
                .contains("1");
        assertThat(AnswerLabel.of(answer("INT64", List.of(1L), longs(42)))).contains("42");
        assertThat(AnswerLabel.of(answer("BYTES", List.of(1L), text("spam")))).contains("spam");
    }

    @Test
    void whatNoLabelCanConfirmSaysNothing() {
        assertThat(AnswerLabel.of(answer("FP32", List.of(2L, 2L), floats(1, 2, 3, 4))))
                .isEmpty();
        assertThat(AnswerLabel.of(answer("FP32", List.of(1L), floats(.5f)))).isEmpty();
        assertThat(AnswerLabel.of(answer("FP32", List.of(2L), floats(Float.NaN, Float.NaN))))
                .isEmpty();
        assertThat(AnswerLabel.of(answer("BYTES", List.of(1L), text("x".repeat(65)))))
                .isEmpty();
        assertThat(AnswerLabel.of(answer("BYTES", List.of(1L), ByteBuffer.allocate(3))))
                .isEmpty();
        assertThat(AnswerLabel.of(answer("NONE", List.of(1L), floats(1)))).isEmpty();
        assertThat(AnswerLabel.of(ModelInferResponse.getDefaultInstance())).isEmpty();
    }
}
