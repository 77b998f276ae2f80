package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.ArmSlot;
import io.bellwether.benchmark.trace.TraceSlot;
import io.bellwether.monitoring.evaluation.ArmCounts;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.Assigned;
import io.bellwether.monitoring.evaluation.Conclusion;
import io.bellwether.monitoring.evaluation.Conduct;
import io.bellwether.monitoring.evaluation.ErrorFloors;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.evaluation.FaultCounts;
import io.bellwether.monitoring.evaluation.Horizon;
import io.bellwether.monitoring.evaluation.Margins;
import io.bellwether.monitoring.evaluation.PlannedStep;
import io.bellwether.monitoring.evaluation.RareMargins;
import io.bellwether.monitoring.evaluation.RolloutEvaluation;
import io.bellwether.monitoring.evaluation.RolloutPlan;
import io.bellwether.monitoring.evaluation.RolloutStatus;
import io.bellwether.monitoring.evaluation.SlicePlan;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.evaluation.StableTable;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.monitoring.evaluation.Weights;
import io.bellwether.statistics.BucketScale;
import io.bellwether.statistics.ClassCounts;
import io.bellwether.statistics.EventTable;
import io.bellwether.statistics.LogHistogram;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

/**
 * Our own evaluation, the class that monitoring runs, on the same seconds: matched arms, witnesses for latency and cost,
 * and a declared slice where harm is confined to one. This is the only place that knows it.
 *
 * <p>So that all judges watch equally long, it may promote only in the last minute: the rollout has one step that lasts that
 * long. It folds every second and is asked every ten, which misses no rollback, because evidence of harm is remembered; a
 * rollback may be up to nine seconds late. The traces predict no classes, so that guardrail has no part; none of their
 * requests times out or holds a NaN.
 *
 * <p>Where the split is by client, the first request of each client is its observation, as one gateway would mark it; the
 * evidence spends the part of the error budget that the first memory of clients has.
 */
public final class BellwetherJudge implements Judge {
    private static final double BASIS_POINTS = 10_000;
    private static final int ASK_EVERY_SECONDS = 10;
    private static final int LAST_MINUTE_SECONDS = 60;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final double PICO_PER_MICRO = 1e6;
    private static final double NARROW = 0.02;
    /** The least that gateways take; it is rounded to no bucket. */
    private static final double NONE = 1e-6;

    private static final String SLICE = "segment=touched";
    private static final double SLICES_WEIGHT = 0.1;
    private static final PlannedStep STEP = new PlannedStep(1_000, 0, 1_000);
    private static final RolloutStatus FIRST_STEP = new RolloutStatus(0, false, 1, 0);

    private final RolloutEvaluation evaluation;
    private final boolean byClient;
    private final boolean sliced;
    private final BitSet knownClients = new BitSet();
    private final long promoteFromSecond;
    private Optional<Long> sufficedSecond = Optional.empty();
    private boolean suffices;

    private BellwetherJudge(Margins margins, Watch watch) {
        Conduct conduct = new Conduct(true, Unit.REQUEST, false, true, Horizon.NONE);
        List<String> slices = watch.sliced() ? List.of(SLICE) : List.of();
        RolloutPlan plan = new RolloutPlan(
                "benchmark", "model", "1", "2", List.of(STEP), margins, conduct, SlicePlan.of(slices, SLICES_WEIGHT));
        byClient = watch.sticky();
        sliced = watch.sliced();
        evaluation = RolloutEvaluation.start(
                byClient ? plan.byClients(0) : plan, EvaluationSettings.DEFAULTS, history(watch.history()));
        promoteFromSecond = 60L * watch.horizonMinutes() - LAST_MINUTE_SECONDS;
    }

    /** With the default margins: alpha 1 %, beta 5 %, errors 1.25 in odds above a floor of 0.5 %. */
    public static BellwetherJudge withDefaults(Watch watch) {
        return new BellwetherJudge(Margins.DEFAULTS, watch);
    }

    /**
     * With margins as narrow as they go: odds 1.05 above a floor of 0.05 % for errors, one bucket of 2 % for latency and
     * cost.
     */
    public static BellwetherJudge withNarrowMargins(Watch watch) {
        return new BellwetherJudge(tight(NARROW), watch);
    }

    /** The same without any margin on latency and cost. */
    public static BellwetherJudge withoutMargins(Watch watch) {
        return new BellwetherJudge(tight(NONE), watch);
    }

    private static Margins tight(double relative) {
        return new Margins(
                0.01,
                0.05,
                1.05,
                new ErrorFloors(0.0005, 0.0005),
                relative,
                relative,
                relative,
                1.5,
                new RareMargins(relative, 1.05, 0.0005, 1.05, 0.0005),
                Weights.DEFAULTS);
    }

