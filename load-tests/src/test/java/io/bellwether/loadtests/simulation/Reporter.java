package io.bellwether.loadtests.simulation;

import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetrypublisher.PublisherSettings;
import io.bellwether.telemetrypublisher.SnapshotOutbox;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings what one run of a process counted to the broker, by the outbox of the platform. */
final class Reporter {
    private static final long REPORT_NANOS = 500 * Agenda.MILLI;
    private static final long SEND_NANOS = 250 * Agenda.MILLI;
    private static final long UNANSWERED_NANOS = Agenda.SECOND;

    private final Host host;
    private final Network network;
    private final Broker broker;
    private final SnapshotOutbox outbox;

    private Reporter(Host host, Snapshot.Process process, Network network, Broker broker) {
        this.host = host;
        this.network = network;
        this.broker = broker;
        this.outbox = new SnapshotOutbox(PublisherSettings.of(process, host.name(), ""), host.epochMillis());
    }

    static void start(
            Host host, Snapshot.Process process, Network network, Broker broker, Supplier<List<Snapshot>> counted) {
        Reporter reporter = new Reporter(host, process, network, broker);
        host.every(REPORT_NANOS, () -> counted.get().forEach(reporter.outbox::offer));
        host.every(SEND_NANOS, reporter::send);
    }

    private void send() {
        for (Snapshot snapshot : outbox.takeDue(host.nanos(), host.epochMillis())) {
            CompletableFuture<Boolean> stored = new CompletableFuture<>();
            Consumer<Boolean> asker = host.inThisRun(stored::complete);
            network.send(host, broker.host(), () -> {
                broker.report(snapshot);
                network.send(broker.host(), host, () -> asker.accept(true));
            });
            host.after(UNANSWERED_NANOS, () -> stored.complete(false));
            var unused = stored.thenAccept(isStored -> {
                if (isStored) {
                    outbox.sent(snapshot);
                } else {
                    outbox.failed(snapshot, host.nanos());
                }
            });
        }
    }
}
