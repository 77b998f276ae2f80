package io.bellwether.loadtests.simulation;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.evidence.ClientMemories;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.feedback.OutcomeBook;
import io.bellwether.gateway.feedback.PairBook;
import io.bellwether.gateway.inference.Bookkeeping;
import io.bellwether.gateway.inference.Books;
import io.bellwether.gateway.inference.Deadlines;
import io.bellwether.gateway.inference.Inference;
import io.bellwether.gateway.inference.InferenceCall;
import io.bellwether.gateway.inference.InferenceLimits;
import io.bellwether.gateway.inference.InferenceResult;
import io.bellwether.gateway.inference.RequestAdmission;
import io.bellwether.gateway.inference.Upstream;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.Dispatch;
import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.HedgeCounts;
import io.bellwether.gateway.worker.Hedging;
import io.bellwether.gateway.worker.KillNotice;
import io.bellwether.gateway.worker.Outliers;
import io.bellwether.gateway.worker.RetryBudget;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.routing.Rollout;
import io.bellwether.routing.RouteTable;
import io.bellwether.routing.admission.AdmissionControl;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.Tenants;
import io.bellwether.routing.hedge.HedgeSettings;
import io.bellwether.routing.hedge.HedgeTerms;
import io.bellwether.routing.outlier.OutlierSettings;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What one run of a gateway does for clients: the platform's own way of a request, over simulated links. */
final class GatewayTraffic {
    private static final long BUDGET_NANOS = 800 * Agenda.MILLI;
    private static final long SLOW_START_NANOS = 2 * Agenda.SECOND;
    private static final long ALLOWED_WAIT_NANOS = 100 * Agenda.MILLI;
    private static final long HEDGE_DELAY_NANOS = Agenda.MILLI;
    private static final double CANCEL_SHARE = 0.02;
    private static final int SABOTAGED_SHARE = 50;
    private static final long STEP_DOUBT_NANOS = 4 * Agenda.SECOND;
    private static final int STEP_DOUBT_SHARE = 24;

    private final World world;
    private final Host host;
    private final WorkerDirectory directory;
    private final Outliers outliers;
    private final Evidence evidence = new Evidence(16, 20_000);
    private final ClientMemories clients;
    private final Supplier<Collection<Rollout.Live>> live;
    private final Inference inference;
    private final Supplier<RouteTable> routes;
    private final Hedging hedging;
    private final Map<HedgeCounts.Result, Long> copies = new EnumMap<>(HedgeCounts.Result.class);

    GatewayTraffic(World world, Host host, ControlFold fold, ArmOutcomes outcomes, Supplier<RouteTable> routes) {
        this.world = world;
        this.host = host;
        this.routes = routes;
        this.live = () -> fold.state().liveRollouts();
        List<Worker> workers = world.workers().stream()
                .map(worker -> new Worker(worker.host().name(), new Link(host, worker, world.network())))
                .toList();
        this.directory = new WorkerDirectory(
                workers, new WorkerDirectory.Settings(16, SLOW_START_NANOS), host, host.random()::nextInt);
        this.outliers = new Outliers(directory, OutlierSettings.DEFAULT);
        this.clients = new ClientMemories(4, host.random()::nextLong, () -> fold.state().liveRollouts().stream()
                .map(Rollout.Live::id)
                .collect(Collectors.toSet()));
        GatewayMetrics unread = new GatewayMetrics(new CompositeMeterRegistry());
        Dispatch dispatch = new Dispatch(
                directory,
                new RetryBudget(0.2, 10),
                host.random().nextBoolean() ? Dispatch.LostWork.GOES_ON : Dispatch.LostWork.FAILS,
                host);
        this.hedging = new Hedging(
                dispatch,
                directory,
                new HedgeTerms(Set.of(HedgeTerms.ALL), new HedgeSettings(0.5, HEDGE_DELAY_NANOS, 0.2, 50)),
                (nanos, task) -> {
                    host.after(nanos, task);
                    return () -> {};
                },
                host);
        RequestAdmission admission = new RequestAdmission(
                new AdmissionControl(new Tenants(Map.of()), LimitSettings.DEFAULT, host.nanos()),
                "Bellwether-Tenant",
                ALLOWED_WAIT_NANOS,
                unread,
                host);
        PairBook pairs = new PairBook(evidence, host, unread, 1_000, 3_600_000);
        Bookkeeping books = new Bookkeeping(
                admission,
                evidence,
                clients,
                outcomes,
                new OutcomeBook(evidence, host, unread, 1_000, 3_600_000),
                unread);
        this.inference = new Inference(
                directory,
                new Upstream(dispatch, hedging, new Shadows(dispatch, host::deliver, unread, pairs, 4, 100_000)),
                routes,
                new Books(books, books),
                host,
                new InferenceLimits(
                        ProtocolLimits.DEFAULT,
                        new Deadlines(BUDGET_NANOS, BUDGET_NANOS),
                        1_000,
                        ProtocolLimits.DEFAULT.bodyBytesMax()));
    }

