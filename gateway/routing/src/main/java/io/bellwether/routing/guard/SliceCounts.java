package io.bellwether.routing.guard;

/**
 * What a gateway answered in a slice of time, of one rollout. Requests that say nothing about a version (a client's mistake,
 * shed load, a version that the client named) are in no count.
 *
 * @param candidateGood answers of the candidate that were served well
 * @param candidateErrors requests that the candidate, or its worker, failed
 * @param candidateTimeouts requests that the candidate did not answer in time
 * @param candidateNonfinite answers of the candidate that held a NaN or an infinity
 * @param stableGood answers of the stable version that were served well
 * @param stableFailed requests to the stable version that failed in any of these ways
 * @param failedKeys which keys the candidate failed: bit {@link #keyBit} of each
 */
public record SliceCounts(
        long candidateGood,
        long candidateErrors,
        long candidateTimeouts,
        long candidateNonfinite,
        long stableGood,
        long stableFailed,
        long failedKeys) {

    /** Bits in which failed keys are told apart. */
    public static final int KEY_BITS = 64;

    /** Nothing was answered. */
    public static final SliceCounts NONE = new SliceCounts(0, 0, 0, 0, 0, 0, 0);

    /** The bit of a key; different keys may share one, which only makes them look like fewer. */
    public static long keyBit(String key) {
        int hash = key.hashCode() * 0x9E3779B9; // Fibonacci hashing: the upper bits depend on all of them.
        return 1L << (hash >>> 26);
    }

    /** Failed requests of the candidate. */
    public long candidateFailed() {
        return candidateErrors + candidateTimeouts + candidateNonfinite;
    }

    /** Requests of the candidate. */
    public long candidate() {
        return candidateGood + candidateFailed();
    }

    /** Requests of the stable version. */
    public long stable() {
        return stableGood + stableFailed;
    }

    /** Requests of both. */
    public long total() {
        return candidate() + stable();
    }

    /** Both slices together. */
    public SliceCounts plus(SliceCounts other) {
        return new SliceCounts(
                candidateGood + other.candidateGood,
                candidateErrors + other.candidateErrors,
                candidateTimeouts + other.candidateTimeouts,
                candidateNonfinite + other.candidateNonfinite,
                stableGood + other.stableGood,
                stableFailed + other.stableFailed,
                failedKeys | other.failedKeys);
    }
}
