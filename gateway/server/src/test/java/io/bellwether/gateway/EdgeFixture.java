package io.bellwether.gateway;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.evidence.ClientMemories;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.feedback.OutcomeBook;
import io.bellwether.gateway.feedback.PairBook;
import io.bellwether.gateway.feedback.RememberedFeedback;
import io.bellwether.gateway.grpc.CallHeaders;
import io.bellwether.gateway.grpc.DeflateCodec;
import io.bellwether.gateway.grpc.GrpcEndpoint;
import io.bellwether.gateway.grpc.GrpcHealth;
import io.bellwether.gateway.grpc.NotOfferedMethods;
import io.bellwether.gateway.grpc.StreamLimits;
import io.bellwether.gateway.inference.Bookkeeping;
import io.bellwether.gateway.inference.Books;
import io.bellwether.gateway.inference.Catalog;
import io.bellwether.gateway.inference.Deadlines;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceLimits;
import io.bellwether.gateway.inference.ModelControl;
import io.bellwether.gateway.inference.RequestAdmission;
import io.bellwether.gateway.inference.TrafficGate;
import io.bellwether.gateway.inference.Upstream;
import io.bellwether.gateway.inference.WarmUpToken;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.openai.OpenAiEdge;
import io.bellwether.gateway.rest.RestEdge;
import io.bellwether.gateway.rest.RestFeedback;
import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.Dispatch;
import io.bellwether.gateway.worker.Hedging;
import io.bellwether.gateway.worker.RetryBudget;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.routing.admission.AdmissionControl;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.bellwether.routing.admission.Tenants;
import io.bellwether.routing.hedge.HedgeSettings;
import io.bellwether.routing.hedge.HedgeTerms;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Both edges on real sockets in front of workers that live in the test. */
public final class EdgeFixture implements AutoCloseable {
    public static final int BODY_BYTES_MAX = 4_096;
    public static final int BODY_BYTES_HELD_MAX = 10_000;
    public static final int STREAMS_MAX = 2;
    public static final int STREAM_REQUESTS_MAX = 3;

    public static final String TENANT_HEADER = "Bellwether-Tenant";
    public static final long ALLOWED_WAIT_NANOS = 100_000_000;
    /** Late requests go to a second worker as well, when {@link #alarms} go off. */
    public static final long HEDGE_DELAY_NANOS = 50_000_000;

    private static final LimitSettings UNBOUND = new LimitSettings(64, 64, 64, 1, 1, 1, 1);

    public final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    public final ControlFold fold = new ControlFold();
    public final Evidence evidence = new Evidence(16, 1_000);
    /** What nobody reads in production. */
    public final Evidence rehearsal = new Evidence(16, 1_000);

    public final ClientMemories clients = new ClientMemories(2, () -> 7, () -> Set.of());
    public final ArmOutcomes outcomes = new ArmOutcomes();
    public final RememberedFeedback feedbackLog = new RememberedFeedback();
    public final FakeAlarms alarms = new FakeAlarms();
    public final WarmUpToken token = WarmUpToken.made();
    public final WorkerDirectory directory;
    public final Dispatch dispatch;
    public final Hedging hedging;
    public final PairBook pairs;
    public final OutcomeBook told;
    public final Shadows shadows;
    public final RequestAdmission admission;
    public final Inference inference;
    public final TrafficGate gate;
    public final ManagedChannel channel;
    public final int restPort;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Vertx vertx = Vertx.vertx();
    private final LaterListeners later = new LaterListeners();
    private final HttpServer rest;
    private final Server grpc;

    public EdgeFixture(FakeWorkerLink... links) {
        this(new Timekeeper.OfMachine(), links);
    }

    public EdgeFixture(Timekeeper time, FakeWorkerLink... links) {
        this(time, true, false, new Terms(new Tenants(Map.of()), UNBOUND), links);
    }

    /** One with tenants, and limits on requests in flight of its own. */
    public static EdgeFixture withTenants(
            Timekeeper time, Map<String, TenantQuota> tenants, LimitSettings limits, FakeWorkerLink... links) {
        return new EdgeFixture(time, true, false, new Terms(new Tenants(tenants), limits), links);
    }

    /** Who may send how much. */
    private record Terms(Tenants tenants, LimitSettings limits) {}

    /** One through which models can be loaded and unloaded. */
    public static EdgeFixture withModelControl(FakeWorkerLink... links) {
        return new EdgeFixture(
                new Timekeeper.OfMachine(), true, true, new Terms(new Tenants(Map.of()), UNBOUND), links);
    }

