package io.bellwether.batching;

/** Whether a request may wait in the queue. A refused request is never run; the caller answers it at once. */
public sealed interface Admission {

    /** It waits now, and will come out exactly once: in a batch, as expired, as sacrificed, by a cancellation or a drain. */
    record Admitted() implements Admission {}

    /**
     * It does not wait.
     *
     * @param reason why
     * @param retryAfterNanos when a new attempt has a chance, an estimate; 0 where trying again cannot help
     * @param explanation a sentence for the client
     */
    record Refused(Reason reason, long retryAfterNanos, String explanation) implements Admission {}

    /** Why a request was refused. */
    enum Reason {
        /** As many requests wait as may wait. */
        QUEUE_FULL,
        /** Its deadline is already over. */
        DEADLINE_PASSED,
        /** It carries more items than the largest batch. */
        TOO_LARGE,
        /** What waits before it and its own run take longer than its deadline allows. */
        UNATTAINABLE
    }
}
