package io.bellwether.worker.hop;

import static io.bellwether.worker.hop.RawGateway.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.batching.Lane;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.protocol.hop.WorkerTurn;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.Await;
import io.bellwether.worker.Samples;
import io.bellwether.worker.edge.EdgeFixture;
import io.bellwether.worker.edge.RequestAdmission;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.micrometer.core.instrument.Counter;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of gateways, over gRPC without a network; one thread stands for the event loop. */
class HopServiceTest {
    private static final long LONG = 20_000_000_000L;
    private static final int CALLS_MAX = 3;
    private static final int MANY = 1_000;

    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final FakeLoop later = new FakeLoop(loop);
    private EdgeFixture edge;
    private HopService service;
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        edge = EdgeFixture.warmed();
        service = new HopService(edge, new HopLimits(1 << 20, CALLS_MAX, 1 << 20), edge.nowNanos::get, () -> later);
        String name = UUID.randomUUID().toString();
        server = InProcessServerBuilder.forName(name)
                .executor(loop)
                .addService(service)
                .build()
                .start();
        channel = InProcessChannelBuilder.forName(name).build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination();
        edge.close();
        loop.shutdownNow();
    }

    @Test
    void itGreetsWithWhatItTakes() {
        // When
        RawGateway gateway = gateway();

        // Then
        Await.until("it greets", () -> !gateway.turns.isEmpty());
        assertThat(gateway.turns.get(0).getHello().getCallsMax()).isEqualTo(CALLS_MAX);
        assertThat(gateway.turns.get(0).getHello().getMessageBytesMax()).isEqualTo(1 << 20);
    }

    @Test
    void eachRequestOfATurnIsAnswered() {
        // Given
        RawGateway gateway = gateway();

        // When
        gateway.sends(
                request(1, LONG, Samples.request("2", 1, 5)),
                request(2, LONG, Samples.request("nine", 1)),
                request(3, LONG, Samples.request("1", 7)));

        // Then
        assertThat(Samples.firstScores(gateway.answerTo(1).getInference())).containsExactly(2, 10);
        assertThat(gateway.answerTo(2).getRefusal().getReason()).isEqualTo("MODEL_NOT_FOUND");
        assertThat(gateway.answerTo(3).getInference().getModelVersion()).isEqualTo("1");
    }

    @Test
    void aRequestCountsWhereItsFrameSaysAndTheAnswerTellsBesideItWhatItCost() {
        // Given
        RawGateway gateway = gateway();
        Origin origin = new Origin(77, "CONTROL", "r1", "s1");

        // When
        gateway.sends(request(1, LONG, Samples.request("1", 1, 2)).toBuilder()
                .setOrigin(origin.message())
                .build());
        HopAnswer answer = gateway.answerTo(1);

        // Then
        assertThat(cells()).containsExactly("CONTROL r1 s1 77 2");
        assertThat(Account.of(answer)).isEqualTo(new Account(true, 1, 0, 1_200_000, 1_200_000 / 90, 0));
        assertThat(answer.getInference().getParametersMap()).isEmpty();
    }

    @Test
    void parametersSayNothingOnAStreamOfWhereARequestCounts() {
        // Given
        RawGateway gateway = gateway();
        ModelInferRequest marked = Samples.request(new Origin(77, "CONTROL", "r1", "s1"), 1).toBuilder()
                .putParameters(
                        RequestAdmission.WARM_UP_PARAMETER,
                        InferParameter.newBuilder()
                                .setStringParam(EdgeFixture.TOKEN)
                                .build())
                .build();

        // When
        gateway.sends(request(1, LONG, marked));
        gateway.answerTo(1);

        // Then: like one that came past no gateway
        assertThat(cells()).containsExactly("PINNED   1000 1");
    }

    @Test
    void aSyntheticRequestOfTheGatewayCountsNowhere() {
        // Given
        RawGateway gateway = gateway();

        // When
        gateway.sends(request(1, LONG, Samples.request("1", 1)).toBuilder()
                .setSynthetic(true)
                .build());
        gateway.answerTo(1);

        // Then
        assertThat(cells()).isEmpty();
        assertThat(edge.registry.find("bellwether.worker.requests").counters()).isEmpty();
    }

    private List<String> cells() {
        edge.awaitInFlight(0);
        return edge.version("1").cells().snapshot(2_000, true).getCellsList().stream()
                .map(cell -> cell.getKey().getArm() + " " + cell.getKey().getRolloutId() + " "
                        + cell.getKey().getSegment() + " " + cell.getKey().getSlot() + " " + cell.getItems())
                .toList();
    }

    @Test
    void answersThatAreThereAtOnceTravelInOneMessage() {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();
        gateway.sends(
                request(1, LONG, Samples.request("1", 1)),
                request(2, LONG, Samples.request("1", 2)),
                request(3, LONG, Samples.request("1", 3)));
        edge.awaitInFlight(3);
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> await(busy));

        // When
        engine.countDown();
        edge.awaitInFlight(0);
        busy.countDown();
        gateway.answerTo(3);

        // Then
        assertThat(gateway.turns.stream().map(WorkerTurn::getAnswersCount).filter(count -> count > 0))
                .containsExactly(3);
    }

    @Test
    void aWithdrawnRequestLeavesTheQueueAndIsAnsweredAllTheSame() throws Exception {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();
        occupy(gateway);
        gateway.sends(request(2, LONG, Samples.request("1", 2)));
        edge.awaitQueued(Lane.REST, 1);

        // When
        gateway.withdraws(2);
        gateway.withdraws(77);

        // Then
        assertThat(gateway.answerTo(2).getRefusal().getReason()).isEqualTo("CANCELLED");
        edge.awaitInFlight(1);
        engine.countDown();
        assertThat(gateway.answerTo(1).hasInference()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "5000, 2000", // the default of the model is shorter than the gateway's
        "1000, 1000"
    })
    void theShorterDefaultCountsWhereTheClientAskedForNoTime(int budgetMillis, int expectedMillis) throws Exception {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();
        occupy(gateway);
        gateway.sends(request(2, budgetMillis * 1_000_000L, Samples.request("1", 2)).toBuilder()
                .setUnasked(true)
                .build());
        edge.awaitQueued(Lane.REST, 1);

        // When
        edge.nowNanos.addAndGet(expectedMillis * 1_000_000L - 1);
        edge.expire();
        edge.awaitQueued(Lane.REST, 1);
        edge.nowNanos.addAndGet(2);
        edge.expire();

        // Then
        assertThat(gateway.answerTo(2).getRefusal().getReason()).isEqualTo("DEADLINE_EXCEEDED");
        engine.countDown();
    }

    @Test
    void theBudgetIsTheDeadlineInTheQueue() throws Exception {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();
        occupy(gateway);
        gateway.sends(request(2, 1_000_000_000, Samples.request("1", 2)));
        edge.awaitQueued(Lane.REST, 1);

        // When
        edge.nowNanos.addAndGet(1_000_000_001);
        edge.expire();

        // Then
        assertThat(gateway.answerTo(2).getRefusal().getReason()).isEqualTo("DEADLINE_EXCEEDED");
        engine.countDown();
    }

    @Test
    void aGatewayThatBreaksOffWithdrawsWhatItAskedFor() throws Exception {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();
        occupy(gateway);
        gateway.sends(request(2, LONG, Samples.request("1", 2)));
        edge.awaitQueued(Lane.REST, 1);

        // When
        gateway.call.cancel("gone", null);

        // Then
        edge.awaitQueued(Lane.REST, 0);
        engine.countDown();
        edge.awaitInFlight(0);
    }

    @Test
    void moreThanTheCallsOfAStreamIsRefused() {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();
        for (long id = 1; id <= CALLS_MAX; id++) {
            gateway.sends(request(id, LONG, Samples.request("1", 1)));
        }

        // When
        gateway.sends(request(9, LONG, Samples.request("1", 1)));

        // Then
        assertThat(gateway.answerTo(9).getRefusal().getReason()).isEqualTo("QUEUE_FULL");
        engine.countDown();
    }

    @Test
    void aWorkerThatStopsSaysSoAndEndsTheStreamWhenAllIsAnswered() throws Exception {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();
        gateway.sends(request(1, LONG, Samples.request("1", 1)));
        edge.awaitInFlight(1);

        // When
        edge.inFlight.close();
        gateway.sends(request(2, LONG, Samples.request("1", 2)));
        HopAnswer refused = gateway.answerTo(2);
        service.leave();
        loop.submit(() -> {}).get();
        boolean endedBefore = gateway.end.isDone();
        engine.countDown();

        // Then
        assertThat(refused.getRefusal().getReason()).isEqualTo("NOT_READY");
        assertThat(endedBefore).isFalse();
        assertThat(gateway.answerTo(1).hasInference()).isTrue();
        assertThat(gateway.end.join().isOk()).isTrue();
    }

    @Test
    void aWorkerThatIsAboutToStopTellsItsGatewaysAndServesOn() throws Exception {
        // Given
        RawGateway gateway = gateway();

        // When
        edge.leaving = true;
        service.tellChange();
        gateway.sends(request(1, LONG, Samples.request("1", 1)));

        // Then
        assertThat(gateway.answerTo(1).hasInference()).isTrue();
        assertThat(gateway.turns).anyMatch(WorkerTurn::getChanged);
        RawGateway later = gateway();
        Await.until(
                "one that comes later is told too", () -> later.turns.stream().anyMatch(WorkerTurn::getChanged));
    }

    @Test
    void aWorkerThatStopsGreetsNobodyAnyMore() {
        // Given
        service.leave();

        // When: a gateway comes back at once, because its stream has ended
        RawGateway gateway = gateway();

        // Then: it was not greeted, so it has sent nothing that could be lost
        assertThat(gateway.end.join().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(gateway.turns).isEmpty();
    }

    @Test
    void anAnswerThatIsTooLargeForTheGatewayIsRefusedAlone() {
        // Given
        RawGateway gateway = new RawGateway(channel, 100);
        gateway.reads(MANY);

        // When
        gateway.sends(request(1, LONG, Samples.request("1", 1)));

        // Then
        assertThat(gateway.answerTo(1).getRefusal().getReason()).isEqualTo("TOO_LARGE");
    }

    @Test
    void aGatewayThatDoesNotReadIsNotRead() throws Exception {
        // Given
        RawGateway gateway = new RawGateway(channel, MANY);
        gateway.reads(1);
        Await.until("it greets", () -> !gateway.turns.isEmpty());

        // When
        for (long id = 1; id <= MANY; id++) {
            gateway.sends(request(id, LONG, Samples.request("nine", 1)));
        }
        loop.submit(() -> {}).get();
        double taken = edge.registry.find("bellwether.worker.refused.early").counters().stream()
                .mapToDouble(Counter::count)
                .sum();

        // Then
        assertThat(gateway.answers()).isEmpty();
        assertThat(taken).isLessThan(10);
        gateway.reads(2 * MANY);
        assertThat(gateway.answerTo(MANY).hasRefusal()).isTrue();
        assertThat(gateway.answers())
                .extracting(HopAnswer::getId)
                .doesNotHaveDuplicates()
                .hasSize(MANY);
    }

    @Test
    void anIdThatIsUsedTwiceBreaksTheStream() {
        // Given
        RawGateway gateway = gateway();
        CountDownLatch engine = edge.engine.hold();

        // When
        gateway.sends(request(1, LONG, Samples.request("1", 1)), request(1, LONG, Samples.request("1", 1)));

        // Then
        assertThat(gateway.end.join().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        engine.countDown();
        edge.awaitInFlight(0);
    }

    @Test
    void aStreamThatAsksIsToldHowVersionsStandWithTheRequestsOfOthers() throws Exception {
        // Given: the requests are another gateway's
        CountDownLatch engine = edge.engine.hold();
        RawGateway busy = gateway();
        occupy(busy);
        busy.sends(request(2, LONG, Samples.request("1", 2)), request(3, LONG, Samples.request("1", 3)));
        edge.awaitQueued(Lane.REST, 2);
        RawGateway watching = watching();

        // When
        later.pass();
        Await.until("it is told", () -> !statuses(watching).isEmpty());

        // Then
        assertThat(later.lastMillis()).isEqualTo(50);
        HopStatus first = statuses(watching).get(0);
        assertThat(statuses(watching)).extracting(HopStatus::getVersion).containsExactly("1", "2");
        assertThat(first.getModel()).isEqualTo(Samples.MODEL);
        assertThat(first.getWaiting()).isEqualTo(2);
        assertThat(first.getRunning()).isEqualTo(1);
        assertThat(first.getRunNanos()).isPositive();
        assertThat(first.getEachNanos()).isPositive();
        assertThat(first.getWaitNanos()).isBetween(0L, first.getRunNanos());
        assertThat(statuses(watching).get(1).getWaitNanos()).isZero();
        assertThat(statuses(busy)).isEmpty();
        engine.countDown();
    }

    @Test
    void onlyWhatDiffersIsToldAgainAndNothingIsSaidByAnEmptyMessage() throws Exception {
        // Given
        RawGateway watching = watching();
        later.pass();
        Await.until("it is told", () -> statuses(watching).size() == 2);
        int before = watching.turns.size();

        // When
        edge.nowNanos.addAndGet(50_000_000);
        later.pass();
        Await.until("it is told that nothing differs", () -> watching.turns.size() == before + 1);

        // Then
        assertThat(watching.turns.get(before)).isEqualTo(WorkerTurn.getDefaultInstance());
        watching.sends(request(1, LONG, Samples.request("1", 1)));
        assertThat(watching.answerTo(1).hasInference()).isTrue();
    }

    @Test
    void aGatewayThatDoesNotReadIsNotToldAndNothingIsKeptForIt() throws Exception {
        // Given
        RawGateway watching = new RawGateway(channel, 1 << 20, 50);
        watching.reads(1);
        Await.until("it greets", () -> !watching.turns.isEmpty());
        awaitWatch();

        // When
        for (int turn = 0; turn < MANY; turn++) {
            edge.nowNanos.addAndGet(1_000_000_000);
            later.pass();
        }
        watching.reads(MANY);
        watching.sends(request(1, LONG, Samples.request("1", 1)));
        watching.answerTo(1);

        // Then: what was on its way when it stopped reading, at most
        assertThat(watching.turns.stream().filter(turn -> turn.getStatusesCount() > 0))
                .hasSizeLessThan(MANY / 2);
    }

    @Test
    void aStreamThatIsOverIsNotToldAnyMore() throws Exception {
        // Given
        RawGateway watching = watching();
        watching.call.cancel("gone", null);
        loop.submit(() -> {}).get();

        // When
        Await.until("nothing is to come", () -> passes() == 0);

        // Then
        assertThat(statuses(watching)).isEmpty();
    }

    private int passes() {
        try {
            return later.pass();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private RawGateway watching() throws Exception {
        RawGateway gateway = new RawGateway(channel, 1 << 20, 50);
        gateway.reads(MANY);
        awaitWatch();
        return gateway;
    }

    private void awaitWatch() {
        Await.until("its question is read", () -> later.lastMillis() > 0);
    }

    private static List<HopStatus> statuses(RawGateway gateway) {
        return gateway.turns.stream()
                .flatMap(turn -> turn.getStatusesList().stream())
                .toList();
    }

    @Test
    void whatOneGatewayTookBackGoesOnceToEveryOtherAndToThoseThatComeLater() {
        // Given
        RawGateway one = gateway();
        RawGateway other = gateway();
        HopKill kill = HopKill.newBuilder()
                .setRollout("r")
                .setModel("m")
                .setAtMillis(1)
                .build();
        Await.until("both are greeted", () -> !one.turns.isEmpty() && !other.turns.isEmpty());

        // When
        one.tookBack(kill);
        one.tookBack(kill);
        one.sends(request(1, LONG, Samples.request("1", 1)));
        one.answerTo(1);
        other.sends(request(1, LONG, Samples.request("1", 1)));
        other.answerTo(1);

        // Then
        Await.until("the other hears of it", () -> !other.kills().isEmpty());
        assertThat(other.kills()).containsExactly(kill);

        // When
        RawGateway late = gateway();

        // Then
        Await.until("one that comes later hears of it", () -> !late.kills().isEmpty());
        assertThat(late.kills()).containsExactly(kill);
        assertThat(late.turns.get(0).hasHello()).isTrue();
    }

    @Test
    void aGatewayThatDoesNotReadIsToldTheNewestWhenItDoes() {
        // Given
        RawGateway idle = new RawGateway(channel, 1 << 20);
        RawGateway other = gateway();
        Await.until("the other is greeted", () -> !other.turns.isEmpty());

        // When: more than are kept, over two seconds
        int all = 2 * KillRelay.NEWS_OF_A_SECOND_MAX;
        for (int i = 0; i < all; i++) {
            if (i == KillRelay.NEWS_OF_A_SECOND_MAX) {
                Await.until(
                        "the other hears of those of the first second",
                        () -> other.kills().size() == KillRelay.NEWS_OF_A_SECOND_MAX);
                edge.nowNanos.addAndGet(1_000_000_000L);
            }
            other.tookBack(HopKill.newBuilder()
                    .setRollout("r" + i)
                    .setModel("m")
                    .setAtMillis(1)
                    .build());
        }
        Await.until("the other hears of all", () -> other.kills().size() == all);
        idle.reads(MANY);

        // Then
        Await.until("it hears of the last", () -> idle.kills().stream()
                .anyMatch(kill -> kill.getRollout().equals("r" + (all - 1))));
        assertThat(idle.kills()).hasSizeLessThanOrEqualTo(KillRelay.KEPT_MAX);
    }

    @Test
    void killsForAGatewayThatTakesShortMessagesComeInSeveral() {
        // Given
        RawGateway other = gateway();
        Await.until("the other is greeted", () -> !other.turns.isEmpty());
        for (int i = 0; i < 10; i++) {
            other.tookBack(HopKill.newBuilder()
                    .setRollout("r" + i)
                    .setModel("m")
                    .setAtMillis(1)
                    .setReason("x".repeat(400))
                    .build());
        }
        Await.until("the other hears of all", () -> other.kills().size() == 10);

        // When
        RawGateway brief = new RawGateway(channel, HopMethod.ENVELOPE_BYTES_MAX + 1_000);
        brief.reads(MANY);

        // Then
        Await.until("it hears of all", () -> brief.kills().size() == 10);
        assertThat(brief.turns).allMatch(turn -> turn.getSerializedSize() <= HopMethod.ENVELOPE_BYTES_MAX + 1_000);
    }

    private RawGateway gateway() {
        RawGateway gateway = new RawGateway(channel, 1 << 20);
        gateway.reads(MANY);
        return gateway;
    }

    /** Has request 1 run, for as long as the engine is held. */
    private void occupy(RawGateway gateway) throws Exception {
        gateway.sends(request(1, LONG, Samples.request("1", 1)));
        edge.awaitInFlight(1);
        loop.submit(() -> {}).get();
        edge.awaitQueued(Lane.REST, 0);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
