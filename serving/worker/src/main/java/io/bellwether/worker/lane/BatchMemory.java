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
 * bytes go from the request into it and are not copied again before the forward. Texts are filled up with zeros to the
 * longest of the batch. Where shapes are open nobody knows the largest batch: then the buffer grows with what comes, and
 * what is larger than {@link #KEPT_BYTES_MAX} is not kept.
 */
final class BatchMemory {
    static final int KEPT_BYTES_MAX = 64 << 20;

    private final List<TensorSpec> inputs;
    private final List<ByteBuffer> buffers = new ArrayList<>();

    /**
     * @param lengthMax most tokens of a text; 0 for a model that takes none
     */
    BatchMemory(List<TensorSpec> inputs, int rowsMax, int lengthMax) {
        this.inputs = inputs;
        for (TensorSpec input : inputs) {
            int bytes = input.varies() && lengthMax == 0
                    ? 0
                    : Math.multiplyExact(rowBytes(input, itemShape(input, lengthMax)), rowsMax);
            buffers.add(direct(bytes));
        }
    }

    /** Puts the requests behind one another, in order. Open shapes are those of the first, with which all agree. */
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
            List<List<Long>> open = batch.get(0).work().fitted().itemShapes();
            List<Long> itemShape = open.isEmpty() ? itemShape(inputs.get(i), length) : open.get(i);
            int rowBytes = rowBytes(inputs.get(i), itemShape);
            ByteBuffer buffer = buffer(i, Math.multiplyExact(rowBytes, rows));
            for (Waiting<InferenceCall> waiting : batch) {
                put(waiting.work().fitted(), i, rowBytes, buffer);
            }
            buffer.flip();
            tensors.add(new TensorBuffer(inputs.get(i).type(), inputs.get(i).shape(rows, itemShape), buffer));
        }
        return new BatchBuffers(rows, tensors);
    }

    private ByteBuffer buffer(int input, int bytes) {
        ByteBuffer buffer = buffers.get(input);
        if (buffer.capacity() < bytes) {
            buffer = direct(bytes);
            if (bytes <= KEPT_BYTES_MAX) {
                buffers.set(input, buffer);
            }
        }
        return buffer.clear();
    }

    private static ByteBuffer direct(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
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

    private static int rowBytes(TensorSpec tensor, List<Long> itemShape) {
        long elements = itemShape.stream().reduce(1L, Math::multiplyExact);
        return Math.toIntExact(elements * tensor.type().bytes());
    }

    private static List<Long> itemShape(TensorSpec tensor, int length) {
        return tensor.varies()
                ? tensor.itemShape().stream()
                        .map(size -> size < 0 ? length : size)
                        .toList()
                : tensor.itemShape();
    }
}
