package io.bellwether.statistics;

/**
 * How fast evidence grows while a given truth holds, before any of it is collected: mean and variance of the logarithm of
 * the best bet, for one unit of traffic. What a mixture over alternatives costs is {@link Forecast}'s.
 *
 * @param nats mean growth of ln E for one unit, at least 0
 * @param variance variance of the growth for one unit, at least 0
 */
public record EvidenceRate(double nats, double variance) {
    /** No evidence grows. */
    public static final EvidenceRate NONE = new EvidenceRate(0, 0);

    private static final int BISECTIONS = 200;

    public EvidenceRate {
        if (!(nats >= 0 && variance >= 0 && nats < Double.POSITIVE_INFINITY && variance < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "a rate has finite nats and variance of at least 0, got " + nats + " and " + variance);
        }
    }

    /**
     * For {@link ConditionalEProcess}: {@code min over the null of rho KL(p1, a) + (1-rho) KL(p0, b)} with
     * {@code odds(a) = m odds(b)}, a unit of either arm. Where the events of a slot are few it is that of the events alone.
     *
     * @param controlShare {@code p0}, the share of events in the control, strictly between 0 and 1
     * @param oddsRatio the true odds ratio; above the margin the rate is that of harm, below that of safety
     * @param oddsMargin {@code m}, above 0
     * @param candidateShare {@code rho}, the share of the units that are the candidate's, strictly between 0 and 1
     */
    public static EvidenceRate ofOdds(double controlShare, double oddsRatio, double oddsMargin, double candidateShare) {
        require(strictlyInside(controlShare) && strictlyInside(candidateShare), "shares lie strictly between 0 and 1");
        require(oddsRatio > 0 && oddsRatio < 1e9 && oddsMargin > 0 && oddsMargin < 1e9, "odds ratios lie above 0");
        double logit0 = Math.log(controlShare / (1 - controlShare));
        double logit1 = logit0 + Math.log(oddsRatio);
        double logMargin = Math.log(oddsMargin);
        double events = candidateShare * logistic(logit1) + (1 - candidateShare) * controlShare;
        double low = Math.min(logit0, logit1 - logMargin);
        double high = Math.max(logit0, logit1 - logMargin);
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = 0.5 * (low + high);
            double expected = candidateShare * logistic(middle + logMargin) + (1 - candidateShare) * logistic(middle);
            if (expected < events) {
                low = middle;
            } else {
                high = middle;
            }
        }
        EvidenceRate candidate = ofLogits(logit1, low + logMargin);
        EvidenceRate control = ofLogits(logit0, low);
        return new EvidenceRate(
                candidateShare * candidate.nats + (1 - candidateShare) * control.nats,
                candidateShare * candidate.variance + (1 - candidateShare) * control.variance);
    }

    /**
     * For {@link BernoulliEProcess}: {@code KL(p, a)} for one unit of the arm.
     *
     * @param share {@code p}, the true share of events, strictly between 0 and 1
     * @param floor {@code a}
     */
    public static EvidenceRate ofShare(double share, double floor) {
        require(strictlyInside(share) && strictlyInside(floor), "shares lie strictly between 0 and 1");
        return ofLogits(Math.log(share / (1 - share)), Math.log(floor / (1 - floor)));
    }

    /**
     * For {@link PairedEvidence}, one pair: the best bet on the excess beyond the margin, in either direction.
     *
     * @param onlyControlWrong share of the pairs
     * @param onlyCandidateWrong share of the pairs
     * @param margin in shares of all pairs
     */
    public static EvidenceRate ofPairs(double onlyControlWrong, double onlyCandidateWrong, double margin) {
        require(
                onlyControlWrong >= 0 && onlyCandidateWrong >= 0 && onlyControlWrong + onlyCandidateWrong <= 1,
                "shares of pairs are at least 0 and sum to at most 1");
        require(margin >= 0 && margin < 0.5, "a margin in pairs lies between 0 and 1/2");
        double sign = onlyCandidateWrong - onlyControlWrong >= margin ? 1 : -1;
        double[] gains = {-sign * margin, sign * (-1 - margin), sign * (1 - margin)};
        double[] chances = {1 - onlyControlWrong - onlyCandidateWrong, onlyControlWrong, onlyCandidateWrong};
        double low = 0;
        double high = 0.9 / (1 + sign * margin);
        for (int i = 0; i < BISECTIONS; i++) {
            double middle = 0.5 * (low + high);
            double slope = 0;
            for (int j = 0; j < gains.length; j++) {
                slope += chances[j] * gains[j] / (1 + middle * gains[j]);
            }
            if (slope > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        double nats = 0;
        double square = 0;
        for (int j = 0; j < gains.length; j++) {
            double growth = Math.log1p(low * gains[j]);
            nats += chances[j] * growth;
            square += chances[j] * growth * growth;
        }
        return new EvidenceRate(Math.max(0, nats), Math.max(0, square - nats * nats));
    }

    /**
     * For {@link BoundedBetting}, one value: {@code lambda m - lambda^2 (v + m^2)/2} with
     * {@code lambda = min(m/(v + m^2), 1/(2b))}; close where the bet is small compared with the values.
     *
     * @param mean {@code m}, the true mean; no evidence grows where it is not positive
     * @param variance {@code v} of the values, at least 0
     * @param bound {@code b}, above 0: values are at least {@code -b}
     */
    public static EvidenceRate ofMean(double mean, double variance, double bound) {
        require(variance >= 0 && bound > 0, "a variance is at least 0 and a bound above 0");
        if (mean <= 0) {
            return NONE;
        }
        double square = variance + mean * mean;
        double bet = Math.min(mean / square, 0.5 / bound);
        return new EvidenceRate(bet * mean - bet * bet * square / 2, bet * bet * variance);
    }

    /** {@code KL} between two coins, and the variance of its terms, by the logarithms of their odds. */
    private static EvidenceRate ofLogits(double truth, double hypothesis) {
        double p = logistic(truth);
        double difference = truth - hypothesis;
        double nats = p * difference + log1pExp(hypothesis) - log1pExp(truth);
        return new EvidenceRate(Math.max(0, nats), p * (1 - p) * difference * difference);
    }

    private static double logistic(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }

    private static double log1pExp(double logit) {
        return Math.max(0, logit) + Math.log1p(Math.exp(-Math.abs(logit)));
    }

    private static boolean strictlyInside(double share) {
        return share > 0 && share < 1;
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("a rate cannot be foretold: " + rule);
        }
    }
}
