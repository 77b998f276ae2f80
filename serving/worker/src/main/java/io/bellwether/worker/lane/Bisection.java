package io.bellwether.worker.lane;

import io.bellwether.batching.FailurePlan;
import io.bellwether.batching.Waiting;
import io.bellwether.engine.EngineFault;
import io.bellwether.worker.lane.BatchExecution.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs the requests of a batch as one forward, or as one for each shape where shapes are open. When one throws it finds the culprits by halving, and answers all others.
 *
 * <p>A program that failed has most likely one culprit. The search goes on in the half that holds it; the halves that were
 * passed by run together at its end. One culprit in a batch of 32 costs at most seven more forwards of 62 rows together,
 * where halving each half by itself takes ten. If what was passed by throws, too, it is halved in the plain way, so that a
 * batch full of culprits is bounded as well. Where memory was lacking nobody is a culprit: both halves run.
 *
 * <p>Confined to its runner thread.
 */
final class Bisection {
    private final RunnerContext context;
    private final DeviceAttempt attempts;
    private final Settlement settlement;
    private final FaultLog log;

    Bisection(RunnerContext context, DeviceAttempt attempts, Settlement settlement) {
        this.context = context;
        this.attempts = attempts;
        this.settlement = settlement;
        this.log = new FaultLog(context);
    }

    /** Whether all ran at once, in one forward. Every request is answered when this returns. */
    boolean run(BatchExecution execution) {
        List<List<Member>> forwards = EqualShapes.forwards(execution.members());
        boolean atOnce = forwards.size() == 1;
        for (List<Member> forward : forwards) {
            // Those of a later forward have waited for the earlier ones.
            List<Member> still = forward == forwards.get(0) ? forward : wanted(forward);
            if (!still.isEmpty()) {
                Optional<EngineFault> fault = attempt(execution, still, true);
                fault.ifPresent(threw -> recover(execution, still, threw, true));
                atOnce &= fault.isEmpty();
            }
        }
        return atOnce;
    }

    /** One forward; who was in it is answered if it went well. Empty if it did. */
    private Optional<EngineFault> attempt(BatchExecution execution, List<Member> some, boolean first) {
        long beforeNanos = now();
        DeviceAttempt.Outcome outcome =
                attempts.run(some.stream().map(Member::waiting).toList());
        BatchExecution.charge(some, outcome.deviceNanos(), outcome.costPicoUsd());
        if (!first) {
            context.meters().rerun((int)
                    some.stream().filter(member -> !member.call().warmUp()).count());
        }
        if (outcome instanceof DeviceAttempt.Ran ran) {
            execution.ranIn(now() - beforeNanos, ran.result().wallNanos());
            settlement.succeed(execution, some, ran.result());
            return Optional.empty();
        }
        EngineFault fault = ((DeviceAttempt.Threw) outcome).fault();
        log.threw(fault);
        if (fault.kind() == EngineFault.Kind.OUT_OF_MEMORY) {
            context.queue()
                    .outOfMemory(some.stream()
                            .mapToInt(member -> member.waiting().items())
                            .sum());
        }
        return Optional.of(fault);
    }

    /**
     * @param oneCulprit whether to look for one before anything else
     */
    private void recover(BatchExecution execution, List<Member> threw, EngineFault fault, boolean oneCulprit) {
        if (fault.kind() == EngineFault.Kind.CLOSED) {
            threw.forEach(member -> settlement.fail(member, fault));
            return;
        }
        FailurePlan<InferenceCall> plan =
                FailurePlan.after(threw.stream().map(Member::waiting).toList(), now());
        of(threw, plan.failed()).forEach(member -> settlement.fail(member, fault));
        of(threw, plan.expired()).forEach(settlement::expire);
        List<Member> again = of(threw, plan.alone());
        boolean culpritAmongThem = again.size() == threw.size() && fault.kind() == EngineFault.Kind.PROGRAM_FAILED;
        if (oneCulprit && culpritAmongThem) {
            isolate(execution, again);
        } else {
            halve(execution, again, fault, culpritAmongThem);
        }
    }

    /** Finds one culprit among these, which threw together, and runs the others. */
    private void isolate(BatchExecution execution, List<Member> threw) {
        List<Member> suspects = threw;
        List<Member> passedBy = new ArrayList<>();
        while (suspects.size() > 1) {
            List<Member> first = wanted(suspects.subList(0, suspects.size() / 2));
            List<Member> second = suspects.subList(suspects.size() / 2, suspects.size());
            boolean whole = first.size() == suspects.size() / 2;
            Optional<EngineFault> threwAgain = first.isEmpty() ? Optional.empty() : attempt(execution, first, false);
            if (threwAgain.isPresent() && threwAgain.get().kind() != EngineFault.Kind.PROGRAM_FAILED) {
                recover(execution, first, threwAgain.get(), false);
                suspects = List.of();
                passedBy.addAll(0, second);
            } else if (threwAgain.isPresent()) {
                passedBy.addAll(0, second);
                if (first.size() == 1) {
                    settlement.fail(first.get(0), threwAgain.get());
                    suspects = List.of();
                } else {
                    suspects = first;
                }
            } else if (whole) {
                suspects = second;
            } else {
                // The culprit may be one that nobody waits for any more.
                suspects = List.of();
                passedBy.addAll(0, second);
            }
        }
        runAgain(execution, suspects);
        runAgain(execution, passedBy);
    }

    /**
     * Runs the halves, and so on, until the culprits have thrown alone. Where the first half was fine, the second holds a
     * culprit and is halved without being tried.
     */
    private void halve(BatchExecution execution, List<Member> again, EngineFault fault, boolean culpritAmongThem) {
        if (again.isEmpty()) {
            return;
        }
        List<Member> first = again.subList(0, again.size() / 2);
        List<Member> second = again.subList(again.size() / 2, again.size());
        boolean firstIsFine = runAgain(execution, first);
        if (firstIsFine && culpritAmongThem && second.size() > 1) {
            recover(execution, second, fault, false);
        } else {
            boolean unused = runAgain(execution, second);
        }
    }

    /** Whether all of them ran and did not throw. Those that threw are halved. */
    private boolean runAgain(BatchExecution execution, List<Member> some) {
        List<Member> still = wanted(some);
        if (still.isEmpty()) {
            return false;
        }
        Optional<EngineFault> fault = attempt(execution, still, false);
        fault.ifPresent(threw -> recover(execution, still, threw, false));
        return fault.isEmpty() && still.size() == some.size();
    }

    /** Those that somebody still waits for; the others are answered and do not run again. */
    private List<Member> wanted(List<Member> some) {
        List<Member> still = new ArrayList<>(some.size());
        for (Member member : some) {
            if (member.waiting().isExpiredAt(now())) {
                settlement.expire(member);
            } else if (!member.call().isWanted()) {
                settlement.withdraw(member);
            } else {
                still.add(member);
            }
        }
        return still;
    }

    /** The members whose requests are in a list that has kept their order. */
    private static List<Member> of(List<Member> members, List<Waiting<InferenceCall>> some) {
        List<Member> of = new ArrayList<>(some.size());
        for (Member member : members) {
            if (of.size() < some.size()
                    && member.waiting().id() == some.get(of.size()).id()) {
                of.add(member);
            }
        }
        return of;
    }

    private long now() {
        return context.clock().getAsLong();
    }
}
