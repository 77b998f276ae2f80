package io.bellwether.benchmark.trace;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * A scenario played out from a seed, second by second. The same scenario and seed give the same seconds, whoever looks at
 * them: judges never feed back into a trace, so all of them see the same traffic.
 */
public final class Trace implements Iterator<TraceSlot> {
    private static final int HISTORY_SECONDS = 120;
    private static final int CANDIDATE_PODS = 3;

    private final Scenario scenario;
    private final SplittableRandom random;
    private final Arm control;
    private final Arm candidate;
    private final Arm rest;
    private final Noise common;
    private final Noise controlNoise;
    private final Noise candidateNoise;
    private final Noise restNoise;
    private final List<ArmSlot> history = new ArrayList<>();
    private final double clientShare;
    private long second;
    private int retries;

    private Trace(Scenario scenario, long seed) {
        this.scenario = scenario;
        this.random = new SplittableRandom(seed);
        Disturbance disturbance = scenario.disturbance();
        common = new Noise(disturbance.commonSd(), random);
        controlNoise = new Noise(disturbance.armSd(), random);
        candidateNoise = new Noise(disturbance.armSd(), random);
        restNoise = new Noise(disturbance.armSd(), random);
        Clients[] clients = clients(scenario, random);
        clientShare =
                (double) clients[0].size() / Math.max(1, scenario.traffic().entities());
        double[] pods = new double[CANDIDATE_PODS];
        Arrays.fill(pods, 1);
        pods[0] = Math.exp(disturbance.podSd() * random.nextGaussian());
        control = arm(scenario, Effect.NONE, clients[0], new double[] {1}, random.split());
        candidate = arm(scenario, scenario.effect(), clients[1], pods, random.split());
        rest = arm(scenario, Effect.NONE, clients[2], new double[] {1}, random.split());
        for (int i = -HISTORY_SECONDS; i < 0; i++) {
            int arrivals = Draw.poisson(random, scenario.traffic().perSecond(0));
            history.add(rest.answer(moment(i, restNoise), arrivals));
        }
    }

    /** The rollout of a scenario that a seed gives. */
    public static Trace of(Scenario scenario, long seed) {
        return new Trace(scenario, seed);
    }

    static Arm arm(Scenario scenario, Effect effect, Clients clients, double[] pods, SplittableRandom random) {
        if (scenario.service() instanceof Service.Independent independent) {
            return new IndependentArm(
                    independent, effect, clients, pods, scenario.effect().sliceShare(), random);
        }
        return new BatchedArm((Service.Batched) scenario.service(), effect, random);
    }

    /** Control, candidate and rest; every client in one of them for good. */
    private static Clients[] clients(Scenario scenario, SplittableRandom random) {
        int all = scenario.traffic().entities();
        if (all == 0) {
            return new Clients[] {Clients.NOBODY, Clients.NOBODY, Clients.NOBODY};
        }
        int[] shuffled = new int[all];
        boolean[] broken = new boolean[all];
        for (int i = 0; i < all; i++) {
            int j = random.nextInt(i + 1);
            shuffled[i] = shuffled[j];
            shuffled[j] = i;
            broken[i] = random.nextDouble() < scenario.disturbance().brokenClients();
        }
        int matched = (int) Math.round(all * scenario.traffic().weightFirst());
        return new Clients[] {
            new Clients(Arrays.copyOfRange(shuffled, 0, matched), broken),
            new Clients(Arrays.copyOfRange(shuffled, matched, 2 * matched), broken),
            new Clients(Arrays.copyOfRange(shuffled, 2 * matched, all), broken)
        };
    }

    private Moment moment(long at, Noise noise) {
        double time = Math.max(0, (double) at / scenario.horizonSeconds());
        Disturbance disturbance = scenario.disturbance();
        double load = 1 + (disturbance.loadFactor() - 1) * time;
        return new Moment(at, disturbance.errorsAt(at), load * common.factor() * noise.factor());
    }

    /** What the stable version answered in the two minutes before the rollout, all of its traffic. */
    public List<ArmSlot> history() {
        return List.copyOf(history);
    }

    @Override
    public boolean hasNext() {
        return second < scenario.horizonSeconds();
    }

    @Override
    public TraceSlot next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the rollout ended after " + scenario.horizonMinutes() + " minutes");
        }
        if (second % 60 == 0) {
            common.nextMinute(random);
            controlNoise.nextMinute(random);
            candidateNoise.nextMinute(random);
            restNoise.nextMinute(random);
        }
        double time = (double) second / scenario.horizonSeconds();
        double weight = scenario.traffic().weight(time);
        double matched = clientShare > 0 ? clientShare : weight;
        double rate = scenario.traffic().perSecond(time) + retries;
        ArmSlot fromControl = control.answer(moment(second, controlNoise), Draw.poisson(random, rate * matched));
        ArmSlot fromCandidate = candidate.answer(moment(second, candidateNoise), Draw.poisson(random, rate * matched));
        ArmSlot fromRest =
                rest.answer(moment(second, restNoise), Draw.poisson(random, rate * Math.max(0, 1 - 2 * matched)));
        retries = retriesOf(fromControl.failures() + fromCandidate.failures() + fromRest.failures());
        TraceSlot slot = new TraceSlot(second, fromControl, fromCandidate, fromRest, matched, candidate.takeHarm());
        second++;
        return slot;
    }

    private int retriesOf(int failures) {
        int again = 0;
        for (int i = 0; i < failures && scenario.traffic().retryShare() > 0; i++) {
            again += random.nextDouble() < scenario.traffic().retryShare() ? 1 : 0;
        }
        return again;
    }
}
