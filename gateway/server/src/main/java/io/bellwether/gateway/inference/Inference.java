package io.bellwether.gateway.inference;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.evidence.Drawn;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.evidence.Outcome;
import io.bellwether.gateway.evidence.TurnedAway;
import io.bellwether.gateway.feedback.Assigned;
import io.bellwether.gateway.inference.InferenceResult.NotServed;
import io.bellwether.gateway.inference.InferenceResult.Served;
import io.bellwether.gateway.inference.InferenceResult.Trace;
import io.bellwether.gateway.inference.RequestAdmission.Entered;
import io.bellwether.gateway.shadow.Shadows;
import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.Outgoing;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.ClientMark;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.RequestCheck;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.routing.ComparedClient;
import io.bellwether.routing.Declared;
import io.bellwether.routing.Route;
import io.bellwether.routing.RouteTable;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The way of one inference request, the same for both edges: limits, check, route, admit, forward, count, answer. Nothing in it
 * blocks; the answer comes on the thread that brings the worker's reply.
 */
public final class Inference {
    private static final long MILLIS_PER_SLOT = 1_000;
    private static final double BUSY_SHARE = 0.7;

    private static final Refusal LEAVING =
            new Refusal(FailureReason.NOT_READY, "this gateway is shutting down; try again");
    private static final Refusal WARMING =
            new Refusal(FailureReason.NOT_READY, "this gateway is warming up; try again in some seconds");

    private final WorkerDirectory directory;
    private final Upstream upstream;
    private final Supplier<RouteTable> routes;
    private final Books books;
    private final Timekeeper time;
    private final InferenceLimits limits;
    private final HeldBytes bodies;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile Phase phase = Phase.WARMING;

    /**
     * @param routes the route table of this moment; must not block
     */
    public Inference(
            WorkerDirectory directory,
            Upstream upstream,
            Supplier<RouteTable> routes,
            Books books,
            Timekeeper time,
            InferenceLimits limits) {
        this.directory = directory;
        this.upstream = upstream;
        this.routes = routes;
        this.books = books;
        this.time = time;
        this.limits = limits;
        this.bodies = new HeldBytes(limits.bodyBytesHeldMax());
    }

    /** Requests that have arrived and are not answered. */
    public int inFlight() {
        return inFlight.get();
    }

    public ProtocolLimits protocolLimits() {
        return limits.protocol();
    }

    /** The bodies that both edges hold. */
    public HeldBytes bodies() {
        return bodies;
    }

    /** Clock on which {@link InferenceCall#arrivedNanos} is measured. */
    public Timekeeper time() {
        return time;
    }

    /** A request that went nowhere; one that an edge could not even read, for example. It is counted. */
    public NotServed unreadable(String requestId, Refusal refusal) {
        return unrouted(books.clients(), requestId, refusal);
    }

    private NotServed unrouted(InferenceCall call, Refusal refusal) {
        return unrouted(books.of(call), call.requestId(), refusal);
    }

    private static NotServed unrouted(Bookkeeping counted, String requestId, Refusal refusal) {
        counted.metrics().onUnrouted(Outcome.of(refusal.reason()));
        return new NotServed(refusal, Trace.unrouted(requestId));
    }

    /** The gateway is warm: from now on requests of clients are served. */
    public synchronized void startAccepting() {
        if (phase == Phase.WARMING) {
            phase = Phase.SERVING;
        }
    }

    /** From now on requests are refused; those in flight go on. */
    public synchronized void stopAccepting() {
        phase = Phase.LEAVING;
    }

    /** There is no room for a body beside those that are held already. */
    public Refusal noRoom() {
        return new Refusal(
                FailureReason.QUEUE_FULL,
                "Exceeds maximum queue size of the gateway: the bodies of the requests in flight hold "
                        + bodies.bytesMax() + " bytes; try again later");
    }

    /** Serves one request. The stage always completes, and never exceptionally. */
    public CompletionStage<InferenceResult> infer(InferenceCall call) {
        int now = inFlight.incrementAndGet();
        CompletionStage<InferenceResult> result;
        Phase present = phase;
        if (present.turnsAway(call.kind()) && !lacksWorker(present)) {
            result = done(unrouted(call, present == Phase.LEAVING ? LEAVING : WARMING));
        } else if (now > limits.inFlightMax()) {
            result = done(unrouted(call, full()));
        } else {
            result = checked(call);
        }
        return result.whenComplete((served, impossible) -> inFlight.decrementAndGet());
    }

