package io.bellwether.worker.hop;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.worker.config.BindConfig;
import io.bellwether.worker.config.WorkerConfig;
import io.bellwether.worker.edge.FailureMapping;
import io.bellwether.worker.edge.ServingHost;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.runtime.ShutdownEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Offers {@link HopMethod} to gateways, and ends their streams when the worker has drained. */
@GrpcService
public class HopService implements BindableService {
    private static final long ANSWER_BYTES_HELD_MAX = 64 << 20;
    private static final int STREAMS_MAX = 1_024;
    private static final int BEFORE_DRAINING = Interceptor.Priority.LIBRARY_BEFORE;
    private static final int AFTER_DRAINING = Interceptor.Priority.LIBRARY_AFTER;

    private final ServingHost host;
    private final HopLimits limits;
    private final Standing standing;
    private final Supplier<StreamLoop> loops;
    private final Map<GatewayStream, StreamLoop> streams = new ConcurrentHashMap<>();
    private final KillRelay kills;
    private volatile boolean leaving;

    @Inject
    public HopService(ServingHost host, BindConfig bind, WorkerConfig config) {
        this(
                host,
                new HopLimits(bind.messageBytesMax(), config.requests().inFlightMax(), ANSWER_BYTES_HELD_MAX),
                System::nanoTime,
                () -> new ContextLoop(Vertx.currentContext()));
    }

    /**
     * @param clock monotonic nanoseconds
     * @param loops gives that of the thread that calls the service
     */
    HopService(ServingHost host, HopLimits limits, LongSupplier clock, Supplier<StreamLoop> loops) {
        this.host = host;
        this.limits = limits;
        this.standing = new Standing(host::models, clock);
        this.kills = new KillRelay(clock);
        this.loops = loops;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(HopMethod.SERVICE)
                .addMethod(HopMethod.OPEN, ServerCalls.asyncBidiStreamingCall(this::open))
                .build();
    }

    private StreamObserver<GatewayTurn> open(StreamObserver<WorkerTurn> observer) {
        ServerCallStreamObserver<WorkerTurn> gateway = (ServerCallStreamObserver<WorkerTurn>) observer;
        StreamLoop loop = loops.get();
        GatewayStream stream =
                new GatewayStream(host.admission(), standing, limits, gateway, loop, this::passOn, streams::remove);
        if (streams.size() >= STREAMS_MAX) {
            gateway.onError(FailureMapping.toGrpc(
                    new Refusal(FailureReason.QUEUE_FULL, "the worker has " + STREAMS_MAX + " streams already")));
            return stream;
        }
        if (leaving) {
            // Before the greeting the gateway has sent nothing, so it sends all of it to another worker.
            gateway.onError(FailureMapping.toGrpc(
                    new Refusal(FailureReason.NOT_READY, "the worker is stopping; send this to another")));
            return stream;
        }
        streams.put(stream, loop);
        stream.begin();
        List<HopKill> kept = kills.kept();
        if (!kept.isEmpty()) {
            loop.execute(() -> stream.tellKills(kept));
        }
        if (host.leaving()) {
            loop.execute(stream::tellChange);
        }
        if (leaving) {
            loop.execute(stream::leave);
        }
        return stream;
    }

    void onLeaving(@Observes @Priority(BEFORE_DRAINING) ShutdownEvent event) {
        tellChange();
    }

    /** Tells every gateway that the index has changed. */
    void tellChange() {
        streams.forEach((stream, loop) -> loop.execute(stream::tellChange));
    }

    /** What a gateway took back concerns all: the one that said it has heard of it before. */
    private void passOn(List<HopKill> said) {
        List<HopKill> news = kills.news(said);
        if (!news.isEmpty()) {
            streams.forEach((stream, loop) -> loop.execute(() -> stream.tellKills(news)));
        }
    }

    void onStop(@Observes @Priority(AFTER_DRAINING) ShutdownEvent event) {
        leave();
    }

    /** Ends every stream as soon as what was read on it is answered, and takes no new one. */
    void leave() {
        leaving = true;
        streams.forEach((stream, loop) -> loop.execute(stream::leave));
    }
}
