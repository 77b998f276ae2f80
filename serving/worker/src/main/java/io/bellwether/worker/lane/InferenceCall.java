package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.telemetry.CellId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** An admitted request that waits or runs. It is answered exactly once, whoever comes first. Safe for several threads. */
public final class InferenceCall {
    private final ModelInferRequest request;
    private FittedRequest fitted;
    private final CellId cell;
    private final boolean warmUp;
    private final long arrivedNanos;
    private final Reply reply;
    private final Consumer<Optional<FailureReason>> atEnd;
    private final AtomicBoolean answered = new AtomicBoolean();

    /**
     * Where a request belongs.
     *
     * @param cell the cell it counts in
     * @param warmUp true for a synthetic request, which is not counted
     * @param arrivedNanos when it arrived
     */
    public record Provenance(CellId cell, boolean warmUp, long arrivedNanos) {}

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
        this.cell = provenance.cell();
        this.warmUp = provenance.warmUp();
        this.arrivedNanos = provenance.arrivedNanos();
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
        fitted = new FittedRequest(fitted.rows(), fitted.length(), inputs, fitted.outputs(), fitted.tokens(), false);
    }

    public CellId cell() {
        return cell;
    }

    public boolean warmUp() {
        return warmUp;
    }

    public long arrivedNanos() {
        return arrivedNanos;
    }

    /** Answers with a result, unless the request was answered before. */
    public void succeed(ModelInferResponse response) {
        if (answered.compareAndSet(false, true)) {
            try {
                reply.succeeded(response);
            } finally {
                atEnd.accept(Optional.empty());
            }
        }
    }

    /** Answers with a refusal, unless the request was answered before. */
    public void refuse(Refusal refusal) {
        if (answered.compareAndSet(false, true)) {
            try {
                reply.refused(refusal);
            } finally {
                atEnd.accept(Optional.of(refusal.reason()));
            }
        }
    }
}
