package io.bellwether.engine;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Process-wide settings of libtorch. They take effect with the first engine of a process and cannot change later.
 *
 * @param nativeCache folder for the extracted native libraries; empty for the user's default folder
 * @param graphOptimizer whether TorchScript specialises a program for each batch size
 */
public record TorchEngineSettings(Optional<Path> nativeCache, boolean graphOptimizer) {
    /** The default folder, the optimizer on. */
    public static TorchEngineSettings defaults() {
        return new TorchEngineSettings(Optional.empty(), true);
    }
}
