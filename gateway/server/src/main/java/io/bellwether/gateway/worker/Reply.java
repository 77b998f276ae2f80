package io.bellwether.gateway.worker;

import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.oip.ModelInferResponse;

/** What became of a forwarded request. */
public sealed interface Reply {

    /**
     * The worker's answer, hop parameters included.
     *
     * @param response with its outputs raw
     */
    record Answered(ModelInferResponse response) implements Reply {}

    /**
     * There is no answer.
     *
     * @param reason why
     * @param message one sentence for the client
     * @param started false only if it is certain that no worker began to work on it: it may be sent again
     */
    record Failed(FailureReason reason, String message, boolean started) implements Reply {}
}
