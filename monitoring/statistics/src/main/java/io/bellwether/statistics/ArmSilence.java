package io.bellwether.statistics;

/**
 * Whether one arm has fallen silent: the units so far end in a run of one arm that the coin of the assignment would produce
 * less than once in a million. It is known before the next slot. Not thread-safe.
 */
final class ArmSilence {
    private static final double LOG_SILENCE = Math.log(1e-6);

    private boolean lastCandidate;
    private double logRun;

    boolean isSilent() {
        return logRun < LOG_SILENCE;
    }

    /**
     * Notes the units of a slot.
     *
     * @param share the probability of being in the candidate arm
     */
    void note(int control, int candidates, double share) {
        if (candidates > 0 && control > 0) {
            logRun = 0;
        } else if (candidates + control > 0) {
            boolean candidate = candidates > 0;
            double logChance = (candidates + control) * Math.log(candidate ? share : 1 - share);
            logRun = candidate == lastCandidate ? logRun + logChance : logChance;
            lastCandidate = candidate;
        }
    }

    void write(StateWriter out) {
        out.writeLong(lastCandidate ? 1 : 0);
        out.writeDouble(logRun);
    }

    void read(StateReader in) {
        lastCandidate = in.readLong() == 1;
        logRun = in.readDouble();
    }
}
