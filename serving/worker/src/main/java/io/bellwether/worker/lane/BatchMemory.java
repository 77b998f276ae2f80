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
 * bytes go from the request into it and are not copied again before the forward.
 */
final class BatchMemory {
    private final List<TensorSpec> inputs;
    private final List<ByteBuffer> buffers = new ArrayList<>();

    BatchMemory(List<TensorSpec> inputs, int rowsMax) {
        this.inputs = inputs;
        for (TensorSpec input : inputs) {
            buffers.add(ByteBuffer.allocateDirect(Math.multiplyExact(rowBytes(input), rowsMax))
                    .order(ByteOrder.LITTLE_ENDIAN));
        }
    }

    /** Puts the requests behind one another, in order. */
    BatchBuffers fill(List<Waiting<InferenceCall>> batch) {
        int rows = 0;
        buffers.forEach(ByteBuffer::clear);
        for (Waiting<InferenceCall> waiting : batch) {
            InferenceCall call = waiting.work();
            List<ByteString> raw = call.request().getRawInputContentsList();
            for (int i = 0; i < buffers.size(); i++) {
                raw.get(call.fitted().inputOrder().get(i)).copyTo(buffers.get(i));
            }
            rows += call.fitted().rows();
        }
        List<TensorBuffer> tensors = new ArrayList<>(buffers.size());
        for (int i = 0; i < buffers.size(); i++) {
            buffers.get(i).flip();
            tensors.add(new TensorBuffer(inputs.get(i).type(), shape(rows, inputs.get(i)), buffers.get(i)));
        }
        return new BatchBuffers(rows, tensors);
    }

    static ByteBuffer slice(ByteBuffer data, int rowBytes, int firstRow, int rows) {
        return data.slice(data.position() + firstRow * rowBytes, rows * rowBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int rowBytes(TensorSpec tensor) {
        long elements = tensor.itemShape().stream().reduce(1L, Math::multiplyExact);
        return Math.toIntExact(elements * tensor.type().bytes());
    }

    private static List<Long> shape(long rows, TensorSpec tensor) {
        List<Long> shape = new ArrayList<>();
        shape.add(rows);
        shape.addAll(tensor.itemShape());
        return shape;
    }
}
