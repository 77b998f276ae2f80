package io.bellwether.worker.warmup;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.engine.ElementType;
import io.bellwether.engine.TensorSpec;
import io.bellwether.engine.WarmUp;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferRequest.InferInputTensor;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.WarmUpSample;
import io.bellwether.worker.model.WarmUpSample.Data;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;

/** Synthetic tensors as the inputs of a request. */
final class SampleRequest {
    /** The same numbers at every start, so that what a sample finds can be found again. */
    private static final long SEED = 1;

    private SampleRequest() {}

    /** Adds one row of zeros; an open dimension has the extent that the engine is warmed with. */
    static void addZeros(ModelSpec spec, ModelInferRequest.Builder request) {
        for (TensorSpec input : spec.inputs()) {
            List<Long> shape = input.itemShape().stream()
                    .map(size -> size < 0 ? Long.valueOf(WarmUp.VARYING_EXTENT) : size)
                    .toList();
            add(input, input.shape(1, shape), Data.ZERO, request);
        }
    }

    /** Adds what the sample says, with as many of its rows as one request may bring. */
    static void add(WarmUpSample sample, ModelSpec spec, ModelInferRequest.Builder request) {
        long rowBytes = 0;
        for (int i = 0; i < spec.inputs().size(); i++) {
            long elements = sample.inputs().get(i).itemShape().stream().reduce(1L, Math::multiplyExact);
            rowBytes += elements * spec.inputs().get(i).type().bytes();
        }
        long rows = Math.min(sample.rows(), Math.max(1, ProtocolLimits.DEFAULT.bodyBytesMax() / Math.max(1, rowBytes)));
        for (int i = 0; i < spec.inputs().size(); i++) {
            WarmUpSample.Input given = sample.inputs().get(i);
            TensorSpec input = spec.inputs().get(i);
            add(input, input.shape(rows, given.itemShape()), given.data(), request);
        }
    }

    private static void add(TensorSpec input, List<Long> shape, Data data, ModelInferRequest.Builder request) {
        long elements = shape.stream().reduce(1L, Math::multiplyExact);
        ByteBuffer bytes = ByteBuffer.allocate(
                        Math.toIntExact(elements * input.type().bytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        if (data == Data.RANDOM) {
            fill(input.type(), bytes);
        }
        ByteString raw = UnsafeByteOperations.unsafeWrap(bytes.array());
        request.addInputs(InferInputTensor.newBuilder()
                .setName(input.name())
                .setDatatype(input.type().name())
                .addAllShape(shape));
        request.addRawInputContents(raw);
    }

    private static void fill(ElementType type, ByteBuffer bytes) {
        SplittableRandom random = new SplittableRandom(SEED);
        while (bytes.hasRemaining()) {
            switch (type) {
                case BOOL, UINT8, INT8 -> bytes.put((byte) random.nextInt(2));
                case INT16 -> bytes.putShort((short) random.nextInt(2));
                case INT32 -> bytes.putInt(random.nextInt(2));
                case INT64 -> bytes.putLong(random.nextInt(2));
                // Bits from 0 up to those of 1 are the numbers from 0 up to 1.
                case FP16 -> bytes.putShort((short) random.nextInt(0x3c00));
                case BF16 -> bytes.putShort((short) random.nextInt(0x3f80));
                case FP32 -> bytes.putFloat((float) random.nextInt(1 << 24) / (1 << 24));
                case FP64 -> bytes.putDouble(random.nextDouble());
            }
        }
    }
}
