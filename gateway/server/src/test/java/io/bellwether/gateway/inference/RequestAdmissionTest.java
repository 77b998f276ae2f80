package io.bellwether.gateway.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.call.Cancellation;
import io.bellwether.gateway.inference.InferenceCall.Kind;
import io.bellwether.gateway.inference.InferenceResult.NotServed;
import io.bellwether.gateway.inference.InferenceResult.Served;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.routing.admission.AdmissionControl.Reading;
import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who comes in, and what of it the limits hear, in virtual time. A request has two tensor elements. */
class RequestAdmissionTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long MILLI = 1_000_000L;
    private static final double NONE = Double.POSITIVE_INFINITY;
    private static final LimitSettings FIXED = new LimitSettings(64, 64, 64, 1, 1, 1, 1);
    /** One window of ten answers is a step. */
    private static final LimitSettings ADAPTIVE = new LimitSettings(4, 64, 40, 1, 10 * MILLI, SECOND, 1);

    private final FakeTime time = new FakeTime();
    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1");
    private EdgeFixture gateway = new EdgeFixture(time, worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    private void restart(Map<String, TenantQuota> tenants, LimitSettings limits) {
        gateway.close();
        gateway = EdgeFixture.withTenants(time, tenants, limits, worker);
    }

    @Test
    void aTenantOverItsQuotaIsTurnedAwayAndOthersAreNot() {
        // Given
        restart(Map.of("ada", new TenantQuota(2, NONE, 1, 1)), FIXED);
        List<InferenceResult> first = List.of(infer("ada"), infer("ada"));

        // When
        InferenceResult third = infer("ada");
        InferenceResult other = infer("");
        InferenceResult stranger = infer("nobody");
        time.advanceMillis(500);
        InferenceResult later = infer("ada");

        // Then
        assertThat(first).allMatch(Served.class::isInstance);
        assertThat(((NotServed) third).refusal())
                .isEqualTo(new Refusal(
                        FailureReason.OVER_QUOTA,
                        "tenant 'ada' is over its quota of 2 requests per second; try again in 500 ms",
                        SECOND / 2));
        assertThat(List.of(other, stranger, later)).allMatch(Served.class::isInstance);
        assertThat(admissions("ada", "admitted")).isEqualTo(3);
        assertThat(admissions("ada", "requests_over_quota")).isEqualTo(1);
        assertThat(admissions("default", "admitted")).isEqualTo(2);
    }

    @Test
    void whoIsTurnedAwayCountsAsRefusedAndIsInNoCell() {
        // Given
        restart(Map.of("ada", new TenantQuota(NONE, 2, 1, 1)), FIXED);
        infer("ada");

        // When
        InferenceResult refused = infer("ada");

        // Then
        assertThat(((NotServed) refused).refusal().message())
                .isEqualTo("tenant 'ada' is over its quota of 2 tensor elements per second; try again in 1000 ms");
        assertThat(refused.trace().version()).isEmpty();
        assertThat(worker.received).hasSize(1);
        assertThat(gateway.evidence
                        .snapshots(Set.of("m"), time.epochMillis() / 1_000 + 1)
                        .get(0)
                        .getCellsList())
                .singleElement()
                .satisfies(cell -> assertThat(cell.getOutcomesMap()).isEqualTo(Map.of("ok", 1L)));
        assertThat(gateway.registry
                        .get("bellwether.gateway.requests")
                        .tags("model", "none", "version", "none", "arm", "none", "outcome", "refused")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void textsAndPicturesWeighByTheByte() {
        // Given: 4 bytes of length and 6 of text
        ModelInferRequest text = ModelInferRequest.newBuilder()
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("text")
                        .setDatatype("BYTES")
                        .addShape(1))
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP64")
                        .addShape(3)
                        .addShape(7))
                .addRawInputContents(ByteString.copyFrom(new byte[10]))
                .addRawInputContents(ByteString.copyFrom(new byte[168]))
                .build();

        // Then
        assertThat(TensorElements.of(text)).isEqualTo(31);
        assertThat(TensorElements.of(Requests.raw("m", ""))).isEqualTo(2);
    }

    @Test
    void furtherPartsOfARequestComeInAndArePaidForLater() {
        // Given: parts are texts of one request for embeddings
        restart(Map.of("ada", new TenantQuota(1, 2, 1, 1)), FIXED);

        // When
        List<InferenceResult> parts = new ArrayList<>();
        parts.add(infer("ada"));
        for (int i = 0; i < 9; i++) {
            parts.add(infer("ada", Kind.PART, new Cancellation()).join());
        }
        InferenceResult next = infer("ada");

        // Then: 18 elements of debt and 2 to come, at 2 a second
        assertThat(parts).allMatch(Served.class::isInstance);
        assertThat(((NotServed) next).refusal().retryAfterNanos()).isEqualTo(10 * SECOND);
    }

    @Test
    void theGatewaysOwnRequestsAreWeighedOnBooksOfTheirOwn() {
        // Given
        restart(Map.of("default", new TenantQuota(1, NONE, 1, 1)), FIXED);

        // When
        for (int i = 0; i < 10; i++) {
            assertThat(infer("", Kind.WARM_UP, new Cancellation()).join()).isInstanceOf(Served.class);
        }

        // Then: the one request that the quota allows is still to be had
        assertThat(infer("")).isInstanceOf(Served.class);
        assertThat(admissions("default", "admitted")).isEqualTo(1);
        assertThat(gateway.admission.readings()).containsExactly(new Reading("m", "1", 64, 0));
    }

    @Test
    void aFullLaneTurnsAwayInWordsThatClientsKnow() {
        // Given
        restart(Map.of(), new LimitSettings(2, 64, 2, 1, 1, 1, SECOND));
        worker.behaviour = request -> new CompletableFuture<>();
        List<CompletableFuture<InferenceResult>> held =
                List.of(infer("", Kind.WHOLE, new Cancellation()), infer("", Kind.WHOLE, new Cancellation()));

        // When
        Refusal refusal = ((NotServed) infer("")).refusal();

        // Then
        assertThat(held).noneMatch(CompletableFuture::isDone);
        assertThat(refusal.reason()).isEqualTo(FailureReason.QUEUE_FULL);
        assertThat(refusal.message()).startsWith("Exceeds maximum queue size of model 'm' at this gateway");
        assertThat(refusal.retryAfterNanos()).isPositive();
        assertThat(admissions("default", "limit_reached")).isEqualTo(1);
    }

    /** L (S + A) / (S + W) with A = 10 ms and S = 10 ms, of which each of 5 requests has its part; L was 40. */
    @ParameterizedTest
    @CsvSource({"30, 20", "15, 32", "10, 40"})
    void theLimitFollowsWhatTheWorkerSaysOfWaitAndService(long waitMillis, int limit) {
        // Given
        restart(Map.of(), ADAPTIVE);

        // When
        inFlightTogether(40, waitMillis + 10, new Account(true, 5, waitMillis * MILLI, 2 * MILLI, 1, 0));

        // Then
        assertThat(limit()).isEqualTo(limit);
    }

    @Test
    void aWorkerThatSaysNothingMovesNoLimit() {
        // Given
        restart(Map.of(), ADAPTIVE);

        // When
        inFlightTogether(40, 1_000, new Account(false, 0, 0, 0, 0, 0));

        // Then
        assertThat(limit()).isEqualTo(40);
    }

    /** Nobody can have waited longer than it was in flight, whatever a worker says. */
    @Test
    void aWorkerThatExaggeratesIsNotBelieved() {
        // Given
        restart(Map.of(), ADAPTIVE);

        // When: W = 20 ms and S = 0, where A = 10 ms
        inFlightTogether(40, 20, new Account(true, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 1, 0));

        // Then
        assertThat(limit()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({
        "QUEUE_FULL, 0, 1, 20",
        "SLO_UNATTAINABLE, 0, 400, 20",
        "SLO_UNATTAINABLE, 0, 399, 40",
        "DEADLINE_EXCEEDED, 400, 400, 20",
        "DEADLINE_EXCEEDED, 399, 399, 40",
        "CANCELLED, 400, 1000, 20",
        "CANCELLED, 399, 1000, 40",
        "MODEL_FAILED, 1000, 1000, 40",
        "WORKER_UNAVAILABLE, 1000, 1000, 40"
    })
    void onlyWhoHadTimeEnoughSpeaksOfOverload(FailureReason reason, long flightMillis, long budgetMillis, int limit) {
        // Given
        restart(Map.of(), ADAPTIVE);

        // When
        budgetNanos = budgetMillis * MILLI;
        inFlightTogether(40, flightMillis, new Reply.Failed(reason, "words", true));

        // Then
        assertThat(limit()).isEqualTo(limit);
    }

    @Test
    void whateverComesOfARequestItsSlotIsFreeAgain() {
        // Given
        restart(Map.of(), ADAPTIVE);
        for (FailureReason reason : FailureReason.values()) {
            worker.fails(reason, "words", true);
            infer("");
        }
        worker.behaviour = request -> new CompletableFuture<>();
        Cancellation leaves = new Cancellation();
        CompletableFuture<InferenceResult> left = infer("", Kind.WHOLE, leaves);
        leaves.cancel();

        // Then
        assertThat(left).isDone();
        assertThat(gateway.admission.readings()).singleElement().satisfies(lane -> assertThat(lane.inFlight())
                .isZero());
    }

    @Test
    void aBusyModelIsSharedByWeight() {
        // Given
        restart(
                Map.of("hog", TenantQuota.UNLIMITED, "small", TenantQuota.UNLIMITED),
                new LimitSettings(16, 64, 16, 1, 1, 1, SECOND));
        worker.behaviour = request -> new CompletableFuture<>();
        List<CompletableFuture<InferenceResult>> hogs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            hogs.add(infer("hog", Kind.WHOLE, new Cancellation()));
        }

        // When
        CompletableFuture<InferenceResult> small = infer("small", Kind.WHOLE, new Cancellation());

        // Then
        assertThat(hogs.stream().filter(hog -> !hog.isDone())).hasSize(8);
        assertThat(small).isNotDone();
        assertThat(((NotServed) hogs.get(19).join()).refusal().message())
                .startsWith("Exceeds maximum queue size of model 'm' for tenant 'hog'");
        assertThat(admissions("hog", "share_reached")).isEqualTo(12);
    }

    private long budgetNanos = SECOND;

    private void inFlightTogether(int count, long flightMillis, Account account) {
        inFlightTogether(count, flightMillis, new Reply.Answered(Requests.answer(Requests.raw("m", "1")), account));
    }

    /** So many come in at once, and all are answered alike after some time. */
    private void inFlightTogether(int count, long flightMillis, Reply reply) {
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        List<CompletableFuture<InferenceResult>> results = new ArrayList<>();
        // The lane begins with its first request; longer than a window, so that the tenth answer closes one.
        worker.behaviour = request -> FakeWorkerLink.done(FakeWorkerLink.answered(Requests.answer(request)));
        infer("");
        worker.behaviour = request -> {
            CompletableFuture<Reply> later = new CompletableFuture<>();
            replies.add(later);
            return later;
        };
        time.advanceMillis(1_000);
        for (int i = 0; i < count; i++) {
            results.add(infer("", Kind.WHOLE, new Cancellation()));
        }
        time.advanceMillis(flightMillis);
        replies.forEach(later -> later.complete(reply));
        assertThat(results).allMatch(CompletableFuture::isDone);
    }

    private int limit() {
        return gateway.admission.readings().get(0).limit();
    }

    private double admissions(String tenant, String result) {
        Counter counter = gateway.registry
                .find("bellwether.gateway.admissions")
                .tags("tenant", tenant, "result", result)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private InferenceResult infer(String tenant) {
        return infer(tenant, Kind.WHOLE, new Cancellation()).join();
    }

    private CompletableFuture<InferenceResult> infer(String tenant, Kind kind, Cancellation cancellation) {
        return gateway.inference
                .infer(new InferenceCall(
                        "id",
                        Requests.raw("m", ""),
                        name -> name.equals(EdgeFixture.TENANT_HEADER) ? tenant : "",
                        time.nanos(),
                        budgetNanos,
                        kind,
                        cancellation))
                .toCompletableFuture();
    }
}
