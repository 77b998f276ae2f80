package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import io.bellwether.batching.Admission;
import io.bellwether.batching.Lane;
import io.bellwether.batching.Priorities;
import io.bellwether.batching.VersionState;
import io.bellwether.batching.Waiting;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.RequestCheck;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.lane.FittedRequest;
import io.bellwether.worker.lane.InferenceCall;
import io.bellwether.worker.lane.LaneQueue;
import io.bellwether.worker.lane.Reply;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import io.bellwether.worker.telemetry.CellId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides on the event loop whether a request may wait in a lane: checks it, finds its version, counts it in, queues it.
 * Never blocks, knows no transport. A request that does not get in is answered before the call returns.
 */
public final class RequestAdmission {
    /** Request parameter of synthetic warm-up requests; its value is a secret of this process. */
    public static final String WARM_UP_PARAMETER = HopParameters.PREFIX + "warm_up";

    private final Supplier<ServedModels> models;
    private final LoadWait waiting;
    private final InFlight inFlight;
    private final WorkerMetrics metrics;
    private final Limits limits;
    private final Clocks clocks;

    /**
     * Limits on one request.
     *
     * @param protocol sizes and counts
     * @param deadlineNanosMax longest deadline; longer ones are cut
     * @param warmUpToken value of {@link #WARM_UP_PARAMETER} that marks our own synthetic requests
     * @param loadWaitNanosMax longest wait for a version that is loaded on demand
     * @param loadWaitersMax requests that may wait for that at once
     */
    public record Limits(
            ProtocolLimits protocol,
            long deadlineNanosMax,
            String warmUpToken,
            long loadWaitNanosMax,
            int loadWaitersMax) {}

    /**
     * The two clocks of the edge.
     *
     * @param nanos monotonic nanoseconds
     * @param slot epoch seconds
     */
    public record Clocks(LongSupplier nanos, LongSupplier slot) {}

    /**
     * What is said of a request beside its inference.
     *
     * @param origin where it counts; empty for one that came past no gateway
     * @param warmUp one of our own synthetic requests, or of the gateway's, which are not counted
     * @param callNanosLeft what the transport's own deadline leaves; empty without one
     * @param unasked whether that deadline is not the client's, so that the model's own counts if it is shorter
     */
    public record Arrival(Optional<Origin> origin, boolean warmUp, OptionalLong callNanosLeft, boolean unasked) {
        Arrival later(long nanos) {
            return callNanosLeft.isEmpty()
                    ? this
                    : new Arrival(origin, warmUp, OptionalLong.of(callNanosLeft.getAsLong() - nanos), unasked);
        }
    }

    /** What the transport calls when the client is gone. */
    public interface Cancellation {
        void cancel();
    }

    /**
     * @param loader loads a version on demand; what it gives completes when the version serves or is refused
     */
    public RequestAdmission(
            Supplier<ServedModels> models,
            Function<ServedVersion, CompletableFuture<Void>> loader,
            InFlight inFlight,
            WorkerMetrics metrics,
            Limits limits,
            Clocks clocks) {
        this.models = models;
        this.waiting = new LoadWait(loader, limits.loadWaitersMax());
        this.inFlight = inFlight;
        this.metrics = metrics;
        this.limits = limits;
        this.clocks = clocks;
    }

    /** Limits on what is read. */
    ProtocolLimits protocolLimits() {
        return limits.protocol();
    }

    /** Counts a request that was refused before it was read. */
    void unread(Refusal refusal) {
        metrics.refusedEarly(refusal.reason().name());
    }

    /**
     * As {@link #infer}, for a request that came by no stream of a gateway: its own parameters may say where it counts and
     * that it is one of our synthetic requests.
     *
     * @param callNanosLeft what the transport's own deadline leaves; empty without one
     */
    public Cancellation inferDirect(ModelInferRequest request, OptionalLong callNanosLeft, Reply reply) {
        boolean warmUp = RequestParameters.isWarmUp(request, limits.warmUpToken());
        return infer(request, new Arrival(HopParameters.origin(request), warmUp, callNanosLeft, false), reply);
    }

