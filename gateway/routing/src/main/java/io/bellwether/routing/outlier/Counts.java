package io.bellwether.routing.outlier;

/**
 * What became of a member's requests.
 *
 * @param judged requests that tell something about the member: answered, or failed by its fault
 * @param failed those of them that failed
 */
public record Counts(long judged, long failed) {
    static final Counts NONE = new Counts(0, 0);

    public Counts {
        if (failed < 0 || failed > judged) {
            throw new IllegalArgumentException("counts: " + failed + " failed of " + judged + " judged requests");
        }
    }

    Counts plus(Counts other) {
        return new Counts(judged + other.judged, failed + other.failed);
    }

    /** What was added since an earlier reading of the same counters. */
    Counts since(Counts earlier) {
        return new Counts(judged - earlier.judged, failed - earlier.failed);
    }

    double failedShare() {
        return judged == 0 ? 0 : (double) failed / judged;
    }
}
