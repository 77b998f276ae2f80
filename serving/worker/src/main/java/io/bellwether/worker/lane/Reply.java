package io.bellwether.worker.lane;

import io.bellwether.protocol.Account;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferResponse;

/** Takes the one answer of a request to whoever asked. Called from any thread; must not block. */
public interface Reply {
    void succeeded(ModelInferResponse response, Account account);

    void refused(Refusal refusal);
}
