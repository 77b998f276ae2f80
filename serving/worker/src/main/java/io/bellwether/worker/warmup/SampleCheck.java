package io.bellwether.worker.warmup;

import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.WarmUpSample;
import java.util.Optional;

/** Sends the warm-up samples of a version to it, each as often as it says, one after the other. */
public final class SampleCheck {
    private final OwnRequests requests;

    public SampleCheck(OwnRequests requests) {
        this.requests = requests;
    }

    /** Why the first sample that is not answered is not; empty when all are or there are none. */
    public Optional<String> firstFailure(Loadable files) throws InterruptedException {
        for (WarmUpSample sample : files.spec().hosting().warmUp()) {
            ModelInferRequest.Builder request = request(files, sample);
            for (int i = 0; i < sample.count(); i++) {
                Optional<String> failure = requests.failure(request, answer -> Optional.empty());
                if (failure.isPresent()) {
                    return failure.map(text -> "warm-up sample " + sample.name() + ": " + text);
                }
            }
        }
        return Optional.empty();
    }

    private static ModelInferRequest.Builder request(Loadable files, WarmUpSample sample) {
        ModelInferRequest.Builder request =
                ModelInferRequest.newBuilder().setModelName(files.model()).setModelVersion(files.version());
        SampleRequest.add(sample, files.spec(), request);
        return request;
    }
}
