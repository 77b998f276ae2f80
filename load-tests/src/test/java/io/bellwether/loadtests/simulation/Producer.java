package io.bellwether.loadtests.simulation;

import io.bellwether.gateway.control.ControlLog;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Takes records to the broker, again and again until it says that it has them, or for too long. So some come twice. */
final class Producer {
    private static final long AGAIN_NANOS = 400 * Agenda.MILLI;

    private final Host host;
    private final Network network;
    private final Broker broker;
    private final long deliveryNanos;

    /**
     * @param deliveryNanos after this long without an acknowledgement nothing more is tried
     */
    Producer(Host host, Network network, Broker broker, long deliveryNanos) {
        this.host = host;
        this.network = network;
        this.broker = broker;
        this.deliveryNanos = deliveryNanos;
    }

    /** @return the position, or a failure when it is not known whether the log has it */
    CompletableFuture<Long> append(byte[] value) {
        CompletableFuture<Long> stored = new CompletableFuture<>();
        attempt(value, host.nanos() + deliveryNanos, stored);
        return stored;
    }

    private void attempt(byte[] value, long untilNanos, CompletableFuture<Long> stored) {
        if (stored.isDone()) {
            return;
        }
        if (host.nanos() >= untilNanos) {
            stored.completeExceptionally(new ControlLog.NotStored("not confirmed in time"));
            return;
        }
        Consumer<Long> asker = host.inThisRun(stored::complete);
        network.send(host, broker.host(), () -> {
            long position = broker.append(value);
            network.send(broker.host(), host, () -> asker.accept(position));
        });
        host.after(AGAIN_NANOS, () -> attempt(value, untilNanos, stored));
    }
}
