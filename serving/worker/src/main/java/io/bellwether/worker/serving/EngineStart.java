package io.bellwether.worker.serving;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.TorchEngineSettings;

/** Starts the engine of this process. It may take seconds. */
public interface EngineStart {
    InferenceEngine start(TorchEngineSettings settings) throws EngineFault;
}
