package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.ObjectiveWatch;
import io.bellwether.monitoring.evaluation.OutcomeWatch;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.Journal;
import io.bellwether.monitoring.folding.SlotSums;
import io.bellwether.monitoring.folding.StepKey;
import io.bellwether.monitoring.folding.VersionHistories;
import io.bellwether.monitoring.state.RolloutMemory;
import io.bellwether.routing.Kill;
import io.bellwether.routing.Rollout;
import io.bellwether.telemetry.events.Verdict;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Judges one live rollout, or one arm of an A/B/n as a rollout of its own. The evidence begins with the first slot in
 * which a compared arm was asked or the candidate was seen, because only then is it known what the stable version
 * showed before, and whether it predicts classes and costs anything. At 100 % nothing is compared, but exposure counts.
 */
final class RolloutJudge implements Judge {
    private final JudgeSettings settings;
    private final VerdictPace pace;
    private final EvidenceMemory memory;
    private final String arm;
    private Rollout.Live rollout;
    private @Nullable RolloutEvidence evidence;
    private @Nullable ObjectiveWatch objective;
    private @Nullable OutcomeWatch outcomes;
    private EvidencePast past = new EvidencePast();
    private boolean classesExpected = true;
    private boolean costExpected = true;

    /**
     * @param arm version of the arm; empty for a rollout's only candidate
     */
    RolloutJudge(Rollout.Live rollout, String arm, JudgeSettings settings, Journal journal) {
        this.rollout = rollout;
        this.settings = settings;
        this.pace = new VerdictPace(settings);
        this.arm = arm;
        this.memory = new EvidenceMemory(journal, rollout.plan().model(), Kill.key(rollout.id(), arm));
        this.objective = Plans.objective(rollout)
                .map(plan -> ObjectiveWatch.start(plan, settings.evaluation()))
                .orElse(null);
        this.outcomes = Plans.outcomes(rollout).map(OutcomeWatch::start).orElse(null);
    }

    @Override
    public boolean resume(byte[] kept) {
        try {
            RolloutMemory then = RolloutMemory.parseFrom(kept);
            evidence = RolloutEvidence.resume(
                    Plans.planned(rollout, then.getClassesExpected(), then.getCostExpected()),
                    Plans.isSplitByClient(rollout),
                    settings.evaluation(),
                    then);
            if (objective != null) {
                objective = ObjectiveWatch.resume(
                        Plans.objective(rollout).orElseThrow(),
                        settings.evaluation(),
                        EvaluationState.fromBytes(then.getObjective().toByteArray()));
            }
            if (outcomes != null) {
                outcomes = OutcomeWatch.resume(
                        Plans.outcomes(rollout).orElseThrow(),
                        EvaluationState.fromBytes(then.getOutcomes().toByteArray()));
            }
            classesExpected = then.getClassesExpected();
            costExpected = then.getCostExpected();
            past = EvidencePast.resume(then.getPast());
            memory.resumed(kept);
            return true;
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public String rolloutId() {
        return rollout.id();
    }

    @Override
    public String memoryName() {
        return memory.name();
    }

    @Override
    public void follow(Rollout.Live now) {
        if (now.version() != rollout.version()) {
            pace.changed();
        }
        rollout = now;
    }

    @Override
    public void add(ClosedSlot closed, VersionHistories histories) {
        ClosedSlot slot = arm.isEmpty() ? closed : closed.ofArm(rollout.id(), arm);
        if (evidence == null) {
            SlotCounts counts = SlotSums.ofRollout(slot, rollout.id());
            boolean compared =
                    counts.control().requests() > 0 || counts.candidate().requests() > 0;
            if (!compared && counts.exposedRequests() == 0) {
                return;
            }
            String stable = rollout.plan().stableVersion();
            classesExpected = histories.mayPredictClasses(stable);
            costExpected = histories.mayCost(stable);
            evidence = start(histories.of(stable));
        }
        if (evidence.add(slot)) {
            if (objective != null) {
                SlotCounts compared = SlotSums.ofRollout(slot, rollout.id());
                objective.add(slot.slot(), SlotSums.ofModel(closed), compared.control(), compared.candidate());
            }
            if (outcomes != null) {
                outcomes.add(outcomes.names().stream()
                        .map(name -> SlotSums.told(slot, rollout.id(), name))
                        .toList());
            }
            pace.changed();
            remember();
        }
    }

    @Override
    public long lastSlot() {
        return evidence == null ? -1 : evidence.lastSlot();
    }

    @Override
    public Optional<Judged> judge(Moment now, Function<StepKey, Optional<String>> says) {
        long nowMillis = now.atMillis();
        if (!pace.begin(nowMillis)) {
            return Optional.empty();
        }
        RolloutEvidence judging = evidence == null ? start(StableHistory.UNKNOWN) : evidence;
        RolloutEvidence.Weighed compared = judging.assess(Plans.status(rollout), Math.floorDiv(nowMillis, 1_000));
        Assessment told = outcomes == null ? compared.assessment() : outcomes.weigh(compared.assessment());
        Optional<String> problem = says.apply(new StepKey(rollout.id(), arm, rollout.version()));
        Assessment assessment = NextStep.weigh(objective == null ? told : objective.weigh(told), rollout, arm, problem);
        past.note(assessment);
        remember();
        Verdict.Builder made = Verdicts.of(rollout, arm, assessment, judging.clientMemories(), now);
        past.addTo(made);
        if (outcomes != null) {
            made.setLogEOutcomes(outcomes.logEHarmMost()).setLogEOutcomesLevel(outcomes.logLevel());
        }
        problem.ifPresent(made::setStepProblem);
        compared.scores().map(Verdicts::scores).ifPresent(made::setScores);
        compared.embeddings().map(Verdicts::embeddings).ifPresent(made::setEmbeddings);
        if (objective != null) {
            made.setObjective(Verdicts.objective(objective.reading()));
        }
        Verdict verdict = made.build();
        return Optional.of(
                new Judged(verdict, Decisions.of(verdict, rollout).filter(command -> pace.give(command, nowMillis))));
    }

    @Override
    public void forget() {
        memory.forget();
    }

    private RolloutEvidence start(StableHistory history) {
        return RolloutEvidence.start(
                Plans.planned(rollout, classesExpected, costExpected),
                Plans.isSplitByClient(rollout),
                settings.evaluation(),
                history);
    }

    private void remember() {
        if (evidence == null) {
            return;
        }
        RolloutMemory.Builder kept =
                RolloutMemory.newBuilder().setClassesExpected(classesExpected).setCostExpected(costExpected);
        evidence.writeTo(kept);
        if (objective != null) {
            kept.setObjective(ByteString.copyFrom(objective.snapshot().toBytes()));
        }
        if (outcomes != null) {
            kept.setOutcomes(ByteString.copyFrom(outcomes.snapshot().toBytes()));
        }
        memory.write(kept.setPast(past.memory()).build());
    }
}
