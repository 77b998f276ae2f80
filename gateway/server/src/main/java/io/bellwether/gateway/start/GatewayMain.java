package io.bellwether.gateway.start;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.annotations.QuarkusMain;

/**
 * Runs until the process is asked to end. It is here for the drain, which has to be installed after everything has started:
 * at the start Quarkus installs listeners of its own in the same place, before or after the application hears of the start,
 * as the order of its build falls out.
 */
@QuarkusMain
public class GatewayMain implements QuarkusApplication {
    private final GatewayLifecycle lifecycle;

    GatewayMain(GatewayLifecycle lifecycle) {
        this.lifecycle = lifecycle;
    }

    @Override
    public int run(String... arguments) {
        lifecycle.drainBeforeServersClose();
        Quarkus.waitForExit();
        return 0;
    }
}
