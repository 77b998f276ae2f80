package io.bellwether.gateway.start;

import io.quarkus.runtime.RuntimeValue;
import io.quarkus.runtime.shutdown.ShutdownConfig;
import io.quarkus.runtime.shutdown.ShutdownListener;
import io.quarkus.runtime.shutdown.ShutdownRecorder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs the drain before any server closes. Quarkus' own graceful shutdown closes the REST server before the application
 * hears of it, and refuses late requests without a body; an application has no other way in front of it than to take
 * the place of its listeners. Quarkus puts those in place during the start, so this has to come after ({@link GatewayMain}).
 */
final class DrainHook implements ShutdownListener {
    private final Runnable drain;

    private DrainHook(Runnable drain) {
        this.drain = drain;
    }

    /**
     * @param drain must end in bounded time
     */
    static void install(Runnable drain) {
        new ShutdownRecorder(new RuntimeValue<>(new NoWait())).setListeners(List.of(new DrainHook(drain)), false);
    }

    @Override
    public void preShutdown(ShutdownNotification notification) {
        try {
            drain.run();
        } finally {
            notification.done();
        }
    }

    /** The drain itself waits as long as it takes; nothing else shall. */
    private static final class NoWait implements ShutdownConfig {
        @Override
        public Optional<Duration> timeout() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> delay() {
            return Optional.empty();
        }
    }
}
