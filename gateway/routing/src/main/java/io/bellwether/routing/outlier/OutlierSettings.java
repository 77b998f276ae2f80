package io.bellwether.routing.outlier;

/**
 * When a member is an outlier, and what follows.
 *
 * @param shortLooks looks of the short window, which finds what has just broken, 1 or more
 * @param longLooks looks of the long window, which finds it at low rates, at least as many
 * @param failedShareMin a member that fails less often than this is no outlier, in (0, 1)
 * @param ratioMin a member that fails less than this many times as often as the others is no outlier, 1 or more
 * @param evidenceMin natural logarithm of the odds against an accident that one look asks for, above 0
 * @param outShareMax share of the members that may be out at once, in [0, 1): the rest can be no outliers, whatever happens
 * @param outNanosMin how long a member stays out the first time, above 0; each further time twice as long
 * @param outNanosMax longest time out, at least {@code outNanosMin}; after as long without another one all is forgiven
 * @param trialAnswers good answers in a row that end a trial, 1 or more; one failure ends it too
 */
public record OutlierSettings(
        int shortLooks,
        int longLooks,
        double failedShareMin,
        double ratioMin,
        double evidenceMin,
        double outShareMax,
        long outNanosMin,
        long outNanosMax,
        int trialAnswers) {

    /** With a look a second; odds of a million to one for each. */
    public static final OutlierSettings DEFAULT =
            new OutlierSettings(5, 30, 0.1, 2, 6 * Math.log(10), 0.5, 10_000_000_000L, 300_000_000_000L, 5);

    public OutlierSettings {
        check(shortLooks >= 1, "shortLooks", shortLooks, "1 or more");
        check(longLooks >= shortLooks, "longLooks", longLooks, "at least shortLooks, " + shortLooks);
        check(failedShareMin > 0 && failedShareMin < 1, "failedShareMin", failedShareMin, "between 0 and 1");
        check(ratioMin >= 1, "ratioMin", ratioMin, "1 or more");
        check(evidenceMin > 0, "evidenceMin", evidenceMin, "above 0");
        check(outShareMax >= 0 && outShareMax < 1, "outShareMax", outShareMax, "0 or more and below 1");
        check(outNanosMin >= 1, "outNanosMin", outNanosMin, "1 or more");
        check(outNanosMax >= outNanosMin, "outNanosMax", outNanosMax, "at least outNanosMin, " + outNanosMin);
        check(trialAnswers >= 1, "trialAnswers", trialAnswers, "1 or more");
    }

    private static void check(boolean right, String name, Object value, String expected) {
        if (!right) {
            throw new IllegalArgumentException("outliers: " + name + " is " + value + ", expected " + expected);
        }
    }

    /** The same with another largest share of members out; 0 takes nobody out. */
    public OutlierSettings withOutShareMax(double share) {
        return new OutlierSettings(
                shortLooks,
                longLooks,
                failedShareMin,
                ratioMin,
                evidenceMin,
                share,
                outNanosMin,
                outNanosMax,
                trialAnswers);
    }

    /** How long a member is out that has been out before. */
    long outNanos(int timesBefore) {
        // Shifted no further than a long allows; the longest time comes first.
        return Math.min(outNanosMax, outNanosMin << Math.min(timesBefore, Long.numberOfLeadingZeros(outNanosMin) - 1));
    }
}
