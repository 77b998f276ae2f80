package io.bellwether.protocol;

/**
 * Why a request was not answered with a result. The constant's name travels to clients as is, in the header
 * {@link WireNames#HEADER_REASON} and the trailer {@link WireNames#TRAILER_REASON}; it never changes its meaning. Each
 * edge maps it to a status in one class of its own.
 */
public enum FailureReason {
    /** The request is malformed or does not fit the model. Sending it again cannot help. */
    INVALID_INPUT,
    /** The request is over a limit on size, depth or count. */
    TOO_LARGE,
    /** No such model, or no such version of it. */
    MODEL_NOT_FOUND,
    /** The model or version exists but cannot serve now. */
    NOT_READY,
    /** There is too much to do now: a queue is full, or as many requests are in flight as are served without long waits. */
    QUEUE_FULL,
    /** The tenant has sent more than its quota allows. Others are not concerned. */
    OVER_QUOTA,
    /** By the worker's forecast the answer would come after the deadline, so the request was not queued. */
    SLO_UNATTAINABLE,
    /** The deadline passed before there was an answer. */
    DEADLINE_EXCEEDED,
    /** The model's own program failed on this input. */
    MODEL_FAILED,
    /** No worker that has the version could be reached. */
    WORKER_UNAVAILABLE,
    /** The caller went away. */
    CANCELLED,
    /** A model could not be loaded; what served before goes on. */
    LOAD_FAILED,
    /** A fault of ours. */
    INTERNAL,
    /** A part of the protocol that this server does not offer. */
    UNSUPPORTED
}
