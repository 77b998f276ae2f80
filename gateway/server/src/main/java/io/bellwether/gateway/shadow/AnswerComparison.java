package io.bellwether.gateway.shadow;

import com.google.protobuf.ByteString;
import io.bellwether.controlapi.log.Comparison;
import io.bellwether.protocol.DataType;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.util.Optional;

/**
 * Compares the answers of two versions to the same request, output by output. Texts agree if they are equal. Rules about
 * rows are for outputs of at least two dimensions with at least two elements in each row; the numbers of others agree
 * within the tolerance.
 */
public final class AnswerComparison {
    private AnswerComparison() {}

    /**
     * Compares two answers whose outputs are raw. The worst output decides.
     *
     * @param rule complete
     */
    public static Agreement of(Comparison rule, ModelInferResponse one, ModelInferResponse other) {
        if (one.getOutputsCount() != other.getOutputsCount() || !isRaw(one) || !isRaw(other)) {
            return Agreement.INCOMPARABLE;
        }
        Agreement worst = Agreement.AGREES;
        for (int i = 0; i < one.getOutputsCount(); i++) {
            InferOutputTensor head = one.getOutputs(i);
            int place = place(other, head.getName());
            Agreement agreement = place < 0 || !sameKind(head, other.getOutputs(place))
                    ? Agreement.INCOMPARABLE
                    : values(rule, head, one.getRawOutputContents(i), other.getRawOutputContents(place));
            worst = worst.compareTo(agreement) >= 0 ? worst : agreement;
        }
        return worst;
    }

    private static boolean isRaw(ModelInferResponse response) {
        return response.getRawOutputContentsCount() == response.getOutputsCount();
    }

    private static int place(ModelInferResponse response, String output) {
        for (int i = 0; i < response.getOutputsCount(); i++) {
            if (response.getOutputs(i).getName().equals(output)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean sameKind(InferOutputTensor one, InferOutputTensor other) {
        return one.getDatatype().equals(other.getDatatype())
                && one.getShapeList().equals(other.getShapeList());
    }

    private static Agreement values(Comparison rule, InferOutputTensor head, ByteString one, ByteString other) {
        Optional<DataType> type = DataType.named(head.getDatatype());
        if (type.isEmpty()) {
            return Agreement.INCOMPARABLE;
        }
        if (!type.get().fixedWidth()) {
            return agrees(one.equals(other));
        }
        if (one.size() != other.size() || one.size() % type.get().widthBytes() != 0) {
            return Agreement.INCOMPARABLE;
        }
        TensorNumbers ours = new TensorNumbers(type.get(), one.asReadOnlyByteBuffer());
        TensorNumbers theirs = new TensorNumbers(type.get(), other.asReadOnlyByteBuffer());
        int count = ours.count();
        long rows = head.getShapeCount() > 1 ? head.getShape(0) : 0;
        boolean byRows = rows > 0 && count % rows == 0 && count / rows > 1;
        return agrees(
                byRows
                        ? RowRule.of(rule, ours, theirs).holds((int) rows)
                        : new RowRule.Close(ours, theirs, rule.getTolerance()).holds(0, count));
    }

    private static Agreement agrees(boolean same) {
        return same ? Agreement.AGREES : Agreement.DIFFERS;
    }
}
