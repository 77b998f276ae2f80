package io.bellwether.gateway.feedback;

import io.bellwether.telemetry.events.Feedback;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Of a gateway without Kafka. */
public final class AbsentFeedbackLog implements FeedbackLog {
    @Override
    public CompletionStage<Optional<String>> append(List<Feedback> feedback) {
        return CompletableFuture.completedFuture(
                Optional.of("this gateway has no Kafka to keep feedback in; set gateway.kafka.bootstrap"));
    }
}
