package io.bellwether.worker.golden;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.warmup.WarmUpTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends the golden requests of a version to it and compares the answers with the expected ones.
 */
public final class GoldenCheck {
    private final WarmUpTarget target;
    private final String token;
    private final ProtocolLimits limits;
    private final long nanosMax;

    /**
     * @param token marks the requests as our own
     * @param nanosMax longest wait for one answer
     */
    public GoldenCheck(WarmUpTarget target, String token, ProtocolLimits limits, long nanosMax) {
        this.target = target;
        this.token = token;
        this.limits = limits;
        this.nanosMax = nanosMax;
    }

    /** What is wrong with the first answer that is; empty when all are right or there are none. */
    public Optional<String> firstFailure(Loadable files) throws InterruptedException {
        try {
            for (Path request : GoldenCase.requests(files)) {
                Optional<String> failure = failure(files, request);
                if (failure.isPresent()) {
                    return failure.map(text -> "golden request " + GoldenCase.name(request) + ": " + text);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("its golden requests cannot be read; check that the files are there and permitted");
        }
    }

    private Optional<String> failure(Loadable files, Path requestFile) throws IOException, InterruptedException {
        Decoded<GoldenCase> read = GoldenCase.read(files, requestFile, limits);
        if (read instanceof Decoded.Refused<GoldenCase> refused) {
            return Optional.of(refused.refusal().message());
        }
        GoldenCase one = ((Decoded.Valid<GoldenCase>) read).value();
        return compare(one.request(), one.expected(), files.spec().hosting().goldenTolerance());
    }

    private Optional<String> compare(ModelInferRequest request, ModelInferResponse expected, double tolerance)
            throws InterruptedException {
        ModelInferRequest marked = request.toBuilder()
                .putParameters(
                        RequestAdmission.WARM_UP_PARAMETER,
                        InferParameter.newBuilder().setStringParam(token).build())
                .build();
        try {
            ModelInferResponse answer = target.infer(marked).get(nanosMax, TimeUnit.NANOSECONDS);
            return TensorComparison.difference(expected, answer, tolerance);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return Optional.of("it was refused: " + (cause == null ? "without a reason" : cause.getMessage()));
        } catch (TimeoutException e) {
            return Optional.of("it was not answered in " + TimeUnit.NANOSECONDS.toSeconds(nanosMax) + " s");
        }
    }
}
