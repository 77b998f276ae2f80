package io.bellwether.telemetry;

/** The scale of numbers that applications tell: steps from the lower to the upper bound of their declared range. */
public final class ToldScale {
    /** The step that is the upper bound; 0 is the lower one. */
    public static final int STEPS = 1_000;

    private ToldScale() {}
}
