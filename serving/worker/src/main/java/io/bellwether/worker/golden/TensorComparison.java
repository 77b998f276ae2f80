package io.bellwether.worker.golden;

import com.google.protobuf.ByteString;
import io.bellwether.engine.ElementType;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import io.bellwether.worker.telemetry.Elements;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/** Compares answers tensor by tensor: floating-point numbers with a tolerance, everything else exactly. */
final class TensorComparison {
    private TensorComparison() {}

    /**
     * The first difference; empty when every expected tensor is there with the same datatype, shape and values.
     *
     * @param tolerance largest difference, as a share of the expected value or, for values below 1, as it is
     */
    static Optional<String> difference(ModelInferResponse expected, ModelInferResponse actual, double tolerance) {
        if (expected.getOutputsCount() == 0) {
            return Optional.of("its expected answer has no outputs");
        }
        for (int i = 0; i < expected.getOutputsCount(); i++) {
            InferOutputTensor wanted = expected.getOutputs(i);
            int place = place(actual, wanted.getName());
            if (place < 0) {
                return Optional.of("the answer lacks output '" + wanted.getName() + "'");
            }
            InferOutputTensor got = actual.getOutputs(place);
            if (!got.getDatatype().equals(wanted.getDatatype())
                    || !got.getShapeList().equals(wanted.getShapeList())) {
                return Optional.of("output '" + wanted.getName() + "' is " + got.getDatatype() + got.getShapeList()
                        + ", expected " + wanted.getDatatype() + wanted.getShapeList());
            }
            Optional<String> difference =
                    values(wanted, expected.getRawOutputContents(i), actual.getRawOutputContents(place), tolerance);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static int place(ModelInferResponse response, String output) {
        for (int i = 0; i < response.getOutputsCount(); i++) {
            if (response.getOutputs(i).getName().equals(output)) {
                return i;
            }
        }
        return -1;
    }

    private static Optional<String> values(
            InferOutputTensor tensor, ByteString expected, ByteString actual, double tolerance) {
        Optional<ElementType> number = Arrays.stream(ElementType.values())
                .filter(type -> Elements.floating(type) && type.name().equals(tensor.getDatatype()))
                .findFirst();
        if (number.isEmpty() || expected.size() != actual.size()) {
            return expected.equals(actual)
                    ? Optional.empty()
                    : Optional.of("output '" + tensor.getName() + "' has other values than expected");
        }
        ByteBuffer wanted = expected.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer got = actual.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < expected.size() / number.get().bytes(); i++) {
            double one = Elements.at(number.get(), wanted, i);
            double other = Elements.at(number.get(), got, i);
            boolean same =
                    Double.compare(one, other) == 0 || Math.abs(one - other) <= tolerance * Math.max(1, Math.abs(one));
            if (!same) {
                return Optional.of("output '" + tensor.getName() + "' has " + other + " at element " + i + ", expected "
                        + one + " within " + tolerance);
            }
        }
        return Optional.empty();
    }
}
