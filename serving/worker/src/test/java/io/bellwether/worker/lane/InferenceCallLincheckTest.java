package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.worker.Interleavings;
import io.bellwether.worker.telemetry.CellId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/** Completion, failure, expiry and withdrawal of one request in every order: each says what its client was told by it. */
public class InferenceCallLincheckTest {
    private static final ThreadLocal<String> TOLD = ThreadLocal.withInitial(() -> "");
    private static final String NOTHING = "";
    private static final Account ACCOUNT = new Account(false, 1, 1, 1, 1, 0);

    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final InferenceCall call = new InferenceCall(
            ModelInferRequest.getDefaultInstance(),
            new FittedRequest(1, 0, List.of(ByteString.EMPTY), List.of(new FittedRequest.Wanted(0, 0)), 0, false),
            new InferenceCall.Provenance(new CellId("1", Arm.CONTROL, "", "", 0), false, 0),
            new Told(),
            this::ended);

    private final class Told implements Reply {
        @Override
        public void succeeded(ModelInferResponse response, Account account) {
            answers.incrementAndGet();
            TOLD.set("result");
        }

        @Override
        public void refused(Refusal refusal) {
            answers.incrementAndGet();
            TOLD.set(refusal.message());
        }
    }

    private void ended(Optional<FailureReason> reason) {
        ends.incrementAndGet();
    }

    private String toldBy(Runnable operation) {
        TOLD.set(NOTHING);
        operation.run();
        return TOLD.get();
    }

    @Operation
    public String succeed() {
        return toldBy(() -> {
            boolean unused = call.succeed(ModelInferResponse.getDefaultInstance(), ACCOUNT);
        });
    }

    @Operation
    public String fail() {
        return toldBy(() -> call.refuse(new Refusal(FailureReason.MODEL_FAILED, "failed")));
    }

    @Operation
    public String expire() {
        return toldBy(() -> call.refuse(new Refusal(FailureReason.DEADLINE_EXCEEDED, "late")));
    }

    @Operation
    public String withdraw() {
        return toldBy(() -> call.withdraw(new Refusal(FailureReason.CANCELLED, "withdrawn")));
    }

    @Operation
    public boolean isWanted() {
        return call.isWanted();
    }

    @Validate
    public void oneAnswerAtMost() {
        if (answers.get() > 1 || ends.get() != answers.get()) {
            throw new IllegalStateException(answers + " answers, " + ends + " ends");
        }
    }

    @Test
    void everyOrderIsOneOfOneAfterTheOther() throws Exception {
        Interleavings.check(InferenceCallLincheckTest.class);
    }
}
