package io.bellwether.worker.lane;

import io.bellwether.batching.Waiting;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.metrics.WorkerMetrics;
import java.util.List;
import java.util.OptionalLong;

/** Answers requests whose deadline passed before they ran. */
public final class Expiry {
    private Expiry() {}

    /** Answers what waits in the queue and is too late. When the next one is over; empty when nothing waits. */
    public static OptionalLong refuse(LaneQueue queue, WorkerMetrics.Version meters) {
        refuse(queue.expire(), meters);
        return queue.nextDeadlineNanos();
    }

    static void refuse(List<Waiting<InferenceCall>> expired, WorkerMetrics.Version meters) {
        tell(expired, "the deadline passed before an answer was ready", meters);
    }

    /** Answers what can only be too late, so that nobody waits for it. It counts as expired. */
    static void sacrifice(List<Waiting<InferenceCall>> sacrificed, WorkerMetrics.Version meters) {
        tell(sacrificed, "the deadline cannot be met any more", meters);
    }

    private static void tell(List<Waiting<InferenceCall>> late, String why, WorkerMetrics.Version meters) {
        if (late.isEmpty()) {
            return;
        }
        Refusal refusal = new Refusal(FailureReason.DEADLINE_EXCEEDED, "Request timeout expired: " + why);
        late.forEach(waiting -> waiting.work().refuse(refusal));
        meters.expired(
                (int) late.stream().filter(waiting -> !waiting.work().warmUp()).count());
    }
}
