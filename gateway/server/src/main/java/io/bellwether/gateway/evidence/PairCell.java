package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.events.AnsweredPairs;
import java.util.EnumMap;
import java.util.Map;

/** Cumulative counts of the pairs of one question. Guarded like its {@link Cell}. */
final class PairCell {
    private final Map<Pair.Result, Long> results = new EnumMap<>(Pair.Result.class);

    void count(Pair.Result result) {
        results.merge(result, 1L, Long::sum);
    }

    AnsweredPairs toCounts(Question question) {
        return AnsweredPairs.newBuilder()
                .setQuestion(question.label())
                .setBothRight(of(Pair.Result.BOTH_RIGHT))
                .setBothWrong(of(Pair.Result.BOTH_WRONG))
                .setOnlyControlWrong(of(Pair.Result.ONLY_CONTROL_WRONG))
                .setOnlyCandidateWrong(of(Pair.Result.ONLY_CANDIDATE_WRONG))
                .setControlLost(of(Pair.Result.CONTROL_LOST))
                .setCandidateLost(of(Pair.Result.CANDIDATE_LOST))
                .setBothLost(of(Pair.Result.BOTH_LOST))
                .build();
    }

    private long of(Pair.Result result) {
        return results.getOrDefault(result, 0L);
    }
}
