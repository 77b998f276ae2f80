package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Waiting;
import io.bellwether.engine.BatchBuffers;
import io.bellwether.engine.TensorBuffer;
import io.bellwether.engine.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * One direct buffer for each input, large enough for the largest batch and reused by every execution of one runner. Tensor
 * bytes go from the request into it and are not copied again before the forward. Where a dimension varies, rows are filled
 * up with zeros to the longest of the batch.
 */
final class BatchMemory {
    private final List<TensorSpec> inputs;
    private final List<ByteBuffer> buffers = new ArrayList<>();

    /**
     * @param lengthMax largest extent of a dimension that varies; of no account when none does
     */
    BatchMemory(List<TensorSpec> inputs, int rowsMax, int lengthMax) {
        this.inputs = inputs;
        for (TensorSpec input : inputs) {
            buffers.add(ByteBuffer.allocateDirect(Math.multiplyExact(rowBytes(input, lengthMax), rowsMax))
                    .order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    /** Puts the requests behind one another, in order. */
    BatchBuffers fill(List<Waiting<InferenceCall>> batch) {
        int rows = 0;
        int length = 0;
        for (Waiting<InferenceCall> waiting : batch) {
            FittedRequest fitted = waiting.work().fitted();
            rows += fitted.rows();
            length = Math.max(length, fitted.length());
        }
        List<TensorBuffer> tensors = new ArrayList<>(buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            ByteBuffer buffer = buffers.get(i).clear();
            int rowBytes = rowBytes(inputs.get(i), length);
            for (Waiting<InferenceCall> waiting : batch) {
                put(waiting.work().fitted(), i, rowBytes, buffer);
            }
            buffer.flip();
            tensors.add(new TensorBuffer(inputs.get(i).type(), shape(rows, inputs.get(i), length), buffer));
        }
        return new BatchBuffers(rows, tensors);
    }

    private static void put(FittedRequest fitted, int input, int rowBytes, ByteBuffer into) {
        ByteString raw = fitted.inputs().get(input);
        if (raw.size() == fitted.rows() * rowBytes) {
            raw.copyTo(into);
            return;
        }
        int given = raw.size() / fitted.rows();
        for (int row = 0; row < fitted.rows(); row++) {
            raw.substring(row * given, (row + 1) * given).copyTo(into);
            for (int pad = given; pad < rowBytes; pad++) {
                into.put((byte) 0);
            }
        }
    }

    static ByteBuffer slice(ByteBuffer data, int rowBytes, int firstRow, int rows) {
        return data.slice(data.position() + firstRow * rowBytes, rows * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int rowBytes(TensorSpec tensor, int length) {
        long elements = itemShape(tensor, length).stream().reduce(1L, Math::multiplyExact);
        return Math.toIntExact(elements * tensor.type().bytes());
    }

    private static List<Long> shape(long rows, TensorSpec tensor, int length) {
        List<Long> shape = new ArrayList<>();
        shape.add(rows);
        shape.addAll(itemShape(tensor, length));
        return shape;
    }

    private static List<Long> itemShape(TensorSpec tensor, int length) {
        return tensor.varies()
                ? tensor.itemShape().stream()
                        .map(size -> size < 0 ? length : size)
                        .toList()
                : tensor.itemShape();
    }
}
