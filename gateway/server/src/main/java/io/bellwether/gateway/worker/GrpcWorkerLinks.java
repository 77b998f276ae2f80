package io.bellwether.gateway.worker;

import io.bellwether.gateway.config.GatewayConfig;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Opens links to workers. */
public final class GrpcWorkerLinks {
    private static final int FLOW_CONTROL_WINDOW_BYTES = 1 << 20;
    private static final int METADATA_BYTES_MAX = 8192;

    private GrpcWorkerLinks() {}

    /**
     * A link to one worker. It connects when it is first used and again whenever the worker comes back.
     *
     * @param eventLoops loops that carry the connections; they must be of NIO
     */
    public static WorkerLink open(
            WorkerAddress address, GatewayConfig.WorkerLinkConfig config, EventLoopGroup eventLoops) {
        List<ManagedChannel> channels = new ArrayList<>();
        for (int i = 0; i < config.channels(); i++) {
            channels.add(NettyChannelBuilder.forAddress(address.host(), address.port())
                    .usePlaintext()
                    .directExecutor()
                    .eventLoopGroup(eventLoops)
                    .channelType(NioSocketChannel.class)
                    // The worker is a neighbour: the proxy of the environment is not for it.
                    .proxyDetector(target -> null)
                    .disableRetry()
                    .maxInboundMessageSize(config.answerBytesMax())
                    .maxInboundMetadataSize(METADATA_BYTES_MAX)
                    .flowControlWindow(FLOW_CONTROL_WINDOW_BYTES)
                    .keepAliveTime(config.keepAliveInterval().toMillis(), TimeUnit.MILLISECONDS)
                    .keepAliveTimeout(config.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                    .build());
        }
        return new GrpcWorkerLink(
                channels,
                config.pollTimeout().toNanos(),
                config.modelChangeTimeout().toNanos());
    }
}
