package io.bellwether.gateway.worker;

import io.bellwether.gateway.Requests;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.Hello;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopRefusal;
import io.bellwether.protocol.hop.HopRequest;
import io.bellwether.protocol.hop.WorkerTurn;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** The worker's side of streams, as a test wants it. */
final class FakeHop implements BindableService {
    static final int CALLS_MAX = 8;
    static final int MESSAGE_BYTES_MAX = 1 << 20;

    final List<GatewayTurn> turns = new CopyOnWriteArrayList<>();
    final List<StreamObserver<WorkerTurn>> streams = new CopyOnWriteArrayList<>();
    final AtomicInteger opened = new AtomicInteger();
    volatile boolean greets = true;
    volatile boolean reads = true;

    /** What is said at once to a request, as an answer without its id; null for nothing. */
    volatile BiFunction<StreamObserver<WorkerTurn>, HopRequest, HopAnswer> behaviour =
            (stream, request) -> HopAnswer.newBuilder()
                    .setInference(Requests.answer(request.getInference()))
                    .build();

    static HopAnswer refusal(String reason, String message) {
        return HopAnswer.newBuilder()
                .setRefusal(HopRefusal.newBuilder().setReason(reason).setMessage(message))
                .build();
    }

    /** Requests that arrived, over all streams. */
    List<HopRequest> requests() {
        return turns.stream().flatMap(turn -> turn.getRequestsList().stream()).toList();
    }

    List<Long> withdrawn() {
        return turns.stream().flatMap(turn -> turn.getWithdrawnList().stream()).toList();
    }

    /** On the stream that was opened last. */
    void says(WorkerTurn turn) {
        say(streams.get(streams.size() - 1), turn);
    }

    private static void say(StreamObserver<WorkerTurn> stream, WorkerTurn turn) {
        synchronized (stream) {
            stream.onNext(turn);
        }
    }

    void answers(long id) {
        says(WorkerTurn.newBuilder()
                .addAnswers(HopAnswer.newBuilder().setId(id).setInference(Requests.answer(Requests.raw("m", "1"))))
                .build());
    }

    void greetsNow() {
        greet(streams.get(streams.size() - 1));
    }

    private static void greet(StreamObserver<WorkerTurn> stream) {
        say(
                stream,
                WorkerTurn.newBuilder()
                        .setHello(Hello.newBuilder().setCallsMax(CALLS_MAX).setMessageBytesMax(MESSAGE_BYTES_MAX))
                        .build());
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerServiceDefinition.builder(HopMethod.SERVICE)
                .addMethod(HopMethod.OPEN, ServerCalls.asyncBidiStreamingCall(this::open))
                .build();
    }

    private StreamObserver<GatewayTurn> open(StreamObserver<WorkerTurn> gateway) {
        if (!reads) {
            ((ServerCallStreamObserver<WorkerTurn>) gateway).disableAutoRequest();
        }
        streams.add(gateway);
        opened.incrementAndGet();
        if (greets) {
            // Not the last one: two streams may be opened at once, on threads of their own.
            greet(gateway);
        }
        return new StreamObserver<>() {
            @Override
            public void onNext(GatewayTurn turn) {
                turns.add(turn);
                WorkerTurn.Builder answers = WorkerTurn.newBuilder();
                for (HopRequest request : turn.getRequestsList()) {
                    HopAnswer answer = behaviour.apply(gateway, request);
                    if (answer != null) {
                        answers.addAnswers(answer.toBuilder().setId(request.getId()));
                    }
                }
                if (answers.getAnswersCount() > 0) {
                    say(gateway, answers.build());
                }
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        };
    }
}
