package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.RolloutEvaluation;
import io.bellwether.monitoring.evaluation.RolloutPlan;
import io.bellwether.monitoring.evaluation.RolloutStatus;
import io.bellwether.monitoring.evaluation.ScoreWatch;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.ScoreSums;
import io.bellwether.monitoring.folding.SlotSums;
import io.bellwether.monitoring.state.ClientEvidence;
import io.bellwether.monitoring.state.RolloutMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The evidence about one rollout: one evaluation of all its requests, or, where the split is by client, one for each of the
 * first memories of clients that appear. Why these are kept apart, and what each may spend, says {@link Unit}.
 *
 * <p>Of several, harm in one takes the rollout back, a split that is not the planned one in one makes the comparison invalid,
 * and otherwise safety in one suffices. If none concludes, the one with the most clients among those whose gateway is still
 * heard speaks. Scores that moved in any of them have moved. Not thread-safe; deterministic.
 */
final class RolloutEvidence {
    /** Of no memory: until the first one appears. */
    private static final long NO_MEMORY = 0;

    private static final ScoreRanges RANGES = new ScoreRanges();

    private final RolloutPlan plan;
    private final ScoreWatch.Plan scorePlan;
    private final boolean byClient;
    private final EvaluationSettings settings;
    private final List<Strand> strands = new ArrayList<>();

    /** The evidence of one memory of clients, or of all requests. */
    private static final class Strand {
        final RolloutEvaluation evaluation;
        final ScoreWatch scores;
        long memory;
        long heardSlot;
        /** What was last assessed, which the evaluation remembers. */
        @Nullable
        RolloutStatus assessed;
        /** As they are remembered; null: they have changed since. */
        private @Nullable ByteString evaluationBytes;

        private @Nullable ByteString scoreBytes;

        Strand(RolloutEvaluation evaluation, ScoreWatch scores, long memory, long heardSlot) {
            this.evaluation = evaluation;
            this.scores = scores;
            this.memory = memory;
            this.heardSlot = heardSlot;
        }

        void add(long slot, SlotCounts counts, ScoreSums scored) {
            evaluation.add(counts);
            scores.add(slot, scored.control(), scored.candidate());
            evaluationBytes = null;
            scoreBytes = null;
        }

        Assessment assess(RolloutStatus status, long nowSlot) {
            if (!status.equals(assessed)) {
                assessed = status;
                evaluationBytes = null;
            }
            return evaluation.assess(status, nowSlot);
        }

        ByteString evaluationBytes() {
            if (evaluationBytes == null) {
                evaluationBytes =
                        UnsafeByteOperations.unsafeWrap(evaluation.snapshot().toBytes());
            }
            return evaluationBytes;
        }

        ByteString scoreBytes() {
            if (scoreBytes == null) {
                scoreBytes = UnsafeByteOperations.unsafeWrap(scores.snapshot().toBytes());
            }
            return scoreBytes;
        }
    }

    /** What is fixed about a rollout: how its requests are judged, and how the scores of their answers. */
    record Planned(RolloutPlan rollout, ScoreWatch.Plan scores) {}

    private RolloutEvidence(Planned planned, boolean byClient, EvaluationSettings settings) {
        this.plan = planned.rollout();
        this.scorePlan = planned.scores();
        this.byClient = byClient;
        this.settings = settings;
    }

    /** One that has seen nothing yet; of several memories only the first knows the history, which is older than the split. */
    static RolloutEvidence start(
            Planned planned, boolean byClient, EvaluationSettings settings, StableHistory history) {
        RolloutEvidence evidence = new RolloutEvidence(planned, byClient, settings);
        evidence.begin(NO_MEMORY, history);
        return evidence;
    }

    /**
     * Continues from {@link #writeTo}.
     *
     * @throws IllegalArgumentException if what was kept belongs to another plan or is damaged
     */
    static RolloutEvidence resume(Planned planned, boolean byClient, EvaluationSettings settings, RolloutMemory kept) {
        RolloutEvidence evidence = new RolloutEvidence(planned, byClient, settings);
        if (!byClient) {
            evidence.add(ClientEvidence.newBuilder()
                    .setEvaluation(kept.getEvaluation())
                    .setScores(kept.getScores())
                    .setMemory(NO_MEMORY)
                    .setHeardSlot(-1)
                    .build());
        } else {
            kept.getClientsList().forEach(evidence::add);
        }
        if (evidence.strands.isEmpty()) {
            throw new IllegalArgumentException(
                    "evidence of rollout " + planned.rollout().rolloutId() + " is missing");
        }
        return evidence;
    }

    private void add(ClientEvidence kept) {
        RolloutPlan ofStrand = planOfNext();
        EvaluationState evaluation =
                EvaluationState.fromBytes(kept.getEvaluation().toByteArray());
        strands.add(new Strand(
                RolloutEvaluation.resume(ofStrand, settings, evaluation),
                scores(ofStrand, kept.getScores()),
                kept.getMemory(),
                kept.getHeardSlot()));
    }

