package io.bellwether.statistics;

/** An e-process about events of the candidate relative to those of the control arm, slot by slot. */
sealed interface RatioProcess permits ConditionalEProcess, RareEventEProcess {
    /** Adds one slot. */
    void add(EventTable table);

    /** Begins once more beside what was added before, with a stake relative to the first; see {@link LateOnsets}. */
    void beginAgain(double logStake);

    /** The natural logarithm of the e-value. */
    double logE();

    /** The state: one logarithm for each alternative. */
    double[] logComponents();

    /** Takes the place of another process with the same alternatives. */
    void restore(double[] components);
}
