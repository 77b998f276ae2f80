package io.bellwether.worker.warmup;

import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.edge.RequestAdmission;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Requests that the worker sends to itself before anybody is served.
 *
 * @param token marks them as our own
 * @param nanosMax longest wait for one answer
 */
public record OwnRequests(WarmUpTarget target, String token, long nanosMax) {
    /** Marks a request so that it counts nowhere. */
    static void mark(ModelInferRequest.Builder request, String token) {
        request.putParameters(
                RequestAdmission.WARM_UP_PARAMETER,
                InferParameter.newBuilder().setStringParam(token).build());
    }

    /** What is wrong with the answer, by what {@code check} says of it; also when there is none. */
    public Optional<String> failure(
            ModelInferRequest.Builder request, Function<ModelInferResponse, Optional<String>> check)
            throws InterruptedException {
        mark(request, token);
        try {
            return check.apply(target.infer(request.build()).get(nanosMax, TimeUnit.NANOSECONDS));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return Optional.of("it was refused: " + (cause == null ? "without a reason" : cause.getMessage()));
        } catch (TimeoutException e) {
            return Optional.of("it was not answered in " + TimeUnit.NANOSECONDS.toSeconds(nanosMax) + " s");
        }
    }
}