    /** Evidence of a release that knew no scores begins with none. */
    private ScoreWatch scores(RolloutPlan ofStrand, ByteString kept) {
        Unit unit = ofStrand.conduct().unit();
        return kept.isEmpty()
                ? ScoreWatch.start(scorePlan, unit, RANGES)
                : ScoreWatch.resume(scorePlan, unit, RANGES, EvaluationState.fromBytes(kept.toByteArray()));
    }

    private RolloutPlan planOfNext() {
        return byClient ? plan.byClients(strands.size()) : plan;
    }

    private Strand begin(long memory, StableHistory history) {
        RolloutPlan ofStrand = planOfNext();
        Strand strand = new Strand(
                RolloutEvaluation.start(ofStrand, settings, history), scores(ofStrand, ByteString.EMPTY), memory, -1);
        strands.add(strand);
        return strand;
    }

    /**
     * Adds one closed slot.
     *
     * @return false if the slot is not newer than the last one and was ignored
     */
    boolean add(ClosedSlot slot) {
        if (slot.slot() <= lastSlot()) {
            return false;
        }
        if (byClient) {
            SlotSums.clientMemories(slot, plan.rolloutId()).forEach(memory -> hear(memory, slot.slot()));
        }
        for (Strand strand : strands) {
            SlotCounts counts = byClient
                    ? SlotSums.ofClients(slot, plan.rolloutId(), strand.memory)
                    : SlotSums.ofRollout(slot, plan.rolloutId());
            ScoreSums scored = byClient
                    ? ScoreSums.ofClients(slot, plan.rolloutId(), strand.memory)
                    : ScoreSums.ofRollout(slot, plan.rolloutId());
            strand.add(slot.slot(), counts, scored);
        }
        return true;
    }

    /** A memory of clients looked at requests of this slot; beyond the limit it is ignored. */
    private void hear(long memory, long slot) {
        for (Strand strand : strands) {
            if (strand.memory == memory || strand.memory == NO_MEMORY) {
                strand.memory = memory;
                strand.heardSlot = slot;
                return;
            }
        }
        if (strands.size() < Unit.MEMORIES_MAX) {
            begin(memory, StableHistory.UNKNOWN).heardSlot = slot;
        }
    }

    long lastSlot() {
        return strands.get(0).evaluation.lastSlot();
    }

    /** Memories of clients that have an evidence; 0 where requests are judged. */
    int clientMemories() {
        return (int)
                strands.stream().filter(strand -> strand.memory != NO_MEMORY).count();
    }

    /** What all of it means, and what is known of the scores; empty where no answer had one. */
    record Weighed(Assessment assessment, Optional<ScoreWatch.Reading> scores) {}

    /** Says what all of it means now. */
    Weighed assess(RolloutStatus status, long nowSlot) {
        List<Assessment> all = new ArrayList<>();
        for (Strand strand : strands) {
            all.add(strand.assess(status, nowSlot));
        }
        int speaks = 0;
        for (int i = 1; i < all.size(); i++) {
            speaks = isBefore(all, i, speaks) ? i : speaks;
        }
        Optional<ScoreWatch.Reading> scores = scores(speaks);
        Assessment assessment = all.get(speaks);
        return new Weighed(
                scores.map(reading -> ScoreWatch.weigh(assessment, reading))
                        .orElse(assessment)
                        .exposedAs(all.get(0)),
                scores);
    }

    /** Of the first strand in which they moved, else of the one that speaks for all. */
    private Optional<ScoreWatch.Reading> scores(int speaks) {
        List<Optional<ScoreWatch.Reading>> readings =
                strands.stream().map(strand -> strand.scores.reading()).toList();
        return readings.stream()
                .flatMap(Optional::stream)
                .filter(ScoreWatch.Reading::moved)
                .findFirst()
                .or(() -> readings.get(speaks));
    }

    private boolean isBefore(List<Assessment> all, int one, int other) {
        int byRank = Integer.compare(rank(all.get(one)), rank(all.get(other)));
        if (byRank != 0) {
            return byRank < 0;
        }
        boolean heard = isHeard(strands.get(one));
        return heard == isHeard(strands.get(other))
                ? all.get(one).observed().fewest() > all.get(other).observed().fewest()
                : heard;
    }

    private boolean isHeard(Strand strand) {
        return lastSlot() - strand.heardSlot <= settings.freshSlotsMax();
    }

    private static int rank(Assessment assessment) {
        if (assessment.isHarmShown()) {
            return 0;
        }
        return switch (assessment.conclusion()) {
            case INVALID -> 1;
            case PROMOTE, ADVANCE -> 2;
            case HOLD, BLIND, ROLL_BACK, SAFE, HARM -> 3;
        };
    }

    /** What to persist. */
    void writeTo(RolloutMemory.Builder memory) {
        for (Strand strand : strands) {
            ByteString state = strand.evaluationBytes();
            ByteString scores = strand.scoreBytes();
            if (byClient) {
                memory.addClients(ClientEvidence.newBuilder()
                        .setMemory(strand.memory)
                        .setEvaluation(state)
                        .setScores(scores)
                        .setHeardSlot(strand.heardSlot));
            } else {
                memory.setEvaluation(state).setScores(scores);
            }
        }
    }
}
