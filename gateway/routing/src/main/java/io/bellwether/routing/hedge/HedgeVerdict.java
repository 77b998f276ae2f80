package io.bellwether.routing.hedge;

/** Whether a copy goes, and why not. */
public enum HedgeVerdict {
    /** It goes, and is paid for. */
    GOES,
    /** There is much to do already: a copy would make it more. */
    BUSY,
    /** No other worker is fit for it. */
    NO_WORKER,
    /** A copy of this version was lost with its worker a short while ago: whatever ended that worker shall not end two again. */
    PAUSED,
    /** As many copies were sent as may be. */
    NO_BUDGET
}
