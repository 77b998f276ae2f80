package io.bellwether.worker;

import io.bellwether.engine.LocalEngines;
import io.bellwether.worker.serving.EngineStart;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The engine of a real worker. */
public class EngineProducer {
    @Produces
    @Singleton
    @DefaultBean
    EngineStart torch() {
        return LocalEngines::start;
    }
}
