package io.bellwether.worker.check;

import io.bellwether.worker.model.ModelRepository.Loadable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** Whether {@code memory_mib} can be meant. It is an estimate that nobody checks while a worker runs. */
final class MemoryHint {
    private static final long MEBIBYTE = 1L << 20;
    /** What a program without weights may take, and how many times its size one with weights. */
    private static final long FREE_MIB = 1_024;

    private static final long TIMES_MAX = 32;

    private MemoryHint() {}

    static Optional<String> of(Loadable version) {
        long declaredMib = version.spec().hosting().memoryMib();
        if (declaredMib == 0) {
            return Optional.empty();
        }
        try {
            long programMib = (Files.size(version.program()) + MEBIBYTE - 1) / MEBIBYTE;
            String said = "memory_mib is " + declaredMib + ", and the program of version " + version.version()
                    + " alone has " + programMib + " MiB: ";
            if (declaredMib < programMib) {
                return Optional.of(said + "a worker would take in more than its budget; give what the version takes in"
                        + " memory, or leave it out");
            }
            return declaredMib > FREE_MIB + TIMES_MAX * programMib
                    ? Optional.of(said + "a worker with a smaller budget would not load it; the unit is MiB")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
