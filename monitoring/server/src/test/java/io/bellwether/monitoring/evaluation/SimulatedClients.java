package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.BucketScale;
import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.LogHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Clients of both compared arms in virtual time. They differ: of some, half of the requests fail whatever version answers,
 * each has a latency of its own, and few of them send most requests. Any of the gateways may get a request; each remembers
 * the clients that it saw by itself.
 */
final class SimulatedClients {
    private static final double BROKEN_SHARE = 0.03;
    private static final double BROKEN_FAIL_SHARE = 0.5;
    private static final double FAIL_SHARE = 0.001;

    private final Random random;
    private final int gateways;
    private final Arm control;
    private final Arm candidate;

    /** What one gateway saw in one slot: the first requests of clients, and all. */
    private record Seen(Counter first, Counter all) {
        Seen() {
            this(new Counter(), new Counter());
        }
    }

    SimulatedClients(long seed, int clientsOfArm, int gateways, double candidateFailures) {
        this.random = new Random(seed);
        this.gateways = gateways;
        this.control = new Arm(clientsOfArm, 0);
        this.candidate = new Arm(clientsOfArm, candidateFailures);
    }

    /** One slot as each gateway's memory counts it. */
    List<SlotCounts> slot(long slot, int requestsOfArm) {
        List<Seen> ofControl = control.answer(requestsOfArm);
        List<Seen> ofCandidate = candidate.answer(requestsOfArm);
        List<SlotCounts> counts = new ArrayList<>();
        for (int i = 0; i < gateways; i++) {
            ArmCounts fromControl = ofControl.get(i).first().counts();
            ArmCounts fromCandidate = ofCandidate.get(i).first().counts();
            counts.add(new SlotCounts(
                    slot,
                    fromControl,
                    fromCandidate,
                    new Assigned(fromControl.requests(), fromCandidate.requests()),
                    new SlotCounts.Traffic(
                            ofControl.get(i).all().counts(),
                            ofCandidate.get(i).all().counts()),
                    requestsOfArm,
                    0));
        }
        return counts;
    }

    /** The mistake that clients as units avoid: every request of the slot is an observation. */
    static SlotCounts byRequests(SlotCounts byClients) {
        SlotCounts.Traffic all = byClients.traffic();
        Assigned assigned =
                new Assigned(all.control().requests(), all.candidate().requests());
        return new SlotCounts(
                byClients.slot(), all.control(), all.candidate(), assigned, byClients.exposedRequests(), 0);
    }

    private final class Arm {
        private final double moreFailures;
        private final double[] failShares;
        private final double[] latencyMillis;
        private final boolean[][] known;

        Arm(int clients, double moreFailures) {
            this.moreFailures = moreFailures;
            failShares = new double[clients];
            latencyMillis = new double[clients];
            known = new boolean[gateways][clients];
            for (int i = 0; i < clients; i++) {
                failShares[i] = random.nextDouble() < BROKEN_SHARE ? BROKEN_FAIL_SHARE : FAIL_SHARE;
                latencyMillis[i] = 5 * Math.exp(0.5 * random.nextGaussian());
            }
        }

        List<Seen> answer(int requests) {
            List<Seen> seen = new ArrayList<>();
            for (int i = 0; i < gateways; i++) {
                seen.add(new Seen());
            }
            for (int i = 0; i < requests; i++) {
                double u = random.nextDouble();
                int client = (int) (failShares.length * u * u);
                int gateway = random.nextInt(gateways);
                boolean failed = random.nextDouble() < failShares[client] || random.nextDouble() < moreFailures;
                int bucket = BucketScale.bucketOf(latencyMillis[client] * 1e6 * Math.exp(0.2 * random.nextGaussian()));
                seen.get(gateway).all().add(failed, bucket);
                if (!known[gateway][client]) {
                    known[gateway][client] = true;
                    seen.get(gateway).first().add(failed, bucket);
                }
            }
            return seen;
        }
    }

    private static final class Counter {
        private final List<Integer> buckets = new ArrayList<>();
        private int failures;

        void add(boolean failed, int bucket) {
            buckets.add(bucket);
            failures += failed ? 1 : 0;
        }

        ArmCounts counts() {
            int[] index = buckets.stream().mapToInt(Integer::intValue).toArray();
            long[] ones = buckets.stream().mapToLong(bucket -> 1).toArray();
            return new ArmCounts(
                    index.length,
                    failures,
                    LogHistogram.of(index, ones),
                    LogHistogram.EMPTY,
                    ClassCounts.NONE,
                    new FaultCounts(0, index.length - failures, 0));
        }
    }
}
