package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.telemetry.CellId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * An admitted request that waits or runs. It is answered exactly once, whoever comes first. Safe for several threads.
 *
 * <pre>
 * Open      -> Answered   a result or a refusal, the first of them
 * Open      -> Withdrawn  nobody waits any more, but it is on the device
 * Withdrawn -> Answered   with the refusal of the withdrawal, whatever came of it on the device
 * </pre>
 */
public final class InferenceCall {
    private final ModelInferRequest request;
    private FittedRequest fitted;
    private final Provenance provenance;
    private final Reply reply;
    private final Consumer<Optional<FailureReason>> atEnd;
    private final AtomicReference<Stage> stage = new AtomicReference<>(new Open());

    /**
     * Where a request belongs.
     *
     * @param cell the cell it counts in
     * @param warmUp true for a synthetic request, which is not counted
     * @param arrivedNanos when it arrived
     * @param laterPart whether it is a part, other than the first, of a larger request: the first speaks for the request
     *     where requests are counted and not rows
     */
    public record Provenance(CellId cell, boolean warmUp, long arrivedNanos, boolean laterPart) {
        /** Of a whole request. */
        public Provenance(CellId cell, boolean warmUp, long arrivedNanos) {
            this(cell, warmUp, arrivedNanos, false);
        }

        Provenance ofPart(int part) {
            return new Provenance(cell, warmUp, arrivedNanos, part > 0);
        }
    }

    private sealed interface Stage {}

    private record Open() implements Stage {}

    private record Withdrawn(Refusal refusal) implements Stage {}

    private record Answered() implements Stage {}

    /**
     * @param request normalised: every tensor is raw
     * @param fitted how it fits the model
     * @param provenance where it belongs
     * @param reply gets the answer
     * @param atEnd runs once after the answer, with the reason of a refusal or empty for success
     */
    public InferenceCall(
            ModelInferRequest request,
            FittedRequest fitted,
            Provenance provenance,
            Reply reply,
            Consumer<Optional<FailureReason>> atEnd) {
        this.request = request;
        this.fitted = fitted;
        this.provenance = provenance;
        this.reply = reply;
        this.atEnd = atEnd;
    }

    public ModelInferRequest request() {
        return request;
    }

    public FittedRequest fitted() {
        return fitted;
    }

    /** Its pictures were turned into the declared input; called by the runner thread that has taken it. */
    void decoded(List<ByteString> inputs) {
        fitted = fitted.decodedTo(inputs);
    }

    Provenance provenance() {
        return provenance;
    }

    public CellId cell() {
        return provenance.cell();
    }

    public boolean warmUp() {
        return provenance.warmUp();
    }

    public long arrivedNanos() {
        return provenance.arrivedNanos();
    }

    /** Whether it is a part, other than the first, of a larger request. */
    boolean laterPart() {
        return provenance.laterPart();
    }

    /** False once it is answered or withdrawn: running it, or running it again, would be for nobody. */
    boolean isWanted() {
        return stage.get() instanceof Open;
    }

    /** Nobody waits any more. A request that is taken off the device gets this refusal instead of its answer. */
    void withdraw(Refusal refusal) {
        Stage before = stage.get();
        if (before instanceof Open) {
            // When this fails the request was answered or withdrawn meanwhile.
            boolean unused = stage.compareAndSet(before, new Withdrawn(refusal));
        }
    }

    /** Answers with a result, unless the request was answered or withdrawn before; whether it did. */
    public boolean succeed(ModelInferResponse response, Account account) {
        Stage before = stage.getAndSet(new Answered());
        if (before instanceof Open) {
            try {
                reply.succeeded(response, account);
            } finally {
                atEnd.accept(Optional.empty());
            }
        } else if (before instanceof Withdrawn withdrawn) {
            tell(withdrawn.refusal());
        }
        return before instanceof Open;
    }

    /** Answers with a refusal, unless the request was answered before. */
    public void refuse(Refusal refusal) {
        Stage before = stage.getAndSet(new Answered());
        if (before instanceof Open) {
            tell(refusal);
        } else if (before instanceof Withdrawn withdrawn) {
            tell(withdrawn.refusal());
        }
    }

    private void tell(Refusal refusal) {
        try {
            reply.refused(refusal);
        } finally {
            atEnd.accept(Optional.of(refusal.reason()));
        }
    }
}
