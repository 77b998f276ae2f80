package io.bellwether.benchmark.trace;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What users meet when the candidate has all the traffic. */
public final class AfterPromotion {
    private AfterPromotion() {}

    /**
     * The 99th percentile of the latency in the last second of some seconds in which the candidate answers everything, in
     * milliseconds; the load is that at the end of the rollout.
     */
    public static double p99Millis(Scenario scenario, long seed, int seconds) {
        SplittableRandom random = new SplittableRandom(seed);
        Effect effect = scenario.effect().since(Long.MIN_VALUE);
        Arm arm = Trace.arm(scenario, effect, Clients.NOBODY, new double[] {1}, random.split());
        ArmSlot last = new ArmSlot();
        for (int second = 0; second < seconds; second++) {
            int arrivals = Draw.poisson(random, scenario.traffic().perSecond(1));
            Moment moment = new Moment(
                    second,
                    scenario.disturbance().errorShare(),
                    scenario.disturbance().loadFactor());
            last = arm.answer(moment, arrivals);
        }
        double[] millis = new double[last.requests()];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = last.latencyMillis(i);
        }
        Arrays.sort(millis);
        return millis.length == 0 ? Double.NaN : millis[(int) Math.ceil(0.99 * millis.length) - 1];
    }
}
