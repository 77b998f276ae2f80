package io.bellwether.monitoring.judging;

import com.google.protobuf.ByteString;
import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.evaluation.EvaluationState;
import io.bellwether.monitoring.evaluation.RolloutEvaluation;
import io.bellwether.monitoring.evaluation.RolloutPlan;
import io.bellwether.monitoring.evaluation.RolloutStatus;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.monitoring.evaluation.StableHistory;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.SlotSums;
import io.bellwether.monitoring.state.ClientEvidence;
import io.bellwether.monitoring.state.RolloutMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * The evidence about one rollout: one evaluation of all its requests, or, where the split is by client, one for each of the
 * first memories of clients that appear. Why these are kept apart, and what each may spend, says {@link Unit}.
 *
 * <p>Of several, harm in one takes the rollout back, a split that is not the planned one in one makes the comparison invalid,
 * and otherwise safety in one suffices. If none concludes, the one with the most clients among those whose gateway is still
 * heard speaks. Not thread-safe; deterministic.
 */
final class RolloutEvidence {
    /** Of no memory: until the first one appears. */
    private static final long NO_MEMORY = 0;

    private final RolloutPlan plan;
    private final boolean byClient;
    private final EvaluationSettings settings;
    private final List<Strand> strands = new ArrayList<>();

    /** The evidence of one memory of clients, or of all requests. */
    private static final class Strand {
        final RolloutEvaluation evaluation;
        long memory;
        long heardSlot;

        Strand(RolloutEvaluation evaluation, long memory, long heardSlot) {
            this.evaluation = evaluation;
            this.memory = memory;
            this.heardSlot = heardSlot;
        }
    }

    private RolloutEvidence(RolloutPlan plan, boolean byClient, EvaluationSettings settings) {
        this.plan = plan;
        this.byClient = byClient;
        this.settings = settings;
    }

    /** One that has seen nothing yet; of several memories only the first knows the history, which is older than the split. */
    static RolloutEvidence start(
            RolloutPlan plan, boolean byClient, EvaluationSettings settings, StableHistory history) {
        RolloutEvidence evidence = new RolloutEvidence(plan, byClient, settings);
        evidence.begin(NO_MEMORY, history);
        return evidence;
    }

    /**
     * Continues from {@link #writeTo}.
     *
     * @throws IllegalArgumentException if what was kept belongs to another plan or is damaged
     */
    static RolloutEvidence resume(RolloutPlan plan, boolean byClient, EvaluationSettings settings, RolloutMemory kept) {
        RolloutEvidence evidence = new RolloutEvidence(plan, byClient, settings);
        if (!byClient) {
            evidence.add(kept.getEvaluation(), plan, NO_MEMORY, -1);
        }
        for (ClientEvidence client : byClient ? kept.getClientsList() : List.<ClientEvidence>of()) {
            RolloutPlan ofMemory = plan.byClients(evidence.strands.size());
            evidence.add(client.getEvaluation(), ofMemory, client.getMemory(), client.getHeardSlot());
        }
        if (evidence.strands.isEmpty()) {
            throw new IllegalArgumentException("evidence of rollout " + plan.rolloutId() + " is missing");
        }
        return evidence;
    }

    private void add(ByteString state, RolloutPlan ofStrand, long memory, long heardSlot) {
        EvaluationState evaluation = EvaluationState.fromBytes(state.toByteArray());
        strands.add(new Strand(RolloutEvaluation.resume(ofStrand, settings, evaluation), memory, heardSlot));
    }

    private Strand begin(long memory, StableHistory history) {
        RolloutPlan ofStrand = byClient ? plan.byClients(strands.size()) : plan;
        Strand strand = new Strand(RolloutEvaluation.start(ofStrand, settings, history), memory, -1);
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
            strand.evaluation.add(counts);
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

    /** Says what all of it means now. */
    Assessment assess(RolloutStatus status, long nowSlot) {
        List<Assessment> all = new ArrayList<>();
        for (Strand strand : strands) {
            all.add(strand.evaluation.assess(status, nowSlot));
        }
        int speaks = 0;
        for (int i = 1; i < all.size(); i++) {
            speaks = isBefore(all, i, speaks) ? i : speaks;
        }
        return all.get(speaks).exposedAs(all.get(0));
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
            ByteString state = ByteString.copyFrom(strand.evaluation.snapshot().toBytes());
            if (byClient) {
                memory.addClients(ClientEvidence.newBuilder()
                        .setMemory(strand.memory)
                        .setEvaluation(state)
                        .setHeardSlot(strand.heardSlot));
            } else {
                memory.setEvaluation(state);
            }
        }
    }
}
