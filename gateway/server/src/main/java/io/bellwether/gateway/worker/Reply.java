package io.bellwether.gateway.worker;

import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.oip.ModelInferResponse;

/** What became of a forwarded request. */
public sealed interface Reply {

    /**
     * The worker's answer.
     *
     * @param response for the client, with its outputs raw
     * @param account what the worker measured for it
     */
    record Answered(ModelInferResponse response, Account account) implements Reply {}

    /**
     * There is no answer.
     *
     * @param reason why
     * @param message one sentence for the client
     * @param started false only if it is certain that no worker began to work on it
     */
    record Failed(FailureReason reason, String message, boolean started) implements Reply {}
}
