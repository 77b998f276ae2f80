package io.bellwether.gateway.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.Await;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.protocol.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.RepositoryIndexRequest;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.routing.Kill;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The link against a real gRPC server on a real socket. */
class GrpcWorkerLinkTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(20);
    private static final int BYTES_MAX = 4 << 20;
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final HopStatus STATUS =
            HopStatus.newBuilder().setModel("m").setVersion("1").setWaiting(3).build();

    private final FakeHop worker = new FakeHop();
    private final AtomicInteger settled = new AtomicInteger();
    private final NioEventLoopGroup loops = new NioEventLoopGroup(1);
    private final EventLoop loop = loops.next();
    private final LatestListener news = new LatestListener();
    private final List<Status> unwelcome = new CopyOnWriteArrayList<>();
    private Server server;
    private WorkerLink link;

    @BeforeEach
    void start() throws IOException {
        server = listen(0, true);
        link = linkTo(server.getPort());
    }

    @AfterEach
    void stop() {
        link.close();
        server.shutdownNow();
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    @Test
    void anAnswerComesBackAsItIs() {
        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(FakeWorkerLink.answered(Requests.answer(Requests.raw("m", "1"))));
    }

    @Test
    void whereARequestCountsAndWhatItCostTravelBesideIt() {
        // Given
        Origin origin = new Origin(77, "CONTROL", "r1", "s1");
        Account account = new Account(true, 4, 1, 2, 3, 5);
        worker.behaviour = (stream, request) -> HopAnswer.newBuilder()
                .setInference(Requests.answer(request.getInference()))
                .setAccount(account.message())
                .build();

        // When
        Reply reply = link.forward(
                        new Outgoing(Requests.raw("m", "1"), Optional.of(origin), true, true),
                        LONG,
                        new Cancellation(),
                        settled::incrementAndGet)
                .toCompletableFuture()
                .join();

        // Then
        assertThat(Origin.of(worker.requests().get(0))).contains(origin);
        assertThat(worker.requests().get(0).getSynthetic()).isTrue();
        assertThat(worker.requests().get(0).getUnasked()).isTrue();
        assertThat(worker.requests().get(0).getInference()).isEqualTo(Requests.raw("m", "1"));
        assertThat(reply).isEqualTo(new Reply.Answered(Requests.answer(Requests.raw("m", "1")), account));
    }

    @Test
    void aWorkerThatSaysThatItChangesIsHeard() throws Exception {
        // Given
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        link.listen(new Heard(() -> heard.add("changed"), statuses -> {}, kill -> {}));
        Reply before = forward(LONG, new Cancellation());

        // When
        worker.says(WorkerTurn.newBuilder().setChanged(true).build());

        // Then
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("changed");
        assertThat(forward(LONG, new Cancellation())).isEqualTo(before);
    }

    @Test
    void aLinkThatWantsItAsksOneStreamToTellHowVersionsStandAndHearsIt() throws Exception {
        // Given
        link.close();
        link = linkTo(server.getPort(), 50);
        BlockingQueue<List<HopStatus>> heard = new LinkedBlockingQueue<>();
        link.listen(new Heard(() -> {}, heard::add, kill -> {}));

        // When: nothing is sent; the worker answers a poll
        link.index().toCompletableFuture().get(20, TimeUnit.SECONDS);
        Await.until("its stream is open", () -> !worker.turns.isEmpty());
        worker.says(WorkerTurn.newBuilder().addStatuses(STATUS).build());
        worker.says(WorkerTurn.getDefaultInstance());

        // Then
        assertThat(heard.poll(20, TimeUnit.SECONDS)).containsExactly(STATUS);
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEmpty();
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
        assertThat(send(sized(2 * HopMethod.TURN_BYTES), LONG, new Cancellation())
                        .join())
                .isInstanceOf(Reply.Answered.class);
        assertThat(worker.turns.stream().filter(GatewayTurn::hasHello).map(turn -> turn.getHello()
                        .getStatusIntervalMillis()))
                .containsExactly(50, 0);
    }

    @Test
    void aLinkThatDoesNotWantToBeToldHowVersionsStandHearsWhatWasTakenBackAllTheSame() throws Exception {
        // Given
        BlockingQueue<List<HopStatus>> heard = new LinkedBlockingQueue<>();
        BlockingQueue<KillNotice> killed = new LinkedBlockingQueue<>();
        link.listen(new Heard(() -> {}, heard::add, killed::add));

        // When: nothing is sent; the worker answers a poll
        link.index().toCompletableFuture().get(20, TimeUnit.SECONDS);
        Await.until("its stream is open", () -> !worker.turns.isEmpty());
        worker.says(WorkerTurn.newBuilder().addStatuses(STATUS).build());
        worker.says(WorkerTurn.newBuilder()
                .addKills(HopKill.newBuilder().setRollout("r").setModel("m").setAtMillis(1))
                .build());

        // Then
        assertThat(killed.poll(20, TimeUnit.SECONDS)).isEqualTo(new KillNotice(new Kill("r", "m", 1, ""), ""));
        assertThat(heard).isEmpty();
        assertThat(worker.turns.get(0).getHello().getStatusIntervalMillis()).isZero();
    }

    @Test
    void aWorkerThatDoesNotKnowTheQuestionServesAllTheSame() throws Exception {
        // Given: it tells nothing
        link.close();
        link = linkTo(server.getPort(), 50);
        BlockingQueue<List<HopStatus>> heard = new LinkedBlockingQueue<>();
        link.listen(new Heard(() -> {}, heard::add, kill -> {}));

        // When
        Reply reply = forward(LONG, new Cancellation());
        worker.says(WorkerTurn.newBuilder().setChanged(true).build());

        // Then
        assertThat(reply).isInstanceOf(Reply.Answered.class);
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void whatWasTakenBackIsToldAndHeardBesideTheRequests() throws Exception {
        // Given
        BlockingQueue<KillNotice> heard = new LinkedBlockingQueue<>();
        link.listen(new Heard(() -> {}, statuses -> {}, heard::add));
        KillNotice kill = new KillNotice(new Kill("r", "m", 1_700_000_000_000L, "it fails hard", "3"), "log-1");

        // When
        link.spread(List.of(kill));

        // Then: no request was needed for it
        Await.until("the worker is told", () -> worker.turns.stream().anyMatch(turn -> turn.getKillsCount() == 1));
        HopKill said = worker.turns.stream()
                .flatMap(turn -> turn.getKillsList().stream())
                .findFirst()
                .orElseThrow();
        assertThat(said.getRollout()).isEqualTo("r");
        assertThat(said.getArm()).isEqualTo("3");

        // When: the worker says it to us, between nonsense
        worker.says(WorkerTurn.newBuilder()
                .addKills(HopKill.getDefaultInstance())
                .addKills(said)
                .addKills(said.toBuilder().setRollout("x".repeat(10_000)))
                .addKills(said.toBuilder().setRollout("r/3").clearArm())
                .addKills(said.toBuilder().setRollout("r\nevent=guard_trip"))
                .addKills(said.toBuilder().setAtMillis(-1))
                .build());

        // Then
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(kill);
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
        assertThat(heard).isEmpty();
    }

    @Test
    void ofManyKillsTheNewestAreTold() {
        // Given
        List<KillNotice> many = new ArrayList<>();
        for (int i = 0; i < 3 * HopMethod.KILLS_MAX; i++) {
            many.add(new KillNotice(new Kill("r" + i, "m", 1, "\ud83d\ude00".repeat(1_000)), ""));
        }

        // When
        link.spread(many);

        // Then
        Await.until("the worker is told", () -> worker.turns.stream()
                .anyMatch(turn -> turn.getKillsCount() == HopMethod.KILLS_MAX));
        assertThat(worker.turns.stream().flatMap(turn -> turn.getKillsList().stream()))
                .hasSize(HopMethod.KILLS_MAX)
                .allMatch(kill -> kill.getReason().length() == 400)
                .extracting(HopKill::getRollout)
                .endsWith("r" + (many.size() - 1));
    }

    @Test
    void whatIsReadyInOneTurnTravelsInOneMessage() throws Exception {
        // When
        List<CompletableFuture<Reply>> replies = loop.submit(() -> {
                    List<CompletableFuture<Reply>> sent = new ArrayList<>();
                    for (int i = 0; i < 5; i++) {
                        sent.add(send(Requests.raw("m", "1"), LONG, new Cancellation()));
                    }
                    return sent;
                })
                .get();

        // Then
        assertThat(replies).allSatisfy(reply -> assertThat(reply.join()).isInstanceOf(Reply.Answered.class));
        assertThat(worker.turns.stream().map(GatewayTurn::getRequestsCount).filter(count -> count > 0))
                .containsExactly(5);
    }

    @Test
    void aLargeRequestHasAStreamOfItsOwn() {
        // Given
        worker.behaviour = (stream, request) -> null;

        // When
        var large = send(sized(200_000), LONG, new Cancellation());
        var small = send(sized(10), LONG, new Cancellation());

        // Then
        Await.until("both arrive", () -> worker.requests().size() == 2);
        assertThat(worker.opened).hasValue(2);
        assertThat(List.of(large, small)).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void theDeadlineTravelsAndEndsTheWait() {
        // Given
        worker.behaviour = (stream, request) -> null;

        // When
        Reply reply = forward(TimeUnit.MILLISECONDS.toNanos(100), new Cancellation());

        // Then
        assertThat(reply)
                .isEqualTo(new Reply.Failed(
                        FailureReason.DEADLINE_EXCEEDED, "the deadline passed before there was an answer", true));
        assertThat(worker.requests().get(0).getBudgetNanos())
                .isPositive()
                .isLessThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void aDeadlineThatPassesBeforeTheWorkerGreetsIsOfWorkThatDidNotBegin() {
        // Given
        worker.greets = false;

        // When
        Reply reply = forward(TimeUnit.MILLISECONDS.toNanos(50), new Cancellation());
        worker.greetsNow();
        worker.greets = true;
        Reply next = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(failed(FailureReason.DEADLINE_EXCEEDED, false));
        assertThat(next).isInstanceOf(Reply.Answered.class);
        assertThat(worker.requests()).hasSize(1);
    }

    @Test
    void aCallerThatLeavesEndsTheWorkOfTheWorker() {
        // Given
        worker.behaviour = (stream, request) -> null;
        Cancellation cancellation = new Cancellation();
        var reply = send(Requests.raw("m", "1"), LONG, cancellation);
        Await.until("the worker has it", () -> worker.requests().size() == 1);

        // When
        cancellation.cancel();

        // Then
        assertThat(reply.join()).isEqualTo(failed(FailureReason.CANCELLED, true));
        long id = worker.requests().get(0).getId();
        Await.until("the worker hears of it", () -> worker.withdrawn().equals(List.of(id)));
    }

    @Test
    void theLateAnswerToACallerThatLeftIsNobodys() {
        // Given
        worker.behaviour = (stream, request) -> null;
        Cancellation cancellation = new Cancellation();
        var reply = send(Requests.raw("m", "1"), LONG, cancellation);
        Await.until("the worker has it", () -> worker.requests().size() == 1);
        cancellation.cancel();
        reply.join();

        int settledBefore = settled.get();

        // When
        worker.answers(worker.requests().get(0).getId());
        worker.behaviour = new FakeHop().behaviour;

        // Then
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
        assertThat(worker.opened).hasValue(1);
        assertThat(settledBefore).isZero();
        assertThat(settled).hasValue(2);
    }

    @Test
    void aReasonOfTheWorkerIsKeptWithItsWords() {
        // Given
        worker.behaviour = (stream, request) -> FakeHop.refusal("QUEUE_FULL", "queue of the worker");

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(new Reply.Failed(FailureReason.QUEUE_FULL, "queue of the worker", true));
    }

    @Test
    void aWorkerThatIsNotReadyDidNotBegin() {
        // Given
        worker.behaviour = (stream, request) -> FakeHop.refusal("NOT_READY", "draining");

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(new Reply.Failed(FailureReason.NOT_READY, "draining", false));
    }

    @Test
    void aStreamThatBreaksFailsItsCallsInOurWords() {
        // Given
        worker.behaviour = (stream, request) -> {
            stream.onError(
                    Status.UNKNOWN.withDescription("java.lang.Secret at /etc").asException());
            return null;
        };

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(failed(FailureReason.WORKER_UNAVAILABLE, true));
        assertThat(((Reply.Failed) reply).message())
                .doesNotContain(EdgeFixture.internals().toList());
    }

    @Test
    void whatAWorkerThatLeavesDidNotAnswerMayGoToAnother() {
        // Given
        worker.behaviour = (stream, request) -> {
            stream.onCompleted();
            return null;
        };

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(failed(FailureReason.WORKER_UNAVAILABLE, false));
    }

    @Test
    void aWorkerThatAnswersWhatNobodyAskedLosesItsStream() {
        // Given
        worker.behaviour = (stream, request) -> null;
        var reply = send(Requests.raw("m", "1"), LONG, new Cancellation());
        Await.until("the worker has it", () -> worker.requests().size() == 1);

        // When
        worker.answers(99);

        // Then
        assertThat(reply.join()).isEqualTo(failed(FailureReason.WORKER_UNAVAILABLE, true));
        worker.behaviour = new FakeHop().behaviour;
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
    }

    @Test
    void whatIsBeyondTheWorkersCallsIsRefusedAndWhatItAnsweredMakesRoom() {
        // Given
        worker.behaviour = (stream, request) ->
                request.getInference().getId().equals("asks") ? new FakeHop().behaviour.apply(stream, request) : null;
        forwardAsking();
        for (int i = 0; i < FakeHop.CALLS_MAX; i++) {
            var unanswered = send(Requests.raw("m", "1"), LONG, new Cancellation());
            assertThat(unanswered).isNotDone();
        }

        // When
        Reply beyond = forward(LONG, new Cancellation());
        Await.until("the others arrive", () -> worker.requests().size() == 1 + FakeHop.CALLS_MAX);
        worker.answers(worker.requests().get(worker.requests().size() - 1).getId());

        // Then
        assertThat(beyond).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(FailureReason.QUEUE_FULL);
            assertThat(failed.started()).isFalse();
        });
        Await.until("there is room again", () -> forwardAsking() instanceof Reply.Answered);
    }

    @Test
    void aWorkerThatDoesNotReadFillsNoMemory() {
        // Given
        worker.reads = false;

        // When
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 3 * BYTES_MAX / 60_000; i++) {
            replies.add(send(sized(60_000), TimeUnit.SECONDS.toNanos(1), new Cancellation()));
        }

        // Then
        long waiting = replies.stream()
                .filter(reply ->
                        !(reply.join() instanceof Reply.Failed failed && failed.reason() == FailureReason.QUEUE_FULL))
                .count();
        assertThat(waiting).isBetween(1L, (long) BYTES_MAX / 60_000);
    }

    @Test
    void aRequestThatIsTooLargeForTheWorkerFailsAlone() {
        // When
        Reply reply =
                send(sized(FakeHop.MESSAGE_BYTES_MAX), LONG, new Cancellation()).join();

        // Then
        assertThat(reply).isInstanceOfSatisfying(Reply.Failed.class, failed -> assertThat(failed.reason())
                .isEqualTo(FailureReason.TOO_LARGE));
        assertThat(send(sized(FakeHop.MESSAGE_BYTES_MAX - 1_000), LONG, new Cancellation())
                        .join())
                .isInstanceOf(Reply.Answered.class);
        assertThat(worker.opened).hasValue(1);
    }

    @Test
    void aRefusedConnectionIsWorkThatDidNotBegin() throws InterruptedException {
        // Given
        endServer();

        // When
        Reply reply = forward(LONG, new Cancellation());
        Throwable index =
                catchThrowable(() -> link.index().toCompletableFuture().join());

        // Then
        assertThat(reply).isEqualTo(failed(FailureReason.WORKER_UNAVAILABLE, false));
        assertThat(index).hasCauseInstanceOf(WorkerLink.Unreachable.class);
    }

    @Test
    void aWorkerWithoutTheStreamGetsNothingAndIsTold() throws Exception {
        // Given
        server = listen(endServer(), false);

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(failed(FailureReason.WORKER_UNAVAILABLE, false));
        assertThat(unwelcome).anySatisfy(status -> assertThat(WorkerStatus.isNotOffered(status))
                .isTrue());
    }

    @Test
    void aWorkerThatDiesWithTheRequestMayHaveBegun() {
        // Given
        worker.behaviour = (stream, request) -> {
            server.shutdownNow();
            return null;
        };

        // When
        Reply reply = forward(LONG, new Cancellation());

        // Then
        assertThat(reply).isEqualTo(failed(FailureReason.WORKER_UNAVAILABLE, true));
    }

    @Test
    void theLinkComesBackWithTheWorker() throws IOException, InterruptedException {
        // Given
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
        int port = endServer();
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Failed.class);

        // When
        server = listen(port, true);

        // Then
        Await.until("the index answers again", () -> link.index()
                .handle((index, failure) -> index != null)
                .toCompletableFuture()
                .join());
        assertThat(forward(LONG, new Cancellation())).isInstanceOf(Reply.Answered.class);
    }

    private Reply forward(long budgetNanos, Cancellation cancellation) {
        return send(Requests.raw("m", "1"), budgetNanos, cancellation).join();
    }

    private Reply forwardAsking() {
        return send(Requests.raw("m", "1").toBuilder().setId("asks").build(), LONG, new Cancellation())
                .join();
    }

    private CompletableFuture<Reply> send(ModelInferRequest request, long budgetNanos, Cancellation cancellation) {
        return link.forward(Outgoing.uncounted(request), budgetNanos, cancellation, settled::incrementAndGet)
                .toCompletableFuture();
    }

    private static ModelInferRequest sized(int tensorBytes) {
        return Requests.raw("m", "1").toBuilder()
                .setRawInputContents(0, ByteString.copyFrom(new byte[tensorBytes]))
                .build();
    }

    private static Reply failed(FailureReason reason, boolean started) {
        return new Reply.Failed(reason, WorkerStatus.sentence(reason), started);
    }

    private WorkerLink linkTo(int port) {
        return linkTo(port, 0);
    }

    private WorkerLink linkTo(int port, int statusIntervalMillis) {
        HopLane lane = new HopLane(
                loop,
                NettyChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .directExecutor()
                        .eventLoopGroup(loop)
                        .channelType(NioSocketChannel.class)
                        .proxyDetector(target -> null)
                        .build(),
                new Timekeeper.OfMachine(),
                new StreamTerms(new CallTable.Limits(100, BYTES_MAX), ANSWER_BYTES_MAX, statusIntervalMillis),
                unwelcome::add,
                news);
        return new GrpcWorkerLink(List.of(lane), new Timekeeper.OfMachine(), LONG, LONG, news);
    }

    /**
     * Ends the server. A selectable channel gives its port back only with its selector's next turn, which may come after
     * the server said that it ended.
     *
     * @return its port, free again
     */
    private int endServer() throws InterruptedException {
        int port = server.getPort();
        server.shutdownNow().awaitTermination();
        Await.until("the port is free", () -> {
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.isBound();
            } catch (IOException stillTaken) {
                return false;
            }
        });
        return port;
    }

    private Server listen(int port, boolean withStream) throws IOException {
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .addService(new IndexOnly());
        return (withStream ? builder.addService(worker) : builder).build().start();
    }

    private static final class IndexOnly extends GRPCInferenceServiceImplBase {
        @Override
        public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
            observer.onNext(RepositoryIndexResponse.getDefaultInstance());
            observer.onCompleted();
        }
    }

    private record Heard(Runnable atChange, Consumer<List<HopStatus>> atStatus, Consumer<KillNotice> atKill)
            implements WorkerNews {
        @Override
        public void changed() {
            atChange.run();
        }

        @Override
        public void told(List<HopStatus> statuses) {
            atStatus.accept(statuses);
        }

        @Override
        public void killed(KillNotice kill) {
            atKill.accept(kill);
        }
    }
}
