package io.bellwether.worker.warmup;

import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.WarmUpSample;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends the warm-up samples of a version to it, each as often as it says, one after the other. */
public final class SampleCheck {
    private final WarmUpTarget target;
    private final String token;
    private final long nanosMax;

    /**
     * @param token marks the requests as our own
     * @param nanosMax longest wait for one answer
     */
    public SampleCheck(WarmUpTarget target, String token, long nanosMax) {
        this.target = target;
        this.token = token;
        this.nanosMax = nanosMax;
    }

    /** Why the first sample that is not answered is not; empty when all are or there are none. */
    public Optional<String> firstFailure(Loadable files) throws InterruptedException {
        for (WarmUpSample sample : files.spec().hosting().warmUp()) {
            ModelInferRequest request = request(files, sample);
            for (int i = 0; i < sample.count(); i++) {
                Optional<String> failure = failure(request);
                if (failure.isPresent()) {
                    return failure.map(text -> "warm-up sample " + sample.name() + ": " + text);
                }
            }
        }
        return Optional.empty();
    }

    private ModelInferRequest request(Loadable files, WarmUpSample sample) {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder()
                .setModelName(files.model())
                .setModelVersion(files.version())
                .putParameters(
                        RequestAdmission.WARM_UP_PARAMETER,
                        InferParameter.newBuilder().setStringParam(token).build());
        SampleRequest.add(sample, files.spec(), request);
        return request.build();
    }

    private Optional<String> failure(ModelInferRequest request) throws InterruptedException {
        try {
            ModelInferResponse unused = target.infer(request).get(nanosMax, TimeUnit.NANOSECONDS);
            return Optional.empty();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return Optional.of("it was refused: " + (cause == null ? "without a reason" : cause.getMessage()));
        } catch (TimeoutException e) {
            return Optional.of("it was not answered in " + TimeUnit.NANOSECONDS.toSeconds(nanosMax) + " s");
        }
    }
}
