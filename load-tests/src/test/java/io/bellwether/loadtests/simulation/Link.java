package io.bellwether.loadtests.simulation;

import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.worker.CallTable;
import io.bellwether.gateway.worker.HopCall;
import io.bellwether.gateway.worker.KillNotice;
import io.bellwether.gateway.worker.Outgoing;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.gateway.worker.WorkerLink;
import io.bellwether.gateway.worker.WorkerNews;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way of one run of a gateway to a worker: the platform's table of calls on a connection of the simulated network. */
final class Link implements WorkerLink {
    private static final CallTable.Limits LIMITS = new CallTable.Limits(256, 1 << 20);
    private static final long KEEP_ALIVE_NANOS = 500 * Agenda.MILLI;
    private static final long SILENCE_NANOS_MAX = 3 * Agenda.SECOND;
    private static final long INDEX_NANOS_MAX = 800 * Agenda.MILLI;

    private final Host gateway;
    private final WorkerHost worker;
    private final Network network;
    private @Nullable Connection connection;
    private Consumer<KillNotice> killed = kill -> {};

    Link(Host gateway, WorkerHost worker, Network network) {
        this.gateway = gateway;
        this.worker = worker;
        this.network = network;
    }

    /** One connection, and what is under way on it. */
    final class Connection {
        private final CallTable table = new CallTable(LIMITS);
        private final Network.Pipe up = network.pipe(gateway, worker.host());
        private final Network.Pipe down = network.pipe(worker.host(), gateway);
        private final int workerRun = worker.host().run();
        private final Consumer<Boolean> ending = gateway.inThisRun(this::ended);
        private long heardNanos = gateway.nanos();
        private boolean over;
        private boolean flushIsDue;

        private void open() {
            gateway.after(KEEP_ALIVE_NANOS, this::keepAlive);
        }

        private void keepAlive() {
            if (over) {
                return;
            }
            boolean answers = isTheSameWorker() && network.answers(gateway, worker.host());
            heardNanos = answers ? gateway.nanos() : heardNanos;
            if (gateway.nanos() - heardNanos > SILENCE_NANOS_MAX) {
                end();
            } else {
                gateway.after(KEEP_ALIVE_NANOS, this::keepAlive);
            }
        }

        private boolean isTheSameWorker() {
            return worker.host().isUp() && worker.host().run() == workerRun;
        }

        private void offer(HopCall call, long budgetNanos) {
            table.offer(call);
            flushLater();
            gateway.after(budgetNanos, () -> {
                var unused = table.expire(gateway.nanos());
            });
        }

        private void flushLater() {
            if (!flushIsDue && table.hasTurn()) {
                flushIsDue = true;
                gateway.after(0, this::flush);
            }
        }

        private void flush() {
            flushIsDue = false;
            while (!over && table.hasTurn()) {
                GatewayTurn turn = table.nextTurn(gateway.nanos());
                if (turn.getRequestsCount() + turn.getWithdrawnCount() > 0) {
                    up.send(() -> worker.onTurn(this, turn));
                }
            }
        }

        /** The worker answers. */
        void answer(HopAnswer answer) {
            WorkerTurn turn = WorkerTurn.newBuilder().addAnswers(answer).build();
            down.send(() -> onTurn(turn));
        }

        private void onTurn(WorkerTurn turn) {
            for (HopAnswer answer : turn.getAnswersList()) {
                if (over) {
                    return;
                }
                if (!table.answered(answer)) {
                    end(); // The worker answered what nobody asked.
                }
            }
        }

        /** The worker says what gateways took back. */
        void tell(List<KillNotice> kills) {
            down.send(() -> kills.forEach(killed));
        }

        /** The worker's machine says that nobody listens any more. */
        void reset() {
            network.send(worker.host(), gateway, this::end);
        }

        private void end() {
            ending.accept(false);
        }

        private void ended(boolean well) {
            if (!over) {
                over = true;
                up.close();
                down.close();
                worker.forget(this);
                table.end(well);
            }
        }
    }

    @Override
    public CompletionStage<Reply> forward(
            Outgoing request, long budgetNanos, Cancellation cancellation, Runnable settled) {
        HopCall call = new HopCall(request, gateway.nanos() + budgetNanos, settled);
        Connection open = connection;
        if (open == null || open.over) {
            open = new Connection();
            connection = open;
            if (isRefused()) {
                open.table.offer(call);
                open.end();
                return call.reply();
            }
            worker.connected(open);
            open.open();
        }
        Connection used = open;
        used.offer(call, budgetNanos);
        cancellation.onCancel(() -> {
            used.table.cancel(call);
            used.flushLater();
        });
        return call.reply();
    }

    /** The worker's machine answers at once that nothing listens there; over a blocked way nobody answers. */
    private boolean isRefused() {
        return !worker.host().isUp() && network.isOpenBothWays(gateway, worker.host());
    }

    @Override
    public CompletionStage<RepositoryIndexResponse> index() {
        CompletableFuture<RepositoryIndexResponse> index = new CompletableFuture<>();
        if (isRefused()) {
            index.completeExceptionally(new Unreachable(new IllegalStateException("connection refused")));
            return index;
        }
        Consumer<RepositoryIndexResponse> asker = gateway.inThisRun(index::complete);
        network.send(gateway, worker.host(), () -> {
            RepositoryIndexResponse has = worker.index();
            network.send(worker.host(), gateway, () -> asker.accept(has));
        });
        gateway.after(INDEX_NANOS_MAX, () -> index.completeExceptionally(new TimeoutException()));
        return index;
    }

    @Override
    public void spread(List<KillNotice> kills) {
        Connection open = connection;
        if (open != null && !open.over) {
            open.up.send(() -> worker.spread(kills));
        }
    }

    /** Workers of the simulation say nothing else by themselves. */
    @Override
    public void listen(WorkerNews listener) {
        killed = gateway.inThisRun(listener::killed);
    }

    @Override
    public CompletionStage<ModelMetadataResponse> metadata(ModelMetadataRequest request) {
        return notAsked();
    }

    @Override
    public CompletionStage<ModelConfigResponse> config(ModelConfigRequest request) {
        return notAsked();
    }

    @Override
    public CompletionStage<ModelStatisticsResponse> statistics(ModelStatisticsRequest request) {
        return notAsked();
    }

    @Override
    public CompletionStage<CapacityResponse> capacity(CapacityRequest request) {
        return notAsked();
    }

    @Override
    public CompletionStage<Optional<Refusal>> load(String model) {
        return notAsked();
    }

    @Override
    public CompletionStage<Optional<Refusal>> unload(String model) {
        return notAsked();
    }

    @Override
    public void close() {
        Connection open = connection;
        if (open != null) {
            open.end();
        }
    }

    private static <T> CompletionStage<T> notAsked() {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("not part of the simulation"));
    }
}
