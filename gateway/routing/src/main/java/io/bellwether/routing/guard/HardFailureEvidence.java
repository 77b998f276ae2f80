package io.bellwether.routing.guard;

/**
 * Whether the candidate of one rollout fails hard: both more often than a floor, and more often than the stable version at
 * the same time.
 *
 * <p>Two e-processes ({@link RestartedMixture}): one against "in every slice the candidate's odds of failing are not higher
 * than those of the stable version", whose level is 1/alpha, and one against "in every slice at most the floor's share of its
 * requests fail", whose level is 1/{@value #FLOOR_ALPHA}. Both must reach their level. So a candidate that is no worse than
 * the stable version is taken back with a probability of at most alpha over the whole rollout, whatever the traffic, the base
 * rate, the weight and their changes; an outage of both arms, at any share, is no hard failure. A candidate that is worse, but
 * fails no more than the floor, is left to monitoring but for a probability of {@value #FLOOR_ALPHA}: a cheaper mistake, at
 * which hard failures are found two requests sooner.
 *
 * <p>Slices end at the caller's ticks and when both arms together have had enough requests, which does not look at who
 * failed; the keys of a rollout fall into its arms at random. Slices in which one arm was not answered say nothing.
 *
 * <p>At least three slices with failures are needed, because of what one may count, {@value #FAILURES_MIN} failed requests,
 * and {@link GuardSettings#keysMin} keys.
 *
 * <p>Source of the conditional test: Lindon and Malek, "Anytime-valid inference for multinomial count data" (2022); of the
 * restarts: the sums over starting times of Shin, Ramdas and Rinaldo, "E-detectors" (2023), here with weights that add up to
 * 1, so that the bound is on the whole rollout and not on its average length.
 */
final class HardFailureEvidence {

    /** Shares of failures that are looked for; those at or below the floor are left out. */
    private static final double[] RATES = {0.2, 0.3, 0.5, 0.8, 0.99};
    /** Failing odds, as multiples of the stable version's. */
    private static final double[] RATIOS = {3, 10, 100, 1_000};
    /** Slices that it takes at least. */
    private static final int SLICES_MIN = 3;
    /** Failed requests that it takes at least. */
    private static final int FAILURES_MIN = 5;
    /** Probability that a candidate below the floor is taken back, if it is worse than the stable version. */
    private static final double FLOOR_ALPHA = 0.01;
    /** Less evidence than this is none. */
    private static final double LOG_NOTHING = Math.log(2);
    /** How far above the level evidence may grow: an old outage is forgotten after some tens of requests served well. */
    private static final double LOG_VALUE_BEYOND = Math.log(10);

    private final GuardSettings settings;
    private final double logLevelControl;
    private final double logLevelFloor;
    private final double[] rates;
    private final double[] logRatios;
    private final double[] logFloors;
    private final RestartedMixture control;
    private final RestartedMixture floor;
    private SliceCounts open = SliceCounts.NONE;
    private SliceCounts seen = SliceCounts.NONE;

    HardFailureEvidence(GuardSettings settings) {
        this.settings = settings;
        this.logLevelControl = -Math.log(settings.alpha());
        this.logLevelFloor = -Math.log(Math.max(settings.alpha(), FLOOR_ALPHA));
        this.rates = above(settings.failureFloor());
        this.logFloors = new double[rates.length];
        this.logRatios = new double[RATIOS.length];
        // Two slices alone stay below the level against the stable version: all that began was worth less than 1.
        double logSliceMax = logLevelControl / (SLICES_MIN - 1);
        this.floor = new RestartedMixture(halving(rates.length), logSliceMax, logLevelFloor + LOG_VALUE_BEYOND);
        this.control = new RestartedMixture(halving(RATIOS.length), logSliceMax, logLevelControl + LOG_VALUE_BEYOND);
    }

    /**
     * More requests were answered, and a tick has passed.
     *
     * @return whether the candidate fails hard
     */
    boolean add(SliceCounts counts) {
        open = open.plus(counts);
        if (open.total() < settings.sliceRequestsMin()) {
            return false;
        }
        SliceCounts slice = open;
        open = SliceCounts.NONE;
        return slice.candidate() > 0 && slice.stable() > 0 && close(slice);
    }

    /** Requests of which the weights changed are not compared with one another. */
    void forgetOpenSlice() {
        open = SliceCounts.NONE;
    }

    Trip trip(String rolloutId) {
        return new Trip(rolloutId, seen, floor.logEvidence(), control.logEvidence());
    }

    private boolean close(SliceCounts slice) {
        seen = seen.plus(slice);
        for (int i = 0; i < rates.length; i++) {
            logFloors[i] = FailureLikelihood.logFloor(
                    slice.candidateFailed(), slice.candidateGood(), rates[i], settings.failureFloor());
        }
        for (int i = 0; i < RATIOS.length; i++) {
            logRatios[i] = FailureLikelihood.logOdds(slice, RATIOS[i]);
        }
        floor.multiply(logFloors);
        control.multiply(logRatios);
        if (isHard()) {
            return true;
        }
        if (control.logEvidence() < LOG_NOTHING) {
            // No evidence: whoever failed before has no part in what comes.
            seen = SliceCounts.NONE;
        }
        if (slice.candidateFailed() > 0) {
            floor.beginAgain();
            control.beginAgain();
        }
        return false;
    }

    private boolean isHard() {
        return floor.logEvidence() >= logLevelFloor
                && control.logEvidence() >= logLevelControl
                && seen.candidateFailed() >= FAILURES_MIN
                && Long.bitCount(seen.failedKeys()) >= settings.keysMin();
    }

    private static double[] above(double floor) {
        int first = 0;
        while (first < RATES.length - 1 && RATES[first] <= floor) {
            first++;
        }
        double[] rates = new double[RATES.length - first];
        System.arraycopy(RATES, first, rates, 0, rates.length);
        // A floor beyond all of them still has something above it.
        rates[rates.length - 1] = Math.max(rates[rates.length - 1], (1 + floor) / 2);
        return rates;
    }

    /** The last alternative, of a candidate that fails everything, has half of the weight, the others share the rest. */
    private static double[] halving(int alternatives) {
        double[] weights = new double[alternatives];
        for (int i = 0; i < alternatives - 1; i++) {
            weights[i] = 0.5 / (alternatives - 1);
        }
        weights[alternatives - 1] = alternatives == 1 ? 1 : 0.5;
        return weights;
    }
}
