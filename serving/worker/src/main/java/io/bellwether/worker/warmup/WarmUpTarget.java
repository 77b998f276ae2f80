package io.bellwether.worker.warmup;

import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.util.concurrent.CompletableFuture;

/** Takes synthetic requests. */
public interface WarmUpTarget {
    /** Sends one request; the future fails when it is refused. */
    CompletableFuture<ModelInferResponse> infer(ModelInferRequest request);
}
