package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Command;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The control log of a gateway without Kafka: takes nothing and says what to do. */
public final class AbsentControlLog implements ControlLog {
    @Override
    public CompletionStage<Long> append(Command command) {
        return CompletableFuture.failedFuture(new NotStored(
                "this gateway runs without a control log; set gateway.kafka.bootstrap and start it again"));
    }

    @Override
    public boolean reachable() {
        return false;
    }
}