    /** One that is not warm yet. */
    public static EdgeFixture cold(FakeWorkerLink... links) {
        return new EdgeFixture(
                new Timekeeper.OfMachine(), false, false, new Terms(new Tenants(Map.of()), UNBOUND), links);
    }

    private EdgeFixture(Timekeeper time, boolean warm, boolean modelControl, Terms terms, FakeWorkerLink... links) {
        List<Worker> workers = IntStream.range(0, links.length)
                .mapToObj(i -> new Worker("worker-" + i, links[i]))
                .toList();
        directory = Directories.of(time, workers);
        directory.poll();
        evidence.countFrom(0);
        rehearsal.countFrom(0);
        dispatch = new Dispatch(directory, new RetryBudget(0.1, 2), Dispatch.LostWork.FAILS, time);
        hedging = new Hedging(
                dispatch,
                directory,
                new HedgeTerms(Set.of(HedgeTerms.ALL), new HedgeSettings(0.95, HEDGE_DELAY_NANOS, 0.2, 10)),
                alarms,
                time);
        ProtocolLimits usual = ProtocolLimits.DEFAULT;
        told = new OutcomeBook(evidence, time, new GatewayMetrics(registry), 100, 3_600_000);
        pairs = new PairBook(evidence, time, new GatewayMetrics(registry), 100, 3_600_000);
        shadows = new Shadows(dispatch, Runnable::run, new GatewayMetrics(registry), pairs, 4, 100_000);
        GatewayMetrics metrics = new GatewayMetrics(registry);
        GatewayMetrics unread = new GatewayMetrics(new SimpleMeterRegistry());
        admission = admission(terms, metrics, time);
        RequestAdmission unasked = admission(new Terms(new Tenants(Map.of()), UNBOUND), unread, time);
        inference = new Inference(
                directory,
                new Upstream(dispatch, hedging, shadows),
                fold::routes,
                new Books(
                        new Bookkeeping(admission, evidence, clients, outcomes, told, metrics),
                        new Bookkeeping(
                                unasked,
                                rehearsal,
                                ClientMemories.none(),
                                new ArmOutcomes(),
                                new OutcomeBook(rehearsal, time, unread, 100, 3_600_000),
                                unread)),
                time,
                new InferenceLimits(
                        new ProtocolLimits(
                                BODY_BYTES_MAX, usual.jsonDepthMax(), usual.nameLengthMax(), 4, 4, 10_000, 1_000),
                        new Deadlines(TimeUnit.SECONDS.toNanos(5), TimeUnit.SECONDS.toNanos(60)),
                        64,
                        BODY_BYTES_HELD_MAX));
        if (warm) {
            inference.startAccepting();
        }
        Catalog catalog = new Catalog(directory, fold::routes, "test", new ModelControl(directory, modelControl));
        gate = new TrafficGate(directory);
        gate.onWarm();
        Router router = Router.router(vertx);
        new OpenAiEdge(inference, catalog, TimeUnit.SECONDS.toNanos(10)).mount(router);
        new RestEdge(inference, catalog, gate, token, new RestFeedback(inference, feedbackLog, time), 512)
                .mount(router);
        rest = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        restPort = rest.actualPort();
        grpc = startGrpc(
                new GrpcEndpoint(inference, catalog, gate, token, new StreamLimits(STREAMS_MAX, STREAM_REQUESTS_MAX)),
                new GrpcHealth(gate));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", grpc.getPort())
                .usePlaintext()
                .proxyDetector(target -> null)
                .build();
    }

    private static RequestAdmission admission(Terms terms, GatewayMetrics metrics, Timekeeper time) {
        return new RequestAdmission(
                new AdmissionControl(terms.tenants(), terms.limits(), time.nanos()),
                TENANT_HEADER,
                ALLOWED_WAIT_NANOS,
                metrics,
                time);
    }

    private Server startGrpc(GrpcEndpoint edge, GrpcHealth health) {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .directExecutor()
                    .addService(ServerInterceptors.intercept(edge.bindService(), new CallHeaders(), later))
                    .addService(health)
                    .decompressorRegistry(DeflateCodec.decompressors())
                    .fallbackHandlerRegistry(new NotOfferedMethods())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public HttpResponse<String> get(String path) {
        return send(request(path).GET());
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + path));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        return send(request, HttpResponse.BodyHandlers.ofString());
    }

    public <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
        try {
            return http.send(request.build(), handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Words that must not be in anything that a client sees. */
    public static Stream<String> internals() {
        return Stream.of("io.", "java.", "/", "Exception", "\tat ", "127.0.0.1");
    }

    @Override
    public void close() {
        channel.shutdownNow();
        grpc.shutdownNow();
        later.close();
        rest.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
