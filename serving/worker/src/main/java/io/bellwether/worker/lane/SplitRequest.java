package io.bellwether.worker.lane;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.ModelInferResponse.InferOutputTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request with more rows than the largest batch. Its parts wait, run and are charged as requests of their own; the one
 * answer joins theirs. The first part that fails fails the request: parts that still wait are taken out, those on the
 * device end for nobody, and then the request is answered. Safe for several threads.
 */
final class SplitRequest {
    private static final Refusal DISAGREE = new Refusal(
            FailureReason.MODEL_FAILED,
            "the request was run in parts, whose outputs have different shapes; send at most max_batch_size rows");

    private final InferenceCall whole;
    private final Consumer<Refusal> takeOut;
    private final Object lock = new Object();
    private final @Nullable Answered[] answers;
    private int partsOpen;
    private @Nullable Refusal failure;

    /** What came of one part. */
    private record Answered(ModelInferResponse response, Account account) {}

    private SplitRequest(InferenceCall whole, int parts, Consumer<Refusal> takeOut) {
        this.whole = whole;
        this.takeOut = takeOut;
        this.answers = new Answered[parts];
        this.partsOpen = parts;
    }

    /**
     * The parts, in the order of their rows, of nearly equal size.
     *
     * @param rowsMax most rows of a part
     * @param takeOut withdraws all parts that are not answered; called without a lock when one has failed
     */
    static List<InferenceCall> parts(InferenceCall whole, int rowsMax, Consumer<Refusal> takeOut) {
        int rows = whole.fitted().rows();
        int count = (rows + rowsMax - 1) / rowsMax;
        SplitRequest split = new SplitRequest(whole, count, takeOut);
        List<InferenceCall> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int firstRow = rows * i / count;
            int endRow = rows * (i + 1) / count;
            parts.add(new InferenceCall(
                    whole.request(),
                    whole.fitted().part(firstRow, endRow - firstRow),
                    whole.provenance().ofPart(i),
                    split.new PartReply(i),
                    failure -> {}));
        }
        return parts;
    }

    private final class PartReply implements Reply {
        private final int part;

        PartReply(int part) {
            this.part = part;
        }

        @Override
        public void succeeded(ModelInferResponse response, Account account) {
            boolean over;
            synchronized (lock) {
                answers[part] = new Answered(response, account);
                over = --partsOpen == 0;
            }
            if (over) {
                end();
            }
        }

        @Override
        public void refused(Refusal refusal) {
            boolean first;
            boolean over;
            synchronized (lock) {
                first = failure == null;
                failure = first ? refusal : failure;
                over = --partsOpen == 0;
            }
            if (over) {
                end();
            } else if (first) {
                takeOut.accept(refusal);
            }
        }
    }

    /** Every part is answered, so nothing is written any more. */
    private void end() {
        Refusal refusal;
        synchronized (lock) {
            refusal = failure;
        }
        if (refusal != null) {
            whole.refuse(refusal);
        } else if (!agree()) {
            whole.refuse(DISAGREE);
        } else {
            whole.succeed(joined(), account());
        }
    }

    /** Whether the outputs of all parts have the same shape behind the rows; where it is open they may not. */
    private boolean agree() {
        List<InferOutputTensor> first = answer(0).getOutputsList();
        for (int part = 1; part < answers.length; part++) {
            for (int output = 0; output < first.size(); output++) {
                List<Long> one = first.get(output).getShapeList();
                List<Long> other = answer(part).getOutputs(output).getShapeList();
                if (!one.subList(1, one.size()).equals(other.subList(1, other.size()))) {
                    return false;
                }
            }
        }
        return true;
    }

    private ModelInferResponse joined() {
        ModelInferResponse first = answer(0);
        ModelInferResponse.Builder joined = first.toBuilder();
        for (int output = 0; output < first.getOutputsCount(); output++) {
            long rows = 0;
            ByteString bytes = ByteString.EMPTY;
            for (int part = 0; part < answers.length; part++) {
                rows += answer(part).getOutputs(output).getShape(0);
                bytes = bytes.concat(answer(part).getRawOutputContents(output));
            }
            joined.getOutputsBuilder(output).setShape(0, rows);
            joined.setRawOutputContents(output, bytes);
        }
        return joined.build();
    }

    /** Costs add up; the request waited as long as its last part, and spoke for an execution if one of them did. */
    private Account account() {
        boolean witness = false;
        long batch = 0;
        long queueNanos = 0;
        long deviceNanos = 0;
        long costPicoUsd = 0;
        long nonfiniteRows = 0;
        for (int part = 0; part < answers.length; part++) {
            Account account = answered(part).account();
            witness |= account.witness();
            batch = Math.max(batch, account.batch());
            queueNanos = Math.max(queueNanos, account.queueNanos());
            deviceNanos += account.deviceNanos();
            costPicoUsd += account.costPicoUsd();
            nonfiniteRows += account.nonfiniteRows();
        }
        return new Account(witness, batch, queueNanos, deviceNanos, costPicoUsd, nonfiniteRows);
    }

    private ModelInferResponse answer(int part) {
        return answered(part).response();
    }

    private Answered answered(int part) {
        return Objects.requireNonNull(answers[part]);
    }
}
