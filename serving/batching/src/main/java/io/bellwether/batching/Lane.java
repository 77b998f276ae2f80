package io.bellwether.batching;

/**
 * The two queues of a model version. Requests that are compared with another version's never share a batch with the rest:
 * how large a batch gets depends on how much traffic a lane has, so compared arms must batch alike.
 */
public enum Lane {
    /** Requests of the control and the candidate arm. */
    COMPARED,
    /** All others. */
    REST
}
