package io.bellwether.monitoring.evaluation;

import java.util.List;
import java.util.Random;
import java.util.function.LongToDoubleFunction;

/** Runs one rollout in virtual time, one slot a second, and obeys the evaluation's conclusions. */
final class SimulatedRollout {
    static final Margins DEMO = new Margins(
            0.01,
            0.05,
            1.25,
            ErrorFloors.at(0.005),
            0.25,
            0.5,
            0.25,
            1.5,
            new RareMargins(0.75, 1.25, 0.002, 1.25, 0.002),
            Weights.DEFAULTS);
    static final List<PlannedStep> STEPS = List.of(new PlannedStep(2500, 5, 200), new PlannedStep(5000, 5, 200));
    private static final long FIRST_SLOT = 1_000_000;
    private static final long ARRIVES_AFTER_SLOTS = 2;

    private final long seed;
    private final RolloutPlan plan;
    private SimulatedArm control = SimulatedArm.healthy();
    private SimulatedArm candidate = SimulatedArm.healthy();
    private double requestsPerSecond = 400;
    private double batchSize = 1.5;
    private LongToDoubleFunction load = slot -> 1;
    private boolean restartEverySlot;
    private long speakers = 1;
    private long coldSeconds;
    private double coldFactor = 1;

    /** How a rollout ended. */
    record Outcome(Conclusion conclusion, long seconds, int stepsTaken, Assessment last) {}

    private SimulatedRollout(long seed, RolloutPlan plan) {
        this.seed = seed;
        this.plan = plan;
    }

    static SimulatedRollout seeded(long seed) {
        return new SimulatedRollout(seed, plan(DEMO, Conduct.DEFAULT));
    }

    static SimulatedRollout seeded(long seed, RolloutPlan plan) {
        return new SimulatedRollout(seed, plan);
    }

    static RolloutPlan plan(Margins margins, Conduct conduct) {
        return new RolloutPlan("r-1", "digits", "1", "2", STEPS, margins, conduct);
    }

    SimulatedRollout control(SimulatedArm arm) {
        this.control = arm;
        return this;
    }

    SimulatedRollout candidate(SimulatedArm arm) {
        this.candidate = arm;
        return this;
    }

    SimulatedRollout traffic(double requestsPerSecond, double batchSize) {
        this.requestsPerSecond = requestsPerSecond;
        this.batchSize = batchSize;
        return this;
    }

    /** Multiplies latency, cost and failures of both arms; the argument is the second of the rollout. */
    SimulatedRollout load(LongToDoubleFunction load) {
        this.load = load;
        return this;
    }

    /** In so many seconds at the start both arms take so many times as long, and cost as much more. */
    SimulatedRollout cold(long seconds, double factor) {
        coldSeconds = seconds;
        coldFactor = factor;
        return this;
    }

    /** The mistake that witnesses avoid: so many requests of each batch are counted for its latency and cost. */
    SimulatedRollout countingOfEachBatch(long requests) {
        speakers = requests;
        return this;
    }

    SimulatedRollout restartingEverySlot() {
        restartEverySlot = true;
        return this;
    }

    /** Runs until the rollout ends, or for so many seconds. */
    Outcome run(long secondsMax) {
        Random random = new Random(seed);
        StableHistory history = history(random);
        RolloutEvaluation evaluation = RolloutEvaluation.start(plan, EvaluationSettings.DEFAULTS, history);
        RolloutStatus status = new RolloutStatus(0, false, 1, FIRST_SLOT);
        Assessment last = evaluation.assess(status, FIRST_SLOT);
        for (long second = 0; second < secondsMax; second++) {
            long slot = FIRST_SLOT + second;
            evaluation.add(slotCounts(random, slot, status.step(), second));
            last = evaluation.assess(status, slot + ARRIVES_AFTER_SLOTS);
            if (restartEverySlot) {
                evaluation = RolloutEvaluation.resume(
                        plan,
                        EvaluationSettings.DEFAULTS,
                        EvaluationState.fromBytes(evaluation.snapshot().toBytes()));
            }
            if (last.conclusion() == Conclusion.ROLL_BACK || last.conclusion() == Conclusion.PROMOTE) {
                return new Outcome(last.conclusion(), second + 1, status.step(), last);
            }
            if (last.conclusion() == Conclusion.ADVANCE) {
                status = new RolloutStatus(status.step() + 1, false, status.version() + 1, slot + ARRIVES_AFTER_SLOTS);
            }
        }
        return new Outcome(last.conclusion(), secondsMax, status.step(), last);
    }

    private StableHistory history(Random random) {
        ArmCounts before = ArmCounts.NONE;
        for (int i = 0; i < 30; i++) {
            before = before.plus(control.slot(random, requestsPerSecond, batchSize, load.applyAsDouble(0)));
        }
        return new StableHistory(before.witnessLatencyNanos(), before.witnessCostPicoUsd());
    }

    private SlotCounts slotCounts(Random random, long slot, int step, long second) {
        double loadNow = load.applyAsDouble(second);
        double slower = second < coldSeconds ? coldFactor : 1;
        double perArm = requestsPerSecond * plan.steps().get(step).weightBasisPoints() / 10_000;
        ArmCounts fromControl =
                control.slower(slower).costlier(slower).slot(random, perArm, batchSize, loadNow, speakers);
        ArmCounts fromCandidate =
                candidate.slower(slower).costlier(slower).slot(random, perArm, batchSize, loadNow, speakers);
        Assigned assigned = new Assigned(fromControl.requests(), fromCandidate.requests());
        return new SlotCounts(slot, fromControl, fromCandidate, assigned, fromCandidate.requests(), 5);
    }
}
