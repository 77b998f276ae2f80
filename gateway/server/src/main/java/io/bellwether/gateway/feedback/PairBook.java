package io.bellwether.gateway.feedback;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.evidence.Pair;
import io.bellwether.gateway.feedback.FeedbackWindow.Joined;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.telemetry.events.Feedback;

/**
 * Where pairs of answers become evidence: at once by what they say, and by their label when it comes. A pair counts in the
 * present slot, whenever its request was answered. One short lock; any thread may call.
 */
public final class PairBook {
    private static final long MILLIS_PER_SLOT = 1_000;

    private final Evidence evidence;
    private final Timekeeper time;
    private final GatewayMetrics metrics;
    private final FeedbackWindow<Predicted> window;

    /**
     * @param labelsAwaitedMax requests whose label may still come
     * @param labelWaitMillisMax how long after its answer
     */
    public PairBook(
            Evidence evidence, Timekeeper time, GatewayMetrics metrics, int labelsAwaitedMax, long labelWaitMillisMax) {
        this.evidence = evidence;
        this.time = time;
        this.metrics = metrics;
        this.window = new FeedbackWindow<>(labelsAwaitedMax, labelWaitMillisMax);
    }

    /** Both answers were compared. */
    public void compared(String model, Pair pair) {
        evidence.count(model, Math.floorDiv(time.epochMillis(), MILLIS_PER_SLOT), pair);
    }

    /** Both versions have answered a request in a way that a label may confirm. */
    public void predicted(String model, String requestId, Predicted predicted) {
        synchronized (window) {
            window.remember(model, requestId, predicted, time.epochMillis());
        }
    }

    /** Feedback has come, about a request of this gateway or of another one; without a label it says nothing here. */
    public void heard(Feedback feedback) {
        if (feedback.getLabel().isEmpty()) {
            return;
        }
        Joined<Predicted> joined;
        synchronized (window) {
            joined = window.join(feedback.getModel(), feedback.getRequestId(), time.epochMillis());
        }
        if (joined instanceof Joined.Known<Predicted> known) {
            compared(feedback.getModel(), known.known().labelled(feedback.getLabel()));
            metrics.onFeedback("label", "joined");
        } else if (joined instanceof Joined.Refused<Predicted> refused) {
            metrics.onFeedback("label", refused.why().label());
        }
    }
}