    /**
     * Takes a request in, or answers it with a refusal.
     *
     * @param reply gets the answer, now or later
     * @return how to withdraw the request; harmless once it is answered
     */
    public Cancellation infer(ModelInferRequest request, Arrival arrival, Reply reply) {
        if (inFlight.closed()) {
            return refuse(
                    arrival,
                    reply,
                    new Refusal(FailureReason.NOT_READY, "the worker is stopping; send this to another"));
        }
        Decoded<ModelInferRequest> normalised = RequestCheck.normalise(request, limits.protocol());
        if (normalised instanceof Decoded.Refused<ModelInferRequest> refused) {
            return refuse(arrival, reply, refused.refusal());
        }
        ModelInferRequest raw = ((Decoded.Valid<ModelInferRequest>) normalised).value();
        Decoded<ServedVersion> claimed = VersionClaim.of(models, raw, arrival.warmUp());
        if (claimed instanceof Decoded.Refused<ServedVersion> refused) {
            return refuse(arrival, reply, refused.refusal());
        }
        ServedVersion version = ((Decoded.Valid<ServedVersion>) claimed).value();
        try {
            return fitAndEnter(version, raw, arrival, reply);
        } finally {
            version.gate().leave();
        }
    }

    private Cancellation fitAndEnter(ServedVersion version, ModelInferRequest raw, Arrival arrival, Reply reply) {
        boolean warmUp = arrival.warmUp();
        version.demand().used(clocks.nanos().getAsLong());
        if (!warmUp && version.demand().isLoadedOnDemand() && version.state().isOnItsWay()) {
            return awaitLoad(version, raw, arrival, reply);
        }
        if (!takes(version, warmUp)) {
            return refuse(version, arrival, reply, notReady(version));
        }
        Decoded<FittedRequest> fitted =
                new SignatureCheck(version.files().model(), version.files().spec(), version.tokenizer()).check(raw);
        if (fitted instanceof Decoded.Refused<FittedRequest> refused) {
            return refuse(version, arrival, reply, refused.refusal());
        }
        return enter(version, raw, ((Decoded.Valid<FittedRequest>) fitted).value(), arrival, reply);
    }

    /** The request stays in the worker and is sent again when the version is in memory. */
    private Cancellation awaitLoad(ServedVersion version, ModelInferRequest raw, Arrival arrival, Reply reply) {
        long bytes = raw.getSerializedSize();
        if (!inFlight.enter(bytes)) {
            return refuse(
                    version,
                    arrival,
                    reply,
                    Refusal.queueFull(version.files().model(), version.files().version()));
        }
        long sinceNanos = clocks.nanos().getAsLong();
        long nanosMax =
                Math.min(limits.loadWaitNanosMax(), arrival.callNanosLeft().orElse(Long.MAX_VALUE));
        return waiting.await(
                version,
                nanosMax,
                () -> {
                    inFlight.leave(bytes);
                    long waitedNanos = clocks.nanos().getAsLong() - sinceNanos;
                    return infer(raw, arrival.later(waitedNanos), reply);
                },
                refusal -> {
                    inFlight.leave(bytes);
                    Cancellation unused = refuse(version, arrival, reply, refusal);
                });
    }

