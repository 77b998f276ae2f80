package io.bellwether.worker.hop;

import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.Hello;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopRefusal;
import io.bellwether.protocol.hop.HopRequest;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.edge.FailureMapping;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.edge.RequestAdmission.Arrival;
import io.bellwether.worker.edge.RequestAdmission.Cancellation;
import io.bellwether.worker.lane.Reply;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a gateway. Everything happens on the stream's event loop, but for answers: they come from runner threads
 * into the {@link Outbox}, and all that are there when the loop comes to them go out together. A gateway is read only as far
 * as it reads its answers.
 */
final class GatewayStream implements StreamObserver<GatewayTurn> {
    /** What a kill takes in a message beside itself. */
    private static final int FIELD_BYTES_MAX = 4;

    private final RequestAdmission admission;
    private final HopLimits limits;
    private final ServerCallStreamObserver<WorkerTurn> gateway;
    private final StreamLoop loop;
    private final Standing standing;
    private final Outbox outbox;
    private final Consumer<GatewayStream> atEnd;
    private final Consumer<List<HopKill>> killed;
    private final Map<Long, Call> unanswered = new HashMap<>();
    private final Deque<HopKill> untold = new ArrayDeque<>();
    private int answerBytesMax = Integer.MAX_VALUE;
    private boolean over;
    private boolean leaving;
    private boolean readIsDue;
    private @Nullable StatusTeller teller;
    private long statusMillis;

    /**
     * @param standing how the versions stand, for a gateway that asks to be told
     * @param loop of the thread that also brings the gateway's messages
     * @param killed hears what the gateway took back
     * @param atEnd hears once, or more often, that the stream is over
     */
    GatewayStream(
            RequestAdmission admission,
            Standing standing,
            HopLimits limits,
            ServerCallStreamObserver<WorkerTurn> gateway,
            StreamLoop loop,
            Consumer<List<HopKill>> killed,
            Consumer<GatewayStream> atEnd) {
        this.admission = admission;
        this.limits = limits;
        this.gateway = gateway;
        this.loop = loop;
        this.standing = standing;
        this.killed = killed;
        this.atEnd = atEnd;
        this.outbox = new Outbox(limits.answerBytesHeldMax(), () -> loop.execute(this::flush));
        gateway.disableAutoRequest();
        gateway.setOnReadyHandler(this::onReady);
        gateway.setOnCancelHandler(this::abandon);
    }

    /** Greets, and begins to read. */
    void begin() {
        gateway.onNext(WorkerTurn.newBuilder()
                .setHello(Hello.newBuilder()
                        .setMessageBytesMax(limits.messageBytesMax())
                        .setCallsMax(limits.callsMax()))
                .build());
        gateway.request(1);
    }

    /** Tells the gateway that the index has changed. On the loop. */
    void tellChange() {
        if (!over) {
            gateway.onNext(WorkerTurn.newBuilder().setChanged(true).build());
        }
    }

    /** Tells the gateway what others took back, as soon as it reads; the newest, if it does not. On the loop. */
    void tellKills(List<HopKill> kills) {
        untold.addAll(kills);
        while (untold.size() > HopMethod.KILLS_MAX) {
            untold.removeFirst();
        }
        flushKills();
    }

    private void flushKills() {
        while (!over && gateway.isReady() && !untold.isEmpty()) {
            WorkerTurn.Builder turn = WorkerTurn.newBuilder();
            int bytes = 0;
            while (!untold.isEmpty() && (bytes == 0 || bytes + untold.peek().getSerializedSize() < answerBytesMax)) {
                bytes += untold.peek().getSerializedSize() + FIELD_BYTES_MAX;
                turn.addKills(untold.remove());
            }
            if (bytes < answerBytesMax) {
                gateway.onNext(turn.build());
            }
        }
    }

    /** Ends the stream when everything that was read is answered; nothing more is read. On the loop. */
    void leave() {
        leaving = true;
        endIfAnswered();
    }

    @Override
    public void onNext(GatewayTurn turn) {
        if (turn.hasHello()) {
            greeted(turn.getHello());
        }
        for (HopRequest request : turn.getRequestsList()) {
            if (!take(request)) {
                abandon();
                gateway.onError(FailureMapping.toGrpc(Refusal.invalid("the id of a request was used before")));
                return;
            }
        }
        for (long id : turn.getWithdrawnList()) {
            Call call = unanswered.get(id);
            if (call != null) {
                call.withdraw();
            }
        }
        if (turn.getKillsCount() > 0) {
            killed.accept(turn.getKillsList());
        }
        readIsDue = true;
        readIfItReads();
    }

