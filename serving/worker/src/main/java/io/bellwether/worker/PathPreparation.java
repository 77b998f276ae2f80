package io.bellwether.worker;

import io.bellwether.worker.config.BindConfig;
import io.bellwether.worker.config.WorkerConfig;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.golden.GoldenCheck;
import io.bellwether.worker.serving.Preparation;
import io.bellwether.worker.serving.ServedVersion;
import io.bellwether.worker.warmup.OwnRequests;
import io.bellwether.worker.warmup.SampleCheck;
import io.bellwether.worker.warmup.StreamTarget;
import io.bellwether.worker.warmup.UnaryTarget;
import io.bellwether.worker.warmup.WarmUpTraffic;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a version ready that is in memory, through the worker's own port: synthetic requests, over a stream like that of a
 * gateway and as unary calls in turn, until they are as fast as they will be, then its warm-up samples and its golden ones. Once the worker serves, they go one by one and in short rounds, so as not to be in the way.
 */
final class PathPreparation implements Preparation {
    private static final Logger LOG = LoggerFactory.getLogger(PathPreparation.class);

    /** How many times shorter a round of the warm-up is while other versions serve. */
    private static final int SHORTER_WHEN_SERVING = 4;

    private final WorkerConfig.WarmUp settings;
    private final BindConfig bind;
    private final RequestAdmission.Limits limits;
    private final BooleanSupplier serving;
    private boolean isFirst = true;

    /**
     * @param serving whether the worker serves others already
     */
    PathPreparation(
            WorkerConfig.WarmUp settings, BindConfig bind, RequestAdmission.Limits limits, BooleanSupplier serving) {
        this.settings = settings;
        this.bind = bind;
        this.limits = limits;
        this.serving = serving;
    }

    @Override
    public Optional<String> prepare(ServedVersion version) throws InterruptedException {
        boolean gently = isGentle();
        Duration timeMax = isFirst ? settings.firstTimeMax() : settings.timeMax();
        // What is compiled while others are served may be theirs, and later versions find compiled what all share.
        LongSupplier compilerMillis = isFirst && !gently ? PathPreparation::compilerMillis : () -> 0;
        isFirst = false;
        WarmUpTraffic.Bounds bounds = new WarmUpTraffic.Bounds(
                gently ? Math.max(1, settings.roundRequests() / SHORTER_WHEN_SERVING) : settings.roundRequests(),
                settings.roundsMax(),
                timeMax.toNanos(),
                gently ? 1 : settings.concurrency());
        ManagedChannel channel = ownPort();
        UnaryTarget unary = new UnaryTarget(channel, bounds.nanosMax());
        try (StreamTarget stream = new StreamTarget(channel, bind.messageBytesMax(), bounds.nanosMax())) {
            warm(
                    new WarmUpTraffic(
                            List.of(stream, unary), bounds, limits.warmUpToken(), System::nanoTime, compilerMillis),
                    version);
            OwnRequests requests = new OwnRequests(unary, limits.warmUpToken(), bounds.nanosMax());
            Optional<String> unanswered = new SampleCheck(requests).firstFailure(version.files());
            return unanswered.isPresent()
                    ? unanswered
                    : new GoldenCheck(requests, limits.protocol()).firstFailure(version.files());
        } finally {
            channel.shutdownNow();
        }
    }

    @Override
    public boolean isGentle() {
        return serving.getAsBoolean();
    }

    private static long compilerMillis() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime()
                : 0;
    }

    /** One that is bound to a wildcard address is reached through loopback. */
    private ManagedChannel ownPort() {
        String host = bind.grpcHost();
        String address = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return ManagedChannelBuilder.forAddress(address, bind.grpcPort())
                .usePlaintext()
                .directExecutor()
                .maxInboundMessageSize(bind.messageBytesMax())
                .build();
    }

    private static void warm(WarmUpTraffic traffic, ServedVersion version) throws InterruptedException {
        WarmUpTraffic.Result result = traffic.warm(
                version.files().model(),
                version.files().version(),
                version.files().spec());
        LOG.info(
                "model={} version={} rounds={} failures={} firstMeanMicros={} lastMeanMicros={} steady={} warmed",
                version.files().model(),
                version.files().version(),
                result.rounds(),
                result.failures(),
                result.firstMeanNanos() / 1_000,
                result.lastMeanNanos() / 1_000,
                result.steady());
    }
}
