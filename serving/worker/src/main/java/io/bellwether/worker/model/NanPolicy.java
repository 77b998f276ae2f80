package io.bellwether.worker.model;

/** What becomes of a NaN or an infinity in a floating-point output. Each such row is counted, whatever the policy. */
public enum NanPolicy {
    /** It travels as it is wherever the way can carry it; JSON cannot and says null. */
    PASS,
    /** It is a missing value on every way: null in JSON, and NaN in raw bytes, infinities too. */
    NULL,
    /** The request that it belongs to fails; others of its batch do not. */
    ERROR
}
