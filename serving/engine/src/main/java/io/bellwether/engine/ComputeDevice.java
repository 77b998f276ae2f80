package io.bellwether.engine;

/** Where a program runs. */
public enum ComputeDevice {
    CPU,
    /** The first GPU of the process. Loading is refused where there is none. */
    GPU
}
