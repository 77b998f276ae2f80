package io.bellwether.batching.simulation;

/** How a request ended. Each has exactly one. */
public enum Outcome {
    /** Answered before its deadline. */
    ON_TIME,
    /** Computed, but its deadline was over by then: nobody gets the answer. */
    LATE,
    /** Told on arrival that it will not be served. */
    REFUSED,
    /** Taken out of the queue, or not run again after a failure, because it cannot be in time or costs others too much. */
    DROPPED,
    /** Its client left before it was answered. */
    CANCELLED,
    /** The program threw on it alone, or the device crashed while it waited or ran. */
    FAILED
}
