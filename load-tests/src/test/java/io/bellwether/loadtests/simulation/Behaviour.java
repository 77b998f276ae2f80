package io.bellwether.loadtests.simulation;

/**
 * How a version behaves.
 *
 * @param failedShare share of its requests that it fails
 * @param nonfiniteShare share of its answers that hold a NaN
 * @param medianMillis time that it takes for one
 */
record Behaviour(double failedShare, double nonfiniteShare, double medianMillis) {
    static final Behaviour GOOD = new Behaviour(0.002, 0, 6);
    static final Behaviour FAILING = new Behaviour(0.7, 0, 6);
    static final Behaviour NONFINITE = new Behaviour(0.002, 0.8, 6);
    static final Behaviour SLOW = new Behaviour(0.002, 0, 900);
}
