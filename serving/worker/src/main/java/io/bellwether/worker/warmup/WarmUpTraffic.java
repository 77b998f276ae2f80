package io.bellwether.worker.warmup;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.BytesTensor;
import io.bellwether.protocol.HopParameters;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.worker.image.BlankImage;
import io.bellwether.worker.model.ModelKind.ImageClassification;
import io.bellwether.worker.model.ModelSpec;
import io.bellwether.worker.model.WarmUpSample;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Sends rounds of synthetic requests to one model version until rounds stop getting faster and the compiler has little to do. A cold JVM is many times
 * slower than a warm one, and a version that serves cold would look slow next to a warm one. The requests are the first
 * warm-up sample of the version, or zeros when it has none.
 */
public final class WarmUpTraffic {
    /** A round is faster than the best so far when its mean is below this share of it. */
    private static final double FASTER = 0.9;

    /** Rounds in a row that are not faster, after which the version counts as warm. */
    private static final int STEADY_ROUNDS = 2;

    /** A round is not steady in which the compiler was at work for more than this share of its time. */
    private static final double COMPILING = 0.2;

    private static final String SENTENCE = "A cold process is slow, and nobody should have to wait for it to warm up.";

    private final List<WarmUpTarget> targets;
    private final Bounds bounds;
    private final String token;
    private final LongSupplier clock;
    private final LongSupplier compilerMillis;

    /**
     * How much is sent.
     *
     * @param roundRequests requests in a round
     * @param roundsMax most rounds
     * @param nanosMax longest time for all rounds
     * @param concurrency requests under way at once
     */
    public record Bounds(int roundRequests, int roundsMax, long nanosMax, int concurrency) {}

    /**
     * How it went.
     *
     * @param rounds rounds sent
     * @param failures requests that were not answered with a result
     * @param firstMeanNanos mean latency of the first round
     * @param lastMeanNanos mean latency of the last round
     * @param steady whether rounds were steady before a bound was reached
     */
    public record Result(int rounds, int failures, long firstMeanNanos, long lastMeanNanos, boolean steady) {}

    /**
     * @param targets ways to the version, which take turns
     * @param token marks the requests as ours
     * @param clock monotonic nanoseconds
     * @param compilerMillis what the compiler has worked so far, its threads together; constant where that is nothing to wait for
     */
    public WarmUpTraffic(
            List<WarmUpTarget> targets, Bounds bounds, String token, LongSupplier clock, LongSupplier compilerMillis) {
        this.targets = List.copyOf(targets);
        this.bounds = bounds;
        this.token = token;
        this.clock = clock;
        this.compilerMillis = compilerMillis;
    }

    /** Warms one version. Blocks the calling thread until it is warm or a bound is reached. */
    public Result warm(String model, String version, ModelSpec spec) throws InterruptedException {
        ModelInferRequest[] requests = {
            request(model, version, spec, Arm.STABLE_REST), request(model, version, spec, Arm.CONTROL)
        };
        long endNanos = clock.getAsLong() + bounds.nanosMax();
        long first = 0;
        long best = Long.MAX_VALUE;
        long mean = 0;
        int steadyRounds = 0;
        int rounds = 0;
        int failures = 0;
        while (rounds < bounds.roundsMax() && steadyRounds < STEADY_ROUNDS && clock.getAsLong() - endNanos < 0) {
            Round round = new Round(endNanos);
            long startNanos = clock.getAsLong();
            long compiledMillis = compilerMillis.getAsLong();
            mean = round.run(requests);
            double compiledNanos = 1e6 * (compilerMillis.getAsLong() - compiledMillis);
            boolean compiling = compiledNanos > COMPILING * (clock.getAsLong() - startNanos);
            failures += round.failures.get();
            first = rounds == 0 ? mean : first;
            steadyRounds = compiling || mean < FASTER * best ? 0 : steadyRounds + 1;
            best = Math.min(best, mean);
            rounds++;
        }
        return new Result(rounds, failures, first, mean, steadyRounds >= STEADY_ROUNDS);
    }

    private ModelInferRequest request(String model, String version, ModelSpec spec, Arm arm) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(model).setModelVersion(version);
        HopParameters.write(new Origin(0, arm.name(), "", ""), request);
        OwnRequests.mark(request, token);
        Optional<String> encoded = spec.kind().encodedInput();
        if (encoded.isPresent()) {
            return request.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                            .setName(encoded.get())
                            .setDatatype("BYTES")
                            .addShape(1))
                    .addRawInputContents(BytesTensor.raw(List.of(sample(spec))))
                    .build();
        }
        List<WarmUpSample> samples = spec.hosting().warmUp();
        if (samples.isEmpty()) {
            SampleRequest.addZeros(spec, request);
        } else {
            SampleRequest.add(samples.get(0), spec, request);
        }
        return request.build();
    }

    /** A text, or a picture that is as large as the program wants it. */
    private static ByteString sample(ModelSpec spec) {
        if (spec.kind() instanceof ImageClassification) {
            List<Long> shape = spec.inputs().get(0).itemShape();
            return BlankImage.png(Math.toIntExact(shape.get(2)), Math.toIntExact(shape.get(1)));
        }
        return ByteString.copyFromUtf8(SENTENCE);
    }

    /** One round. Answers come on other threads. */
    private final class Round {
        private final Semaphore room = new Semaphore(bounds.concurrency());
        private final AtomicInteger failures = new AtomicInteger();
        private final long endNanos;

        Round(long endNanos) {
            this.endNanos = endNanos;
        }

        /**
         * Mean latency of the round; of the requests answered by then when time runs out. The mean, as it has the stalls in it
         * that a young process brings.
         */
        long run(ModelInferRequest[] requests) throws InterruptedException {
            long[] latencies = new long[bounds.roundRequests()];
            int sent = 0;
            while (sent < latencies.length && acquire(1)) {
                WarmUpTarget target = targets.get(sent % targets.size());
                send(target, requests[sent / targets.size() % requests.length], latencies, sent);
                sent++;
            }
            boolean allAnswered = acquire(bounds.concurrency());
            if (!allAnswered) {
                failures.incrementAndGet();
            }
            // Late answers may still write, and a request without an answer has no latency yet.
            return Math.round(Arrays.stream(latencies)
                    .filter(nanos -> nanos > 0)
                    .average()
                    .orElse((double) bounds.nanosMax()));
        }

        private void send(WarmUpTarget target, ModelInferRequest request, long[] latencies, int index) {
            long startNanos = clock.getAsLong();
            CompletableFuture<ModelInferResponse> unused = target.infer(request).whenComplete((response, failure) -> {
                latencies[index] = clock.getAsLong() - startNanos;
                if (failure != null) {
                    failures.incrementAndGet();
                }
                room.release();
            });
        }

        private boolean acquire(int permits) throws InterruptedException {
            return room.tryAcquire(permits, Math.max(0, endNanos - clock.getAsLong()), TimeUnit.NANOSECONDS);
        }
    }
}
