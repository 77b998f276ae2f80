package io.bellwether.worker.hop;

import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.Hello;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopRequest;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.Await;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** A gateway's side of one stream, which does what a test wants, right or wrong. */
final class RawGateway extends ClientCall.Listener<WorkerTurn> {
    final List<WorkerTurn> turns = new CopyOnWriteArrayList<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();
    final ClientCall<GatewayTurn, WorkerTurn> call;

    RawGateway(Channel channel, int answerBytesMax) {
        this(channel, answerBytesMax, 0);
    }

    RawGateway(Channel channel, int answerBytesMax, int statusIntervalMillis) {
        call = channel.newCall(HopMethod.OPEN, CallOptions.DEFAULT);
        call.start(this, new Metadata());
        call.sendMessage(GatewayTurn.newBuilder()
                .setHello(Hello.newBuilder()
                        .setMessageBytesMax(answerBytesMax)
                        .setStatusIntervalMillis(statusIntervalMillis))
                .build());
    }

    static HopRequest request(long id, long budgetNanos, ModelInferRequest inference) {
        return HopRequest.newBuilder()
                .setId(id)
                .setBudgetNanos(budgetNanos)
                .setInference(inference)
                .build();
    }

    void reads(int messages) {
        call.request(messages);
    }

    void sends(HopRequest... requests) {
        call.sendMessage(
                GatewayTurn.newBuilder().addAllRequests(List.of(requests)).build());
    }

    void withdraws(long id) {
        call.sendMessage(GatewayTurn.newBuilder().addWithdrawn(id).build());
    }

    void tookBack(HopKill kill) {
        call.sendMessage(GatewayTurn.newBuilder().addKills(kill).build());
    }

    List<HopKill> kills() {
        return turns.stream().flatMap(turn -> turn.getKillsList().stream()).toList();
    }

    List<HopAnswer> answers() {
        return turns.stream().flatMap(turn -> turn.getAnswersList().stream()).toList();
    }

    HopAnswer answerTo(long id) {
        Await.until("an answer to " + id, () -> find(id).isPresent());
        return find(id).orElseThrow();
    }

    private Optional<HopAnswer> find(long id) {
        return answers().stream().filter(answer -> answer.getId() == id).findFirst();
    }

    @Override
    public void onMessage(WorkerTurn turn) {
        turns.add(turn);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end.complete(status);
    }
}
