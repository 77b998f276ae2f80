package io.bellwether.gateway.warmup;

import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.gateway.config.ServerAddresses;
import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.gateway.worker.WorkerDirectory;
import jakarta.inject.Singleton;

/** Starts the warm-up that the configuration asks for. */
@Singleton
public class WarmUps {
    private final GatewayConfig config;
    private final ServerAddresses addresses;
    private final WorkerDirectory directory;
    private final Catalog catalog;
    private final WarmUpToken token;

    WarmUps(
            GatewayConfig config,
            ServerAddresses addresses,
            WorkerDirectory directory,
            Catalog catalog,
            WarmUpToken token) {
        this.config = config;
        this.addresses = addresses;
        this.directory = directory;
        this.catalog = catalog;
        this.token = token;
    }

    /**
     * @param last what else is to be warm, after the way to the workers
     * @param onWarm called once, from another thread unless no warm-up is wanted
     */
    public void start(Runnable last, Runnable onWarm) {
        if (!config.warmUp().enabled()) {
            onWarm.run();
            return;
        }
        new WarmUp(
                        directory,
                        catalog,
                        () -> new LoopbackClient(
                                addresses.restForSelf(), addresses.grpcHostForSelf(), addresses.grpcPort(), token),
                        config.warmUp().durationMax(),
                        config.warmUp().roundRequests())
                .start(last, onWarm);
    }
}