    private static StableHistory history(List<ArmSlot> slots) {
        ArmCounts before = ArmCounts.NONE;
        for (ArmSlot slot : slots) {
            before = before.plus(counts(slot, request -> true));
        }
        return new StableHistory(before.witnessLatencyNanos(), before.witnessCostPicoUsd());
    }

    /** The counts of an arm as the evaluation takes them. */
    private SlotCounts counts(TraceSlot slot) {
        ArmCounts control = withSlice(slot.control());
        ArmCounts candidate = withSlice(slot.candidate());
        SlotCounts.Traffic traffic = new SlotCounts.Traffic(control, candidate);
        if (byClient) {
            control = counts(slot.control(), firstOfClients(slot.control()));
            candidate = counts(slot.candidate(), firstOfClients(slot.candidate()));
        }
        Assigned assigned = new Assigned(control.requests(), candidate.requests());
        long exposed = slot.candidate().requests();
        return new SlotCounts(slot.second(), control, candidate, assigned, traffic, exposed, 0, stable(slot));
    }

    /** The candidate against all of the stable version, where each request is drawn by itself. */
    private List<StableTable> stable(TraceSlot slot) {
        if (byClient) {
            return List.of();
        }
        EventTable all = against(slot, (arm, request) -> true);
        List<EventTable> slices = sliced ? List.of(against(slot, ArmSlot::isInSlice)) : List.of();
        return List.of(new StableTable((int) Math.round(slot.matched() * BASIS_POINTS), all, slices));
    }

    private static EventTable against(TraceSlot slot, BiPredicate<ArmSlot, Integer> which) {
        long stable = count(slot.control(), which) + count(slot.rest(), which);
        BiPredicate<ArmSlot, Integer> failed = which.and(ArmSlot::failed);
        long stableFailed = count(slot.control(), failed) + count(slot.rest(), failed);
        return new EventTable(stable, stableFailed, count(slot.candidate(), which), count(slot.candidate(), failed));
    }

    private static long count(ArmSlot arm, BiPredicate<ArmSlot, Integer> which) {
        long count = 0;
        for (int i = 0; i < arm.requests(); i++) {
            count += which.test(arm, i) ? 1 : 0;
        }
        return count;
    }

    /** All requests of an arm, and those of the declared slice once more. */
    private ArmCounts withSlice(ArmSlot arm) {
        ArmCounts all = counts(arm, request -> true);
        return sliced ? all.toldApart(List.of(counts(arm, arm::isInSlice))) : all;
    }

    /** Which requests are the first of their clients; from now on these are known. */
    private IntPredicate firstOfClients(ArmSlot arm) {
        boolean[] first = new boolean[arm.requests()];
        for (int i = 0; i < first.length; i++) {
            first[i] = !knownClients.get(arm.entity(i));
            knownClients.set(arm.entity(i));
        }
        return request -> first[request];
    }

    private static ArmCounts counts(ArmSlot arm, IntPredicate which) {
        int requests = 0;
        int failures = 0;
        int witnesses = 0;
        int[] latencies = new int[arm.requests()];
        int[] costs = new int[arm.requests()];
        long[] ones = new long[arm.requests()];
        for (int i = 0; i < arm.requests(); i++) {
            if (!which.test(i)) {
                continue;
            }
            requests++;
            failures += arm.failed(i) ? 1 : 0;
            if (arm.isWitness(i)) {
                latencies[witnesses] = BucketScale.bucketOf(arm.latencyMillis(i) * NANOS_PER_MILLI);
                costs[witnesses] = BucketScale.bucketOf(arm.costMicroUsd(i) * PICO_PER_MICRO);
                ones[witnesses] = 1;
                witnesses++;
            }
        }
        return new ArmCounts(
                requests,
                failures,
                LogHistogram.of(latencies, ones),
                LogHistogram.of(costs, ones),
                ClassCounts.NONE,
                new FaultCounts(0, requests - failures, 0));
    }

    @Override
    public Optional<Verdict> observe(TraceSlot slot) {
        evaluation.add(counts(slot));
        if ((slot.second() + 1) % ASK_EVERY_SECONDS != 0) {
            return Optional.empty();
        }
        Assessment assessment = evaluation.assess(FIRST_STEP, slot.second());
        suffices = assessment.conclusion() == Conclusion.PROMOTE;
        if (suffices && sufficedSecond.isEmpty()) {
            sufficedSecond = Optional.of(slot.second() + 1);
        }
        if (assessment.conclusion() == Conclusion.ROLL_BACK) {
            return Optional.of(Verdict.ROLL_BACK);
        }
        return suffices && slot.second() >= promoteFromSecond ? Optional.of(Verdict.PROMOTE) : Optional.empty();
    }

    @Override
    public Verdict atHorizon() {
        return suffices ? Verdict.PROMOTE : Verdict.HOLD;
    }

    /** When the evidence would have promoted for the first time, had it been allowed to. */
    public Optional<Long> sufficedSecond() {
        return sufficedSecond;
    }
}
