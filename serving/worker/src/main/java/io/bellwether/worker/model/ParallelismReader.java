package io.bellwether.worker.model;

import io.bellwether.engine.ComputeDevice;
import java.util.OptionalInt;

/** Reads the keys of {@link Parallelism}. */
final class ParallelismReader {
    private static final int MAX = 64;

    private ParallelismReader() {}

    /**
     * @param knowsAuto whether whoever wrote the file can write {@code auto} in it, for the advice
     */
    static Parallelism read(YamlMapping root, ComputeDevice device, boolean knowsAuto) {
        OptionalInt instances = number(root, "instances", knowsAuto);
        OptionalInt intraOpThreads = number(root, "intra_op_threads", knowsAuto);
        return device == ComputeDevice.GPU
                // Runs on one GPU overlap there and not here: a second instance is for whoever has measured it.
                ? Parallelism.of(OptionalInt.of(instances.orElse(1)), OptionalInt.of(intraOpThreads.orElse(1)))
                : Parallelism.of(instances, intraOpThreads);
    }

    /** Empty when the number is to be found out. */
    private static OptionalInt number(YamlMapping root, String key, boolean knowsAuto) {
        if (root.isWord(key, "auto")) {
            return OptionalInt.empty();
        }
        String fix = "use a whole number from 1 to " + MAX + (knowsAuto ? ", or auto to have it measured" : "");
        return OptionalInt.of(root.wholeNumber(key, 1, 1, MAX, fix));
    }
}
