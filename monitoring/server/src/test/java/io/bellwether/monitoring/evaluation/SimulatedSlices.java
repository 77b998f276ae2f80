package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.LogHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Runs one rollout with declared slices in virtual time, one slot a second, until it is taken back. Each part of the traffic
 * is an arm of its own; the first parts are the declared slices.
 */
final class SimulatedSlices {
    private static final RolloutStatus FIRST_STEP = new RolloutStatus(0, false, 1, 0);
    private static final int HISTORY_SECONDS = 60;

    private final RolloutPlan plan;
    private final double requestsPerSecond;
    private final List<Part> control;
    private final List<Part> candidate;
    private List<Part> rest = List.of();
    private double restTimes;

    /**
     * A part of the traffic.
     *
     * @param share of all requests of an arm
     * @param arm how it answers
     */
    record Part(double share, SimulatedArm arm) {}

    /** How it ended. */
    record Outcome(OptionalLong rolledBackSecond, Assessment last) {
        /** The second of the roll back, or a later one than any. */
        double seconds() {
            return rolledBackSecond.isPresent() ? rolledBackSecond.getAsLong() : Double.POSITIVE_INFINITY;
        }
    }

    /**
     * @param requestsPerSecond of each compared arm
     */
    SimulatedSlices(RolloutPlan plan, double requestsPerSecond, List<Part> control, List<Part> candidate) {
        this.plan = plan;
        this.requestsPerSecond = requestsPerSecond;
        this.control = control;
        this.candidate = candidate;
    }

    /** So many times the traffic of an arm goes to the stable version outside its control arm, which answers like this. */
    SimulatedSlices with(double times, List<Part> arm) {
        restTimes = times;
        rest = arm;
        return this;
    }

    /** The candidate's own failures against those of all of the stable version; timeouts are no errors of a model. */
    private StableTable stable(Random random, ArmCounts control, ArmCounts candidate, int slices) {
        ArmCounts all = control.plus(slot(random, requestsPerSecond * restTimes, rest, slices));
        List<EventTable> ofSlices = new ArrayList<>();
        for (int place = 0; place < slices; place++) {
            ofSlices.add(against(all.slice(place), candidate.slice(place)));
        }
        return new StableTable(1_000, against(all, candidate), ofSlices);
    }

    private static EventTable against(ArmCounts stable, ArmCounts candidate) {
        return new EventTable(
                stable.requests(),
                stable.failures(),
                candidate.requests(),
                candidate.failures() - candidate.faults().timeouts());
    }

    /** A plan with slices of these names that takes back and never promotes. */
    static RolloutPlan plan(Margins margins, List<String> names, double weight) {
        return new RolloutPlan(
                "r",
                "m",
                "1",
                "2",
                List.of(new PlannedStep(1_000, 0, 0)),
                margins,
                new Conduct(false, Unit.REQUEST, false, false),
                SlicePlan.of(names, weight));
    }

    /** What an arm counts in one slot. */
    static ArmCounts slot(Random random, double requestsMean, List<Part> parts, int slices) {
        ArmCounts all = ArmCounts.NONE;
        List<ArmCounts> ofSlices = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            ArmCounts counts = part.arm().slot(random, requestsMean * part.share(), 1, 1);
            all = all.plus(counts);
            if (i < slices) {
                ofSlices.add(new ArmCounts(
                        counts.requests(),
                        counts.failures(),
                        counts.witnessLatencyNanos(),
                        LogHistogram.EMPTY,
                        ClassCounts.NONE,
                        new FaultCounts(counts.faults().timeouts(), 0, 0)));
            }
        }
        return all.toldApart(ofSlices);
    }

    /**
     * Runs until the candidate is taken back, or for so many seconds.
     *
     * @param onsetSecond before it the candidate answers like the control
     */
    Outcome run(long seed, long onsetSecond, long secondsMax) {
        Random random = new Random(seed);
        int slices = plan.slices().names().size();
        ArmCounts before = slot(random, HISTORY_SECONDS * requestsPerSecond, control, 0);
        RolloutEvaluation evaluation = RolloutEvaluation.start(
                plan,
                EvaluationSettings.DEFAULTS,
                new StableHistory(before.witnessLatencyNanos(), before.witnessCostPicoUsd()));
        Assessment last = evaluation.assess(FIRST_STEP, 0);
        for (long second = 0; second < secondsMax; second++) {
            ArmCounts fromControl = slot(random, requestsPerSecond, control, slices);
            List<Part> now = second < onsetSecond ? control : candidate;
            ArmCounts fromCandidate = slot(random, requestsPerSecond, now, slices);
            Assigned assigned = new Assigned(fromControl.requests(), fromCandidate.requests());
            SlotCounts counts =
                    new SlotCounts(second, fromControl, fromCandidate, assigned, fromCandidate.requests(), 0);
            evaluation.add(
                    restTimes > 0
                            ? counts.against(List.of(stable(random, fromControl, fromCandidate, slices)))
                            : counts);
            last = evaluation.assess(FIRST_STEP, second + 1);
            if (last.conclusion() == Conclusion.ROLL_BACK) {
                return new Outcome(OptionalLong.of(second + 1), last);
            }
        }
        return new Outcome(OptionalLong.empty(), last);
    }
}
