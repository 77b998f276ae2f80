package io.bellwether.benchmark.trace;

/**
 * How many requests come, and to whom they go.
 *
 * @param requestsPerMinute mean at the beginning
 * @param growthShare relative growth of rate over the whole trace: 0.28 ends 28 % higher
 * @param diurnalShare amplitude of a sine of the length of the trace, relative to the mean
 * @param retryShare share of failed requests that come once more, a second later, to an arm drawn anew
 * @param weightFirst candidate's share of the traffic at the beginning, at most 1/2
 * @param weightLast the same at the end; between the two it rises in a straight line
 * @param entities clients of a split by client; 0 for a split by request
 */
public record Traffic(
        double requestsPerMinute,
        double growthShare,
        double diurnalShare,
        double retryShare,
        double weightFirst,
        double weightLast,
        int entities) {
    /** A tenth of a steady traffic, split by request. */
    public static Traffic steady(double requestsPerMinute) {
        return new Traffic(requestsPerMinute, 0, 0, 0, 0.1, 0.1, 0);
    }

    /** Load that grows and swings while the weight rises. */
    public Traffic restless(double growth, double diurnal, double weightFrom, double weightTo) {
        return new Traffic(requestsPerMinute, growth, diurnal, retryShare, weightFrom, weightTo, entities);
    }

    /** The same with retries. */
    public Traffic retrying(double share) {
        return new Traffic(requestsPerMinute, growthShare, diurnalShare, share, weightFirst, weightLast, entities);
    }

    /** The same, split by client. */
    public Traffic sticky(int clients) {
        return new Traffic(requestsPerMinute, growthShare, diurnalShare, retryShare, weightFirst, weightLast, clients);
    }

    /** Requests per second at a time between 0 (the beginning) and 1 (the end). */
    double perSecond(double time) {
        return requestsPerMinute / 60 * (1 + growthShare * time) * (1 + diurnalShare * Math.sin(2 * Math.PI * time));
    }

    double weight(double time) {
        return weightFirst + (weightLast - weightFirst) * time;
    }
}
