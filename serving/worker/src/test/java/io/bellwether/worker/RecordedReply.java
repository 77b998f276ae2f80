package io.bellwether.worker;

import io.bellwether.protocol.Account;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.lane.Reply;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A reply that remembers everything it was told. */
public final class RecordedReply implements Reply {
    private final List<ModelInferResponse> responses = Collections.synchronizedList(new ArrayList<>());
    private final List<Account> accounts = Collections.synchronizedList(new ArrayList<>());
    private final List<Refusal> refusals = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void succeeded(ModelInferResponse response, Account account) {
        accounts.add(account);
        responses.add(response);
    }

    @Override
    public void refused(Refusal refusal) {
        refusals.add(refusal);
    }

    public int answers() {
        return responses.size() + refusals.size();
    }

    public boolean hasResult() {
        return !responses.isEmpty();
    }

    public ModelInferResponse response() {
        return responses.get(0);
    }

    public Refusal refusal() {
        return refusals.get(0);
    }

    public Account account() {
        return accounts.get(0);
    }
}