    /** A cold process answers so slowly that it is kinder to say so. Without a worker there are better words. */
    private boolean lacksWorker(Phase present) {
        return present == Phase.WARMING && !directory.fleet().servesSomething();
    }

    private Refusal full() {
        return new Refusal(
                FailureReason.QUEUE_FULL,
                "Exceeds maximum queue size of the gateway: " + limits.inFlightMax()
                        + " requests are in flight; try again later");
    }

    /** The request itself first, then what there is to serve it: so both edges refuse alike whatever is wrong at once. */
    private CompletionStage<InferenceResult> checked(InferenceCall call) {
        Decoded<ModelInferRequest> raw = RequestCheck.normalise(call.request(), limits.protocol());
        if (raw instanceof Decoded.Refused<ModelInferRequest> refused) {
            return done(unrouted(call, refused.refusal()));
        }
        ModelInferRequest request = ((Decoded.Valid<ModelInferRequest>) raw).value();
        Optional<Refusal> problem = HopParameters.reserved(request)
                .map(name -> Refusal.invalid(
                        "parameters that begin with " + HopParameters.PREFIX + " are reserved; leave them out"));
        if (problem.isPresent()) {
            return done(unrouted(call, problem.get()));
        }
        Fleet.Model model = directory.fleet().models().get(request.getModelName());
        if (model == null
                || (!request.getModelVersion().isEmpty() && !model.versions().containsKey(request.getModelVersion()))) {
            return done(unrouted(call, unknown(request)));
        }
        return routed(call, request, model);
    }

    private CompletionStage<InferenceResult> routed(InferenceCall call, ModelInferRequest request, Fleet.Model model) {
        RouteTable table = routes.get();
        Lot lot = Lot.of(call, request, table, books.of(call).admission());
        Set<String> ready = model.readyVersions();
        Route route = lot.route(table, ready);
        Optional<ComparedClient> client = lot.client(table);
        if (route instanceof Route.NoRoute none) {
            Trace trace = new Trace(call.requestId(), none.version(), "", "", table.routeVersion());
            Refusal refusal = unserved(request.getModelName(), none, model);
            books.of(call).metrics().onUnrouted(Outcome.UNAVAILABLE);
            // Clients of both arms become known, whichever version is away.
            client.ifPresent(books.of(call).clients()::mark);
            return done(new NotServed(refusal, trace));
        }
        Declared declared = table.declared(lot.model());
        Way way = new Way(
                (Route.Routed) route,
                lot.key(),
                client,
                lot.copy(table, ready),
                declared,
                lot.drawn() ? declared.draw().share(ready) : 0,
                table.routeVersion());
        Decoded<Entered> entered = books.of(call).admission().enter(call, request, way.route());
        if (entered instanceof Decoded.Refused<Entered> refused) {
            if (refused.refusal().reason() == FailureReason.QUEUE_FULL) {
                turnedAway(call, request.getModelName(), way);
            }
            return done(unrouted(call, refused.refusal()));
        }
        return forwarded(call, request, way, ((Decoded.Valid<Entered>) entered).value());
    }

    /** A quota refuses whichever arm was drawn; that the model is busy may be so in one part of its traffic only. */
    private void turnedAway(InferenceCall call, String model, Way way) {
        if (way.comparedShare() > 0) {
            Bookkeeping kept = books.of(call);
            Route.Routed route = way.route();
            kept.evidence()
                    .turnedAway(
                            model,
                            Math.floorDiv(time.epochMillis(), MILLIS_PER_SLOT),
                            new TurnedAway(
                                    route.version(),
                                    way.arm(),
                                    route.rolloutId(),
                                    new Drawn(
                                            ClientMark.NONE, way.comparedShare(), way.slices(call, kept.admission()))));
        }
    }

