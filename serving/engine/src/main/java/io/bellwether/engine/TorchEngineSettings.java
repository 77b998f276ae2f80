package io.bellwether.engine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Process-wide settings of libtorch. They take effect with the first engine of a process and cannot change later.
 *
 * @param intraOpThreads threads inside one operation, 1 to 256; 1 unless measured better
 * @param nativeCache folder for the extracted native libraries; empty for the user's default folder
 * @param graphOptimizer whether TorchScript specialises a program for each batch size
 */
public record TorchEngineSettings(int intraOpThreads, Optional<Path> nativeCache, boolean graphOptimizer) {
    public TorchEngineSettings {
        if (intraOpThreads < 1 || intraOpThreads > 256) {
            throw new IllegalArgumentException("intraOpThreads must be 1 to 256 but is " + intraOpThreads);
        }
    }

    /** One thread, the default folder, the optimizer on. */
    public static TorchEngineSettings defaults() {
        return new TorchEngineSettings(1, Optional.empty(), true);
    }
}
