package io.bellwether.gateway.shadow;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.DataType;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What an answer predicts, in the form of a label. The first output of an answer to one row speaks: a text itself, one whole
 * number itself, of several numbers the place of the largest, counted from 0.
 */
final class AnswerLabel {
    private static final int LABEL_BYTES_MAX = 64;

    private AnswerLabel() {}

    /** Empty for what no label can confirm: several rows, one number that is not whole, a long text. */
    static Optional<String> of(ModelInferResponse response) {
        if (response.getOutputsCount() == 0 || response.getRawOutputContentsCount() != response.getOutputsCount()) {
            return Optional.empty();
        }
        InferOutputTensor head = response.getOutputs(0);
        Optional<DataType> type = DataType.named(head.getDatatype());
        boolean oneRow = head.getShapeCount() < 2 || head.getShape(0) == 1;
        if (type.isEmpty() || !oneRow) {
            return Optional.empty();
        }
        ByteString raw = response.getRawOutputContents(0);
        return type.get().fixedWidth() ? ofNumbers(type.get(), raw) : ofText(raw);
    }

    private static Optional<String> ofNumbers(DataType type, ByteString raw) {
        if (raw.isEmpty() || raw.size() % type.widthBytes() != 0) {
            return Optional.empty();
        }
        TensorNumbers numbers = new TensorNumbers(type, raw.asReadOnlyByteBuffer());
        if (numbers.count() == 1) {
            double only = numbers.at(0);
            return only == Math.rint(only) && Math.abs(only) < 1L << 53
                    ? Optional.of(Long.toString((long) only))
                    : Optional.empty();
        }
        int largest = -1;
        for (int i = 0; i < numbers.count(); i++) {
            double number = numbers.at(i);
            if (!Double.isNaN(number) && (largest < 0 || number > numbers.at(largest))) {
                largest = i;
            }
        }
        return largest < 0 ? Optional.empty() : Optional.of(Integer.toString(largest));
    }

    private static Optional<String> ofText(ByteString raw) {
        if (raw.size() < Integer.BYTES) {
            return Optional.empty();
        }
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int length = bytes.getInt();
        boolean only = length >= 0 && length == raw.size() - Integer.BYTES;
        return only && length <= LABEL_BYTES_MAX
                ? Optional.of(raw.substring(Integer.BYTES).toString(StandardCharsets.UTF_8))
                : Optional.empty();
    }
}
