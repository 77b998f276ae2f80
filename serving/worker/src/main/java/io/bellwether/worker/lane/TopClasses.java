package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.telemetry.Elements;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The classification extension of the inference protocol: of each row the highest values with their indexes, each as the
 * text {@code value:index} or {@code value:index:label}, in a BYTES tensor [rows, classes], or
 * [classes] without a batch dimension. Equal values go by index; NaN
 * comes last.
 */
final class TopClasses {
    private final List<String> labels;

    /**
     * @param labels names of the classes of every output that has so many elements a row
     */
    TopClasses(List<String> labels) {
        this.labels = labels;
    }

    /** Adds the output to the answer. */
    void add(TensorSpec output, ByteBuffer data, int rows, int wanted, ModelInferResponse.Builder response) {
        int values = data.remaining() / output.type().bytes() / rows;
        int classes = Math.min(wanted, values);
        boolean labelled = labels.size() == values;
        List<ByteString> texts = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int first = row * values;
            IntStream.range(0, values)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> rank(Elements.at(output.type(), data, first + i))))
                    .limit(classes)
                    .map(i -> text(Elements.at(output.type(), data, first + i), i, labelled ? ":" + labels.get(i) : ""))
                    .forEach(texts::add);
        }
        response.addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                .setName(output.name())
                .setDatatype("BYTES")
                .addAllShape(output.shape(rows, List.of((long) classes))));
        response.addRawOutputContents(BytesTensor.raw(texts));
    }

    /** Ascending is from the highest value down; the sort is stable, so equal values keep their order. */
    private static double rank(double value) {
        return Double.isNaN(value) ? Double.POSITIVE_INFINITY : -value;
    }

    private static ByteString text(double value, int index, String suffix) {
        return ByteString.copyFromUtf8(String.format(Locale.ROOT, "%f:%d", value, index) + suffix);
    }
}
