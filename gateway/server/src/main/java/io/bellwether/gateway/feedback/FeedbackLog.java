package io.bellwether.gateway.feedback;

import io.bellwether.telemetry.events.Feedback;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where feedback is written, for the gateway that has answered the request to read. */
public interface FeedbackLog {
    /**
     * Appends all of them. Returns at once.
     *
     * @return completes, never exceptionally, with why they are not all stored, in words for the caller; empty if they are
     */
    CompletionStage<Optional<String>> append(List<Feedback> feedback);
}
