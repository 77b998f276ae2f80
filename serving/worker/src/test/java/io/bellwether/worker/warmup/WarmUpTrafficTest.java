package io.bellwether.worker.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.Samples;
import io.bellwether.worker.edge.RequestAdmission;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class WarmUpTrafficTest {
    private final AtomicLong nowNanos = new AtomicLong();
    private final AtomicLong compiledMillis = new AtomicLong();
    private final List<ModelInferRequest> sent = new ArrayList<>();

    @Test
    void itStopsWhenRoundsStopGettingFaster() throws InterruptedException {
        // Given: each request is twice as fast as one ten requests earlier, down to 100 ns
        WarmUpTraffic traffic = traffic(request -> Math.max(100, 10_000 >> (request / 10)), 30, 1_000_000_000);

        // When
        WarmUpTraffic.Result result = traffic.warm(Samples.MODEL, "3", Samples.spec(4, 8));

        // Then: seven rounds get faster, two more do not
        assertThat(result).isEqualTo(new WarmUpTraffic.Result(10, 0, 10_000, 100, true));
    }

    @Test
    void itStopsAtItsBounds() throws InterruptedException {
        assertThat(traffic(request -> 1_000_000 / (request + 1), 4, Long.MAX_VALUE / 2)
                        .warm(Samples.MODEL, "3", Samples.spec(4, 8)))
                .extracting(WarmUpTraffic.Result::rounds, WarmUpTraffic.Result::steady)
                .containsExactly(4, false);
        assertThat(traffic(request -> 1_000_000, 30, 5_000_000)
                        .warm(Samples.MODEL, "3", Samples.spec(4, 8))
                        .rounds())
                .isEqualTo(1);
    }

    @Test
    void requestsGoToBothLanesAndCarryTheToken() throws InterruptedException {
        // When
        traffic(request -> 100, 1, 1_000_000_000).warm(Samples.MODEL, "3", Samples.spec(4, 8));

        // Then
        assertThat(sent).hasSize(10).allSatisfy(request -> {
            assertThat(request.getModelVersion()).isEqualTo("3");
            assertThat(request.getParametersMap()
                            .get(RequestAdmission.WARM_UP_PARAMETER)
                            .getStringParam())
                    .isEqualTo("secret");
            assertThat(request.getRawInputContents(0).size()).isEqualTo(8);
        });
        assertThat(sent)
                .extracting(request ->
                        request.getParametersMap().get("bellwether_arm").getStringParam())
                .contains("CONTROL", "STABLE_REST");
    }

    @Test
    void eachWayGetsRequestsOfBothLanes() throws InterruptedException {
        // Given
        List<String> seen = new ArrayList<>();

        // When
        new WarmUpTraffic(
                        List.of(way("stream", seen), way("unary", seen)),
                        new WarmUpTraffic.Bounds(4, 1, 1_000_000_000, 1),
                        "secret",
                        nowNanos::get,
                        () -> 0)
                .warm(Samples.MODEL, "3", Samples.spec(4, 8));

        // Then
        assertThat(seen).containsExactly("stream STABLE_REST", "unary STABLE_REST", "stream CONTROL", "unary CONTROL");
    }

    private static WarmUpTarget way(String name, List<String> seen) {
        return request -> {
            seen.add(name + " "
                    + request.getParametersMap().get("bellwether_arm").getStringParam());
            return CompletableFuture.completedFuture(ModelInferResponse.getDefaultInstance());
        };
    }

    @Test
    void theStallsOfARoundAreInItsMean() throws InterruptedException {
        // Given: all take 100 ns but for one in ten of the first 50, which takes 10 us
        WarmUpTraffic traffic = traffic(request -> request < 50 && request % 10 == 0 ? 10_000 : 100, 30, 1_000_000_000);

        // When
        WarmUpTraffic.Result result = traffic.warm(Samples.MODEL, "3", Samples.spec(4, 8));

        // Then
        assertThat(result.firstMeanNanos()).isEqualTo(1_090);
    }

    @Test
    void aRoundIsNotSteadyWhileTheCompilerWorks() throws InterruptedException {
        // Given: requests of 1 ms, and a compiler that works for 3 ms of the 10 ms of each of the first five rounds
        WarmUpTraffic traffic = traffic(
                request -> {
                    compiledMillis.addAndGet(request < 50 && request % 10 < 3 ? 1 : 0);
                    return 1_000_000;
                },
                30,
                1_000_000_000);

        // When
        WarmUpTraffic.Result result = traffic.warm(Samples.MODEL, "3", Samples.spec(4, 8));

        // Then
        assertThat(result.rounds()).isEqualTo(7);
        assertThat(result.steady()).isTrue();
    }

    @Test
    void failuresAreCountedAndDoNotStopIt() throws InterruptedException {
        // Given
        WarmUpTarget failing = request -> CompletableFuture.failedFuture(new IllegalStateException("refused"));

        // When
        WarmUpTraffic.Result result = new WarmUpTraffic(
                        List.of(failing),
                        new WarmUpTraffic.Bounds(10, 5, 1_000_000_000, 2),
                        "secret",
                        nowNanos::get,
                        () -> 0)
                .warm(Samples.MODEL, "3", Samples.spec(4, 8));

        // Then
        assertThat(result.failures()).isEqualTo(result.rounds() * 10);
    }

    private WarmUpTraffic traffic(LongUnaryOperator nanosOfRequest, int roundsMax, long nanosMax) {
        sent.clear();
        WarmUpTarget target = request -> {
            nowNanos.addAndGet(nanosOfRequest.applyAsLong(sent.size()));
            sent.add(request);
            return CompletableFuture.completedFuture(ModelInferResponse.getDefaultInstance());
        };
        return new WarmUpTraffic(
                List.of(target),
                new WarmUpTraffic.Bounds(10, roundsMax, nanosMax, 1),
                "secret",
                nowNanos::get,
                compiledMillis::get);
    }
}
