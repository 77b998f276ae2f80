package io.bellwether.gateway.feedback;

import io.bellwether.controlapi.log.Outcome;
import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.evidence.Evidence;
import io.bellwether.gateway.evidence.Told;
import io.bellwether.gateway.feedback.FeedbackWindow.Joined;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.telemetry.ToldScale;
import io.bellwether.telemetry.events.Feedback;

/**
 * Where numbers that applications tell become evidence: joined by request id to the arm that answered, and counted in the
 * present slot. One short lock; any thread may call.
 */
public final class OutcomeBook {
    private static final long MILLIS_PER_SLOT = 1_000;
    private static final double TWO_TO_53 = 0x1p53;

    private final Evidence evidence;
    private final Timekeeper time;
    private final GatewayMetrics metrics;
    private final FeedbackWindow<Assigned> window;

    /**
     * @param awaitedMax requests of which something may still be told
     * @param waitMillisMax how long after the answer
     */
    public OutcomeBook(Evidence evidence, Timekeeper time, GatewayMetrics metrics, int awaitedMax, long waitMillisMax) {
        this.evidence = evidence;
        this.time = time;
        this.metrics = metrics;
        this.window = new FeedbackWindow<>(awaitedMax, waitMillisMax);
    }

    /** A request of a compared arm was answered well. */
    public void answered(String model, String requestId, Assigned assigned) {
        synchronized (window) {
            window.remember(model, requestId, assigned, time.epochMillis());
        }
    }

    /** Feedback has come, about a request of this gateway or of another one; without numbers it says nothing here. */
    public void heard(Feedback feedback) {
        if (feedback.getOutcomesCount() == 0) {
            return;
        }
        Joined<Assigned> joined;
        synchronized (window) {
            joined = window.join(feedback.getModel(), feedback.getRequestId(), time.epochMillis());
        }
        if (joined instanceof Joined.Known<Assigned> known) {
            count(feedback, known.known());
            metrics.onFeedback("outcome", "joined");
        } else if (joined instanceof Joined.Refused<Assigned> refused) {
            metrics.onFeedback("outcome", refused.why().label());
        }
    }

    private void count(Feedback feedback, Assigned assigned) {
        long slot = Math.floorDiv(time.epochMillis(), MILLIS_PER_SLOT);
        for (Outcome outcome : assigned.declared()) {
            Double value = feedback.getOutcomesMap().get(outcome.getName());
            if (value != null && !Double.isNaN(value)) {
                double chance = chance(feedback.getRequestId(), outcome.getName());
                evidence.count(feedback.getModel(), slot, told(assigned, outcome, value, chance));
            }
        }
    }

    /** A number between two steps becomes one of them by chance, so that the mean stays what it is. */
    static Told told(Assigned assigned, Outcome outcome, double value, double chance) {
        double place = (value - outcome.getLeast()) / (outcome.getMost() - outcome.getLeast());
        double exact = ToldScale.STEPS * Math.max(0, Math.min(1, place));
        int below = (int) Math.floor(exact);
        int step = Math.min(ToldScale.STEPS, chance < exact - below ? below + 1 : below);
        return new Told(
                assigned.rolloutId(),
                assigned.version(),
                assigned.arm(),
                outcome.getName(),
                step,
                place < 0 || place > 1);
    }

    /** From 0 to below 1, of the id alone, so that whoever counts it again counts the same: FNV-1a and MurmurHash3's end. */
    private static double chance(String requestId, String name) {
        long hash = 0xcbf29ce484222325L;
        String text = name + ' ' + requestId;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        hash ^= hash >>> 33;
        return (hash >>> 11) / TWO_TO_53;
    }
}
