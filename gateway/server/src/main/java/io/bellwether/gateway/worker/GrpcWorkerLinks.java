package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.config.GatewayConfig;
import io.bellwether.protocol.hop.HopMethod;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** Opens links to workers. */
public final class GrpcWorkerLinks {
    private static final Logger LOG = Logger.getLogger(GrpcWorkerLinks.class);

    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
    private static final int METADATA_BYTES_MAX = 8192;

    private GrpcWorkerLinks() {}

    /**
     * A link to one worker. It connects when it is first used and again whenever the worker comes back.
     *
     * @param statusInterval how often the worker is to say how its versions stand; 0 for never
     * @param eventLoops loops that requests come from; each gets a connection of its own. They must be of NIO
     */
    public static WorkerLink open(
            WorkerAddress address,
            GatewayConfig.WorkerLinkConfig config,
            Duration statusInterval,
            EventLoopGroup eventLoops,
            Timekeeper time) {
        StreamTerms terms = new StreamTerms(
                new CallTable.Limits(config.streamCallsMax(), config.streamBytesMax()),
                config.answerBytesMax(),
                Math.toIntExact(statusInterval.toMillis()));
        Consumer<Status> unwelcome = unwelcome(address);
        LatestListener news = new LatestListener();
        List<HopLane> lanes = new ArrayList<>();
        for (EventExecutor executor : eventLoops) {
            EventLoop loop = (EventLoop) executor;
            lanes.add(new HopLane(
                    loop,
                    channel(address, config, loop),
                    time,
                    // Once is enough: the first loop hears for all.
                    lanes.isEmpty() ? terms : terms.untold(),
                    unwelcome,
                    news));
        }
        return new GrpcWorkerLink(
                lanes,
                time,
                config.pollTimeout().toNanos(),
                config.modelChangeTimeout().toNanos(),
                news);
    }

    private static ManagedChannel channel(
            WorkerAddress address, GatewayConfig.WorkerLinkConfig config, EventLoop loop) {
        return NettyChannelBuilder.forAddress(address.host(), address.port())
                .usePlaintext()
                .directExecutor()
                .eventLoopGroup(loop)
                .channelType(NioSocketChannel.class)
                // The worker is a neighbour: the proxy of the environment is not for it.
                .proxyDetector(target -> null)
                .disableRetry()
                .maxInboundMessageSize(config.answerBytesMax())
                .maxInboundMetadataSize(METADATA_BYTES_MAX)
                .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                .keepAliveTime(config.keepAliveInterval().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(config.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    /** Says once that a worker is too old; one that is away says so by itself. */
    private static Consumer<Status> unwelcome(WorkerAddress address) {
        AtomicBoolean told = new AtomicBoolean();
        return status -> {
            if (WorkerStatus.isNotOffered(status) && told.compareAndSet(false, true)) {
                LOG.errorf(
                        "worker=%s reason=\"it does not offer %s\" it can serve nothing; start a worker of this version there",
                        address, HopMethod.SERVICE.getName());
            }
        };
    }
}
