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
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * The two parts of a request end in every order, well or not, on two instances at once. Each end says what the client of the
 * whole was told by it.
 */
@Param(name = "part", gen = IntGen.class, conf = "0:1")
public class SplitRequestLincheckTest {
    private static final ThreadLocal<String> TOLD = ThreadLocal.withInitial(() -> "");
    private static final Account ACCOUNT = new Account(false, 1, 1, 1, 1, 0);
    private static final ModelInferResponse ONE_ROW = ModelInferResponse.newBuilder()
            .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder().addShape(1))
            .addRawOutputContents(ByteString.copyFrom(new byte[1]))
            .build();

    private final AtomicInteger answers = new AtomicInteger();
    private final AtomicInteger ends = new AtomicInteger();
    private final List<InferenceCall> parts = SplitRequest.parts(
            new InferenceCall(
                    ModelInferRequest.getDefaultInstance(),
                    new FittedRequest(
                            2,
                            0,
                            List.of(ByteString.copyFrom(new byte[2])),
                            List.of(new FittedRequest.Wanted(0, 0)),
                            0,
                            false),
                    new InferenceCall.Provenance(new CellId("1", Arm.CONTROL, "", "", 0), false, 0),
                    new Told(),
                    failure -> ends.incrementAndGet()),
            1,
            this::takeOut);

    private final class Told implements Reply {
        @Override
        public void succeeded(ModelInferResponse response, Account account) {
            answers.incrementAndGet();
            TOLD.set(response.getOutputs(0).getShape(0) + " rows");
        }

        @Override
        public void refused(Refusal refusal) {
            answers.incrementAndGet();
            TOLD.set(refusal.message());
        }
    }

    /** All parts are on a device. */
    private void takeOut(Refusal failure) {
        parts.forEach(part -> part.withdraw(failure));
    }

    private String toldBy(Runnable operation) {
        TOLD.set("");
        operation.run();
        return TOLD.get();
    }

    @Operation
    public String succeed(@Param(name = "part") int part) {
        return toldBy(() -> {
            boolean unused = parts.get(part).succeed(ONE_ROW, ACCOUNT);
        });
    }

    @Operation
    public String fail(@Param(name = "part") int part) {
        return toldBy(
                () -> parts.get(part).refuse(new Refusal(FailureReason.MODEL_FAILED, "part " + part + " failed")));
    }

    @Validate
    public void oneAnswerAtMost() {
        if (answers.get() > 1 || ends.get() != answers.get()) {
            throw new IllegalStateException(answers + " answers, " + ends + " ends");
        }
    }

    @Test
    void everyOrderIsOneOfOneAfterTheOther() throws Exception {
        Interleavings.check(SplitRequestLincheckTest.class);
    }
}