    private Cancellation enter(
            ServedVersion version, ModelInferRequest raw, FittedRequest fitted, Arrival arrival, Reply reply) {
        boolean warmUp = arrival.warmUp();
        long bytes = tensorBytes(raw);
        if (!inFlight.enter(bytes)) {
            return refuse(
                    version,
                    arrival,
                    reply,
                    Refusal.queueFull(version.files().model(), version.files().version()));
        }
        long nowNanos = clocks.nanos().getAsLong();
        CellId cell = arrival.origin()
                .map(origin -> CellId.of(version.files().version(), origin))
                .orElseGet(() ->
                        CellId.direct(version.files().version(), clocks.slot().getAsLong()));
        version.cells().enter(cell.slot());
        InferenceCall call =
                new InferenceCall(raw, fitted, new InferenceCall.Provenance(cell, warmUp, nowNanos), reply, failure -> {
                    boolean settled = failure.isEmpty() || failure.get() == FailureReason.MODEL_FAILED;
                    version.cells()
                            .leave(cell, settled && !warmUp, clocks.nanos().getAsLong());
                    inFlight.leave(bytes);
                    if (!warmUp) {
                        version.meters().answered(failure.map(Enum::name).orElse("ok"));
                    }
                });
        Lane lane = cell.compared() ? Lane.COMPARED : Lane.REST;
        LaneQueue queue = version.queue(lane);
        LaneQueue.Offered offered = queue.offer(
                call,
                nowNanos + timeLeftNanos(raw, version, arrival),
                Priorities.DEFAULT.weight(RequestParameters.priority(raw)));
        if (offered.admission().isEmpty()) {
            call.refuse(notReady(version));
        } else if (offered.admission().get() instanceof Admission.Refused refused) {
            call.refuse(refusal(version, refused));
        }
        return () -> withdraw(queue, offered.entries());
    }

    private static long tensorBytes(ModelInferRequest raw) {
        long bytes = 0;
        for (ByteString input : raw.getRawInputContentsList()) {
            bytes += input.size();
        }
        return bytes;
    }

    private long timeLeftNanos(ModelInferRequest request, ServedVersion version, Arrival arrival) {
        long usualNanos = version.files().spec().timeoutMillis() * 1_000_000L;
        long nanosMax = arrival.unasked() ? Math.min(usualNanos, limits.deadlineNanosMax()) : limits.deadlineNanosMax();
        return RequestParameters.timeLeftNanos(request, arrival.callNanosLeft(), usualNanos, nanosMax);
    }

    /** A transport cancels a call whose deadline passed, too; only the count tells the two apart. */
    private void withdraw(LaneQueue queue, List<Waiting<InferenceCall>> entries) {
        long nowNanos = clocks.nanos().getAsLong();
        boolean late = entries.stream().anyMatch(entry -> entry.isExpiredAt(nowNanos));
        queue.withdraw(
                entries,
                new Refusal(
                        late ? FailureReason.DEADLINE_EXCEEDED : FailureReason.CANCELLED,
                        "the client withdrew the request"));
    }

    /** A version that is being warmed takes our own synthetic requests only. */
    private static boolean takes(ServedVersion version, boolean warmUp) {
        VersionState state = version.state();
        return state.takesRequests() || (warmUp && state instanceof VersionState.Warming);
    }

    private Cancellation refuse(Arrival arrival, Reply reply, Refusal refusal) {
        if (!arrival.warmUp()) {
            metrics.refusedEarly(refusal.reason().name());
        }
        reply.refused(refusal);
        return () -> {};
    }

    private static Cancellation refuse(ServedVersion version, Arrival arrival, Reply reply, Refusal refusal) {
        if (!arrival.warmUp()) {
            version.meters().answered(refusal.reason().name());
        }
        reply.refused(refusal);
        return () -> {};
    }

    private static Refusal notReady(ServedVersion version) {
        return new Refusal(
                FailureReason.NOT_READY,
                "model '" + version.files().model() + "' version '"
                        + version.files().version() + "' is not ready"
                        + (version.state() instanceof VersionState.Failed failed ? ": " + failed.reason() : ""));
    }

    private static Refusal refusal(ServedVersion version, Admission.Refused refused) {
        return switch (refused.reason()) {
            case QUEUE_FULL ->
                Refusal.queueFull(version.files().model(), version.files().version());
            case DEADLINE_PASSED -> new Refusal(FailureReason.DEADLINE_EXCEEDED, refused.explanation());
            case UNATTAINABLE -> new Refusal(FailureReason.SLO_UNATTAINABLE, refused.explanation());
            case TOO_LARGE -> Refusal.tooLarge(refused.explanation());
        };
    }
}
