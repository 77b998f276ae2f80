package io.bellwether.worker.trial;

/** How much of the machine a process for trials may take from what serves. */
public enum Urgency {
    /** Nothing: it runs when nobody else wants a processor, and stands still on a machine without a pause. */
    NONE,
    /** Little: it gives way, and still gets a tenth of a processor where there is nothing to spare. */
    LITTLE
}
