package io.bellwether.gateway.feedback;

import io.bellwether.telemetry.events.Feedback;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A feedback log in memory, which may be away. */
public final class RememberedFeedback implements FeedbackLog {
    public final List<Feedback> stored = new ArrayList<>();
    public volatile Optional<String> problem = Optional.empty();

    @Override
    public synchronized CompletionStage<Optional<String>> append(List<Feedback> feedback) {
        if (problem.isEmpty()) {
            stored.addAll(feedback);
        }
        return CompletableFuture.completedFuture(problem);
    }
}