    List<Worker> workers() {
        return directory.workers();
    }

    void whenKilled(Consumer<KillNotice> hear) {
        directory.whenKilled(hear);
    }

    void start() {
        evidence.countFrom(0);
        inference.startAccepting();
        directory.poll();
        host.every(Agenda.SECOND, this::look);
        Reporter.start(host, Snapshot.Process.GATEWAY, world.network(), world.broker(), this::counted);
    }

    private void look() {
        directory.poll();
        outliers.look(host.nanos());
        for (HedgeCounts.Result result : HedgeCounts.Result.values()) {
            long before = copies.getOrDefault(result, 0L);
            long now = hedging.counts().sent(result);
            world.tallies().add("copies that " + result.name().toLowerCase(Locale.ROOT), now - before);
            copies.put(result, now);
        }
    }

    private List<Snapshot> counted() {
        clients.forgetEnded();
        return evidence
                .snapshots(directory.fleet().models().keySet(), Math.floorDiv(host.epochMillis(), 1_000))
                .stream()
                .map(this::withStepProblems)
                .toList();
    }

    /** Now and then a gateway finds that a step does not fit, the others do not, and later it does. */
    private Snapshot withStepProblems(Snapshot counted) {
        Snapshot.Builder said = counted.toBuilder();
        live.get().stream()
                .filter(rollout -> rollout.plan().model().equals(counted.getModel()))
                .filter(rollout -> Math.floorMod(
                                Objects.hash(host.name(), rollout.id(), host.nanos() / STEP_DOUBT_NANOS),
                                STEP_DOUBT_SHARE)
                        == 0)
                .forEach(rollout -> rollout.judged()
                        .forEach(one -> said.addStepProblems(StepProblem.newBuilder()
                                .setRolloutId(rollout.id())
                                .setArm(rollout.plan().isAb() ? one.plan().candidateVersion() : "")
                                .setRolloutVersion(rollout.version())
                                .setProblem("it would be too slow"))));
        return said.build();
    }

    /** A client sends a request. */
    void ask(long number, String model, String user) {
        Fleet.Model known = directory.fleet().models().get(model);
        Set<String> ready = known == null ? Set.of() : known.readyVersions();
        Asked.Known now = new Asked.Known(
                host.name(), host.run(), host.nanos(), world.requests().known(host.name()), ready);
        Asked asked = new Asked(number, model, user, now);
        long routeVersion = routes.get().routeVersion();
        world.requests().asked(asked, routeVersion);
        String key = world.sabotage() == Sabotage.RESHUFFLES ? user + routeVersion : user;
        Cancellation cancellation = new Cancellation();
        InferenceCall call = new InferenceCall(
                asked.id(),
                request(asked),
                header -> header.equals(Persons.KEY_HEADER) ? key : "",
                host.nanos(),
                BUDGET_NANOS,
                InferenceCall.Kind.WHOLE,
                cancellation);
        int fate = host.random().nextInt(SABOTAGED_SHARE);
        var unused = inference.infer(call).whenComplete((result, impossible) -> answered(asked, result, fate));
        if (host.random().nextDouble() < CANCEL_SHARE) {
            host.after(host.random().nextInt(10) * Agenda.MILLI, cancellation::cancel);
        }
    }

    private void answered(Asked asked, InferenceResult result, int fate) {
        if (world.sabotage() == Sabotage.FORGETS_ANSWERS && fate == 0) {
            return;
        }
        try {
            world.requests().answered(asked, result);
            if (world.sabotage() == Sabotage.ANSWERS_TWICE && fate == 0) {
                world.requests().answered(asked, result);
            }
        } catch (RuntimeException e) {
            // Whoever completes the answer would keep it to itself.
            world.report(e);
        }
    }

    private static ModelInferRequest request(Asked asked) {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        number.putLong(asked.number()).flip();
        return ModelInferRequest.newBuilder()
                .setModelName(asked.model())
                .setId(asked.id())
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("number")
                        .setDatatype("INT64")
                        .addShape(1))
                .addRawInputContents(ByteString.copyFrom(number))
                .build();
    }
}
