package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.bellwether.monitoring.evaluation.AnswerMove;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EmbeddingWatch;
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
import io.bellwether.monitoring.folding.EmbeddingSums;
import io.bellwether.monitoring.folding.ScoreSums;
import io.bellwether.monitoring.folding.SlotSums;
import io.bellwether.monitoring.state.ClientEvidence;
import io.bellwether.monitoring.state.RolloutMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The evidence about one rollout: one evaluation of all its requests, or, where the split is by client, one for each of the
 * first memories of clients that appear. Why these are kept apart, and what each may spend, says {@link Unit}.
 *
 * <p>Of several, harm in one takes the rollout back, a split that is not the planned one in one makes the comparison invalid,
 * and otherwise safety in one suffices. If none concludes, the one with the most clients among those whose gateway is still
 * heard speaks. Scores and embeddings that moved in any of them have moved. Not thread-safe; deterministic.
 */
final class RolloutEvidence {
    /** Of no memory: until the first one appears. */
    private static final long NO_MEMORY = 0;

    private final RolloutPlan plan;
    private final ScoreWatch.Plan scorePlan;
    private final boolean byClient;
    private final EvaluationSettings settings;
    private final List<Strand> strands = new ArrayList<>();

    /** The evidence of one memory of clients, or of all requests. */
    private static final class Strand {
        final RolloutEvaluation evaluation;
        final AnswerWatches answers;
        long memory;
        long heardSlot;
        /** What was last assessed, which the evaluation remembers. */
        @Nullable
        RolloutStatus assessed;
        /** As it is remembered; null: it has changed since. */
        private @Nullable ByteString evaluationBytes;

        Strand(RolloutEvaluation evaluation, AnswerWatches answers, long memory, long heardSlot) {
            this.evaluation = evaluation;
            this.answers = answers;
            this.memory = memory;
            this.heardSlot = heardSlot;
        }

        void add(SlotCounts counts) {
            evaluation.add(counts);
            evaluationBytes = null;
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
    }

    /** What is fixed about a rollout: how its requests are judged, and how their answers. */
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
                    .setEmbeddings(kept.getEmbeddings())
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
                answers(ofStrand, kept.getScores(), kept.getEmbeddings()),
                kept.getMemory(),
                kept.getHeardSlot()));
    }

    private AnswerWatches answers(RolloutPlan ofStrand, ByteString scores, ByteString embeddings) {
        return new AnswerWatches(scorePlan, ofStrand.conduct().unit(), scores, embeddings);
    }

    private RolloutPlan planOfNext() {
        return byClient ? plan.byClients(strands.size()) : plan;
    }

    private Strand begin(long memory, StableHistory history) {
        RolloutPlan ofStrand = planOfNext();
        Strand strand = new Strand(
                RolloutEvaluation.start(ofStrand, settings, history),
                answers(ofStrand, ByteString.EMPTY, ByteString.EMPTY),
                memory,
                -1);
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
            add(slot, strand);
        }
        return true;
    }

    private void add(ClosedSlot slot, Strand strand) {
        String rolloutId = plan.rolloutId();
        if (byClient) {
            long memory = strand.memory;
            strand.add(SlotSums.ofClients(slot, rolloutId, memory));
            strand.answers.add(
                    slot.slot(),
                    ScoreSums.ofClients(slot, rolloutId, memory),
                    EmbeddingSums.ofClients(slot, rolloutId, memory));
        } else {
            strand.add(SlotSums.ofRollout(slot, rolloutId));
            strand.answers.add(
                    slot.slot(), ScoreSums.ofRollout(slot, rolloutId), EmbeddingSums.ofRollout(slot, rolloutId));
        }
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

    /** What all of it means, and what is known of scores and embeddings; empty where no answer had or was one. */
    record Weighed(
            Assessment assessment, Optional<ScoreWatch.Reading> scores, Optional<EmbeddingWatch.Reading> embeddings) {}

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
        Optional<ScoreWatch.Reading> scores = reading(AnswerWatches::scores, ScoreWatch.Reading::moved, speaks);
        Optional<EmbeddingWatch.Reading> embeddings =
                reading(AnswerWatches::embeddings, EmbeddingWatch.Reading::moved, speaks);
        Assessment weighed = weigh(all.get(speaks), scores.map(ScoreWatch.Reading::move));
        return new Weighed(
                weigh(weighed, embeddings.map(EmbeddingWatch.Reading::move)).exposedAs(all.get(0)), scores, embeddings);
    }

    private static Assessment weigh(Assessment assessment, Optional<AnswerMove> move) {
        return move.map(known -> known.weigh(assessment)).orElse(assessment);
    }

    /** Of the first strand in which answers moved, else of the one that speaks for all. */
    private <R> Optional<R> reading(Function<AnswerWatches, Optional<R>> of, Predicate<R> moved, int speaks) {
        List<Optional<R>> readings =
                strands.stream().map(strand -> of.apply(strand.answers)).toList();
        return readings.stream()
                .flatMap(Optional::stream)
                .filter(moved)
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
            ByteString scores = strand.answers.keepScores();
            ByteString embeddings = strand.answers.keepEmbeddings();
            if (byClient) {
                memory.addClients(ClientEvidence.newBuilder()
                        .setMemory(strand.memory)
                        .setEvaluation(state)
                        .setScores(scores)
                        .setEmbeddings(embeddings)
                        .setHeardSlot(strand.heardSlot));
            } else {
                memory.setEvaluation(state).setScores(scores).setEmbeddings(embeddings);
            }
        }
    }
}
