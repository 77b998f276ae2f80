package io.bellwether.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs every batch size before the first user does. TorchScript specialises a program for the shapes it sees, so the first
 * runs at a size are slow; and a program that cannot run at all is found before it gets traffic.
 */
public final class WarmUp {
    /** Enough for TorchScript to profile, to specialise and to run specialised. */
    public static final int REPEATS_DEFAULT = 5;

    private static final int EVERY_SIZE_UP_TO = 32;
    /** Extent of a dimension that varies. */
    public static final long VARYING_EXTENT = 16;

    private WarmUp() {}

    /** The batch sizes to warm: all when the largest is at most 32; otherwise the powers of two and the largest. */
    public static List<Integer> sizes(int batchItemsMax) {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1; size <= batchItemsMax; size = batchItemsMax <= EVERY_SIZE_UP_TO ? size + 1 : size * 2) {
            sizes.add(size);
        }
        if (sizes.isEmpty() || sizes.get(sizes.size() - 1) != batchItemsMax) {
            sizes.add(batchItemsMax);
        }
        return sizes;
    }

    /**
     * Runs zeros through {@code runner}, {@code repeats} times at each size of {@link #sizes}. Where a dimension varies it
     * runs the smallest and the largest size only: with varying shapes there is no specialisation for each size to pay for.
     *
     * @param repeats at least 1
     * @return what each size took
     */
    public static WarmUpProfile run(ModelRunner runner, ModelSource source, int batchItemsMax, int repeats)
            throws EngineFault {
        List<WarmUpProfile.SizeTiming> timings = new ArrayList<>();
        boolean varies = source.inputs().stream().anyMatch(TensorSpec::varies);
        for (int items : varies ? endsOf(batchItemsMax) : sizes(batchItemsMax)) {
            timings.add(run(runner, neutral(source, items), repeats));
        }
        return new WarmUpProfile(timings);
    }

    /**
     * The same for a program of which nobody said that it takes the extent {@value #VARYING_EXTENT}: what it cannot run so
     * says nothing against it and is left out.
     */
    public static WarmUpProfile tryRun(ModelRunner runner, ModelSource source, int batchItemsMax, int repeats)
            throws EngineFault {
        try {
            return run(runner, source, batchItemsMax, repeats);
        } catch (EngineFault fault) {
            if (fault.kind() == EngineFault.Kind.PROGRAM_FAILED || fault.kind() == EngineFault.Kind.OUTPUT_MISMATCH) {
                return new WarmUpProfile(List.of());
            }
            throw fault;
        }
    }

    private static WarmUpProfile.SizeTiming run(ModelRunner runner, BatchBuffers in, int repeats) throws EngineFault {
        RunResult first = runner.run(in);
        long bestWallNanos = first.wallNanos();
        long bestDeviceNanos = first.deviceNanos();
        for (int i = 1; i < repeats; i++) {
            RunResult next = runner.run(in);
            bestWallNanos = Math.min(bestWallNanos, next.wallNanos());
            bestDeviceNanos = Math.min(bestDeviceNanos, next.deviceNanos());
        }
        return new WarmUpProfile.SizeTiming(in.items(), first.wallNanos(), bestWallNanos, bestDeviceNanos);
    }

    private static List<Integer> endsOf(int batchItemsMax) {
        return batchItemsMax == 1 ? List.of(1) : List.of(1, batchItemsMax);
    }

    /**
     * Inputs of zeros; of ones where a dimension varies, since such inputs are token ids and masks, and a mask of zeros
     * hides everything.
     */
    public static BatchBuffers neutral(ModelSource source, int items) {
        List<TensorBuffer> inputs = new ArrayList<>();
        for (TensorSpec spec : source.inputs()) {
            List<Long> shape = spec.shape(
                    items,
                    spec.itemShape().stream()
                            .map(dimension -> dimension == -1 ? VARYING_EXTENT : dimension)
                            .toList());
            int bytes = Math.toIntExact(DeclaredTensors.bytes(spec.type(), shape));
            ByteBuffer data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (spec.varies() && spec.type() == ElementType.INT64) {
                while (data.hasRemaining()) {
                    data.putLong(1);
                }
                data.flip();
            }
            inputs.add(new TensorBuffer(spec.type(), shape, data));
        }
        return new BatchBuffers(items, inputs);
    }
}