    private void greeted(Hello hello) {
        answerBytesMax = hello.getMessageBytesMax() - HopMethod.ENVELOPE_BYTES_MAX;
        if (hello.getStatusIntervalMillis() != 0 && teller == null) {
            teller = new StatusTeller(Math.min(HopMethod.TURN_BYTES, answerBytesMax));
            statusMillis = StatusTeller.intervalMillis(hello.getStatusIntervalMillis());
            loop.after(statusMillis, this::tellStatus);
        }
    }

    /** Tells how the versions stand, unless the gateway does not read: by the next time it is another story. */
    private void tellStatus() {
        StatusTeller telling = teller;
        if (over || leaving || telling == null) {
            return;
        }
        if (gateway.isReady()) {
            gateway.onNext(telling.next(standing.statuses(), standing.nowNanos()));
        }
        loop.after(statusMillis, this::tellStatus);
    }

    /** Takes a request; false if its id is that of another one. */
    private boolean take(HopRequest request) {
        Call call = new Call(request.getId());
        if (unanswered.putIfAbsent(request.getId(), call) != null) {
            return false;
        }
        if (leaving) {
            call.refused(new Refusal(FailureReason.NOT_READY, "the worker is stopping; send this to another"));
        } else if (unanswered.size() > limits.callsMax()) {
            call.refused(new Refusal(
                    FailureReason.QUEUE_FULL,
                    "Exceeds maximum queue size of the connection to the worker; try again later"));
        } else {
            long budgetNanos = Math.max(0, request.getBudgetNanos());
            call.withdrawal = admission.infer(
                    request.getInference(),
                    new Arrival(
                            Origin.of(request),
                            request.getSynthetic(),
                            OptionalLong.of(budgetNanos),
                            request.getUnasked()),
                    call);
        }
        return true;
    }

    @Override
    public void onError(Throwable broken) {
        abandon();
    }

    /** The gateway sends nothing more, and gets what is still due. */
    @Override
    public void onCompleted() {
        leave();
    }

    private void onReady() {
        flushKills();
        flush();
        readIfItReads();
    }

    private void readIfItReads() {
        if (readIsDue && !over && !leaving && gateway.isReady()) {
            readIsDue = false;
            gateway.request(1);
        }
    }

    private void flush() {
        outbox.wake();
        while (!over && gateway.isReady() && outbox.hasAnswers()) {
            List<HopAnswer> answers = outbox.take(HopMethod.TURN_BYTES);
            answers.forEach(answer -> unanswered.remove(answer.getId()));
            gateway.onNext(WorkerTurn.newBuilder().addAllAnswers(answers).build());
        }
        endIfAnswered();
    }

    private void endIfAnswered() {
        if (leaving && !over && unanswered.isEmpty()) {
            over = true;
            atEnd.accept(this);
            gateway.onCompleted();
        }
    }

    /** The gateway is gone: what it asked for is withdrawn. */
    private void abandon() {
        over = true;
        atEnd.accept(this);
        List<Call> calls = List.copyOf(unanswered.values());
        unanswered.clear();
        outbox.close();
        calls.forEach(Call::withdraw);
    }

    /** One request. Withdrawn on the loop, answered from anywhere, once. */
    private final class Call implements Reply {
        private final long id;
        private @Nullable Cancellation withdrawal;

        Call(long id) {
            this.id = id;
        }

        void withdraw() {
            Cancellation known = withdrawal;
            if (known != null) {
                known.cancel();
            }
        }

        @Override
        public void succeeded(ModelInferResponse response, Account account) {
            if (response.getSerializedSize() > answerBytesMax) {
                refused(Refusal.tooLarge("the answer is too large for the gateway; ask for fewer outputs or rows"));
                return;
            }
            outbox.put(HopAnswer.newBuilder()
                    .setId(id)
                    .setInference(response)
                    .setAccount(account.message())
                    .build());
        }

        @Override
        public void refused(Refusal refusal) {
            outbox.put(answer(refusal));
        }

        private HopAnswer answer(Refusal refusal) {
            return HopAnswer.newBuilder()
                    .setId(id)
                    .setRefusal(HopRefusal.newBuilder()
                            .setReason(refusal.reason().name())
                            .setMessage(refusal.message()))
                    .build();
        }
    }
}
