package io.bellwether.worker.edge;

import io.bellwether.batching.Lane;
import io.bellwether.engine.SyntheticEngine;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.capacity.WorkerCapacityGrpc;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.Await;
import io.bellwether.worker.Samples;
import io.bellwether.worker.cost.PriceSheet;
import io.bellwether.worker.lane.Expiry;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelKind.Pooling;
import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.serving.Lifecycle;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import io.bellwether.worker.serving.Surroundings;
import io.bellwether.worker.serving.VersionMoves;
import io.bellwether.worker.survival.Survival;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.telemetry.Tally;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The edge of a worker in one process: real queues and runner threads, the synthetic engine, and gRPC without a network.
 * Queue deadlines are on a clock that only the test moves.
 */
public final class EdgeFixture implements ServingHost, AutoCloseable {
    static final int BATCH_MAX = 8;
    static final int QUEUE_MAX = 3;
    static final int BYTES_MAX = 1024;
    static final int IN_FLIGHT_MAX = 16;
    public static final String TOKEN = "token";

    public final SyntheticEngine engine = SyntheticEngine.steady();
    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public volatile boolean leaving;
    public final AtomicLong nowNanos = new AtomicLong(1);
    final AtomicLong slot = new AtomicLong(1_000);
    public final InFlight inFlight = new InFlight(IN_FLIGHT_MAX, 64 * BYTES_MAX);
    final ServedModels models;
    final RequestAdmission admission;
    private final Server server;
    private final ManagedChannel channel;

    EdgeFixture() throws IOException {
        this(samples());
    }

    private EdgeFixture(List<Entry> entries) throws IOException {
        WorkerMetrics metrics = new WorkerMetrics(registry);
        engine.refusing("sample/3", "the file of model sample/3 is not a TorchScript program");
        Surroundings surroundings = new Surroundings(
                metrics, new PriceSheet(40_000_000_000L, 0), nowNanos::get, true, 1, 7, Survival.forgetful(), at -> {});
        models = served(entries, surroundings);
        models.versions().forEach(VersionMoves::measure);
        models.versions().forEach(version -> version.load(engine, false));
        admission = new RequestAdmission(
                this::models,
                version -> CompletableFuture.completedFuture(null),
                inFlight,
                metrics,
                new RequestAdmission.Limits(limits(), 60_000_000_000L, TOKEN, 1, 1),
                new RequestAdmission.Clocks(nowNanos::get, slot::get));
        String name = UUID.randomUUID().toString();
        server = InProcessServerBuilder.forName(name)
                .directExecutor()
                .addService(new InferenceEndpoint(this))
                .addService(new CapacityService(this))
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    private static ServedModels served(List<Entry> entries, Surroundings surroundings) {
        List<ServedVersion> versions = new ArrayList<>();
        List<ServedModels.Line> absent = new ArrayList<>();
        Map<String, ModelCells> cells = new HashMap<>();
        for (Entry entry : entries) {
            if (entry instanceof Loadable loadable) {
                ModelCells ofModel = cells.computeIfAbsent(
                        loadable.model(),
                        model -> new ModelCells(
                                model, new Tally(loadable.spec()), new ModelCells.Limits(100, Long.MAX_VALUE)));
                versions.add(new ServedVersion(loadable, new Fingerprint(List.of()), ofModel, surroundings));
            } else if (entry instanceof Broken broken) {
                absent.add(ServedModels.Line.unavailable(broken.model(), broken.version(), broken.reason()));
            }
        }
        return new ServedModels(versions, List.of(), absent);
    }

    /** A worker that takes its own synthetic requests only. */
    public static EdgeFixture warming() throws IOException {
        return new EdgeFixture();
    }

    public static EdgeFixture warmed() throws IOException {
        EdgeFixture fixture = new EdgeFixture();
        fixture.models().versions().forEach(ServedVersion::ready);
        return fixture;
    }

    /** A worker that serves one model of {@link Samples#textSpec}. */
    static EdgeFixture withTexts() throws IOException {
        return with(Samples.textSpec(BATCH_MAX, Pooling.MEAN, false));
    }

    /** A worker that serves one model; its classes are {@link Samples#LABELS}. */
    static EdgeFixture with(ModelSpec spec) throws IOException {
        EdgeFixture fixture = new EdgeFixture(List.of(new Loadable(
                Samples.MODEL,
                "1",
                spec,
                Path.of("1/model.onnx"),
                spec.kind().texts().map(texts -> Path.of(texts.tokenizer())),
                Samples.LABELS)));
        fixture.models().versions().forEach(ServedVersion::ready);
        return fixture;
    }

    private static List<Entry> samples() {
        ModelSpec spec = Samples.spec(BATCH_MAX, QUEUE_MAX);
        return List.of(
                new Loadable(Samples.MODEL, "1", spec, Path.of("1/model.pt"), Optional.empty(), List.of()),
                new Loadable(Samples.MODEL, "2", spec, Path.of("2/model.pt"), Optional.empty(), Samples.LABELS),
                new Loadable(Samples.MODEL, "3", spec, Path.of("3/model.pt"), Optional.empty(), List.of()),
                new Broken("broken", "1", "model.yaml has a problem: line 1: inputs is missing; list them"));
    }

    GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub blocking() {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel);
    }

    CapacityResponse capacity(CapacityRequest request) {
        return WorkerCapacityGrpc.newBlockingStub(channel).read(request);
    }

    Sent send(ModelInferRequest request) {
        Sent sent = new Sent();
        GRPCInferenceServiceGrpc.newStub(channel).modelInfer(request, sent);
        return sent;
    }

    Sent sendWithin(long millis, ModelInferRequest request) {
        Sent sent = new Sent();
        GRPCInferenceServiceGrpc.newStub(channel)
                .withDeadlineAfter(millis, TimeUnit.MILLISECONDS)
                .modelInfer(request, sent);
        return sent;
    }

    public ServedVersion version(String version) {
        return models().versions().stream()
                .filter(one -> one.files().version().equals(version))
                .findFirst()
                .orElseThrow();
    }

    public void expire() {
        ServedVersion first = version("1");
        Expiry.refuse(first.queue(Lane.REST), first.meters());
    }

    public void awaitQueued(Lane lane, int requests) {
        String name = lane.name().toLowerCase(Locale.ROOT);
        Await.until(
                requests + " requests wait",
                () -> registry.get("bellwether.worker.queue.requests")
                                .tags("lane", name, "version", "1")
                                .gauge()
                                .value()
                        == requests);
    }

    /** Waits until this many requests are in the worker. */
    public void awaitInFlight(long requests) {
        Await.until(requests + " requests in the worker", () -> inFlight.requests() == requests);
    }

    @Override
    public RequestAdmission admission() {
        return admission;
    }

    @Override
    public ServedModels models() {
        return models;
    }

    @Override
    public boolean leaving() {
        return leaving;
    }

    @Override
    public boolean ready() {
        return !inFlight.closed() && models().anyTakesRequests();
    }

    @Override
    public Optional<Lifecycle> lifecycle() {
        return Optional.empty();
    }

    @Override
    public String productVersion() {
        return "0.0.0-test";
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow();
        for (ServedVersion version : models().versions()) {
            version.close(nowNanos.get() + 5_000_000_000L);
        }
    }

    private static ProtocolLimits limits() {
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        return new ProtocolLimits(
                BYTES_MAX,
                usual.jsonDepthMax(),
                usual.nameLengthMax(),
                usual.inputsMax(),
                usual.dimensionsMax(),
                usual.elementsMax(),
                usual.bytesElementMax());
    }
}