    private CompletionStage<InferenceResult> forwarded(
            InferenceCall call, ModelInferRequest request, Way way, Entered entered) {
        Route.Routed route = way.route();
        Trace trace =
                new Trace(call.requestId(), route.version(), route.arm().name(), route.rolloutId(), way.routeVersion());
        OptionalLong asked = limits.deadlines().askedNanos(call.budgetNanos(), request.getParametersMap());
        long budget = asked.orElse(limits.deadlines().defaultNanos());
        long deadline = call.arrivedNanos() + budget;
        Bookkeeping kept = books.of(call);
        ClientMark client = way.mark(kept.clients());
        Evidence.Tally tally = kept.evidence()
                .begin(
                        request.getModelName(),
                        Math.floorDiv(time.epochMillis(), MILLIS_PER_SLOT),
                        new Drawn(client, way.comparedShare(), way.slices(call, kept.admission())));
        Optional<Origin> origin =
                Optional.of(new Origin(tally.slot(), route.arm().name(), route.rolloutId(), "", client));
        Outgoing outgoing = new Outgoing(to(route.version(), request), origin, call.synthetic(), asked.isEmpty());
        CompletionStage<Reply> sent = Copying.isAllowed(call, request, way)
                ? upstream.hedging().send(outgoing, deadline, call.cancellation(), () -> isBusy(entered))
                : upstream.dispatch().send(outgoing, deadline, call.cancellation());
        CompletionStage<Reply> replied =
                sent.whenComplete((reply, impossible) -> entered.ended(reply, budget, time.nanos()));
        return replied.thenApply(reply -> {
            count(call, request.getModelName(), way, reply, tally);
            if (way.copy().isPresent() && !call.synthetic() && reply instanceof Reply.Answered answered) {
                upstream.shadows()
                        .copy(
                                new Shadows.Answered(call.requestId(), request, route.version(), answered.response()),
                                way.copy().get(),
                                budget);
            }
            return answer(reply, trace);
        });
    }

    /** Whether a request should cost no more than it must. */
    private boolean isBusy(Entered entered) {
        return entered.isBusy() || inFlight.get() > BUSY_SHARE * limits.inFlightMax();
    }

    /** The request with its version; the same object where the client named it. */
    private static ModelInferRequest to(String version, ModelInferRequest request) {
        return request.getModelVersion().equals(version)
                ? request
                : request.toBuilder().setModelVersion(version).build();
    }

    private void count(InferenceCall call, String model, Way way, Reply reply, Evidence.Tally tally) {
        Route.Routed route = way.route();
        Bookkeeping counted = books.of(call);
        long latencyNanos = time.nanos() - call.arrivedNanos();
        Outcome outcome = reply instanceof Reply.Failed failed ? Outcome.of(failed.reason()) : Outcome.OK;
        if (reply instanceof Reply.Failed failed && failed.reason() == FailureReason.CANCELLED) {
            counted.metrics().onCancelled();
        }
        boolean witness = true;
        boolean nonfinite = false;
        if (reply instanceof Reply.Answered answered) {
            witness = answered.account().witness();
            nonfinite = answered.account().nonfiniteRows() > 0;
        }
        counted.outcomes().answered(route, outcome, nonfinite, way.key());
        tally.answered(route.version(), way.arm(), route.rolloutId(), outcome, latencyNanos, witness);
        if (outcome == Outcome.OK
                && way.isCompared()
                && !way.declared().outcomes().isEmpty()) {
            Assigned assigned = new Assigned(
                    route.rolloutId(),
                    route.version(),
                    way.arm(),
                    way.declared().outcomes());
            counted.told().answered(model, call.requestId(), assigned);
        }
        counted.metrics().onAnswered(model, route.version(), route.arm().name(), outcome, latencyNanos);
    }

    private static InferenceResult answer(Reply reply, Trace trace) {
        if (reply instanceof Reply.Answered answered) {
            return new Served(answered.response(), trace);
        }
        Reply.Failed failed = (Reply.Failed) reply;
        return new NotServed(new Refusal(failed.reason(), failed.message()), trace);
    }

    private Refusal unknown(ModelInferRequest request) {
        return ModelLookup.unknown(directory.fleet(), request.getModelName(), request.getModelVersion());
    }

    private static Refusal unserved(String name, Route.NoRoute none, Fleet.Model model) {
        return ModelLookup.notReady(name, none.version(), model);
    }

    private static CompletionStage<InferenceResult> done(InferenceResult result) {
        return CompletableFuture.completedFuture(result);
    }
}
