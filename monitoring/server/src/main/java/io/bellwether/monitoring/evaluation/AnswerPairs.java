package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.PairCounts;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;

/**
 * Answers of both versions to copied requests, by which of the two is wrong.
 *
 * @param bothRight pairs
 * @param bothWrong pairs
 * @param onlyControlWrong pairs in which the candidate alone is right
 * @param onlyCandidateWrong pairs in which the stable version alone is right
 * @param lost copies of which an answer is missing, for a reason that says nothing about its version
 */
public record AnswerPairs(long bothRight, long bothWrong, long onlyControlWrong, long onlyCandidateWrong, Lost lost) {
    /** None yet. */
    public static final AnswerPairs NONE = new AnswerPairs(0, 0, 0, 0, new Lost(0, 0, 0));

    /**
     * Missing answers.
     *
     * @param control only the stable version's
     * @param candidate only the candidate's
     * @param both both
     */
    public record Lost(long control, long candidate, long both) {
        Lost plus(Lost other) {
            return new Lost(control + other.control, candidate + other.candidate, both + other.both);
        }
    }

    /** All together. */
    public AnswerPairs plus(AnswerPairs other) {
        return new AnswerPairs(
                bothRight + other.bothRight,
                bothWrong + other.bothWrong,
                onlyControlWrong + other.onlyControlWrong,
                onlyCandidateWrong + other.onlyCandidateWrong,
                lost.plus(other.lost));
    }

    /** Pairs of which both answers came. */
    long answered() {
        return bothRight + bothWrong + onlyControlWrong + onlyCandidateWrong;
    }

    long controlWrong() {
        return bothWrong + onlyControlWrong;
    }

    long candidateWrong() {
        return bothWrong + onlyCandidateWrong;
    }

    PairCounts byWrong() {
        return new PairCounts(bothRight + bothWrong, onlyControlWrong, onlyCandidateWrong);
    }

    PairCounts byLost() {
        return new PairCounts(answered() + lost.both(), lost.control(), lost.candidate());
    }

    void write(StateWriter out) {
        out.writeLong(bothRight);
        out.writeLong(bothWrong);
        out.writeLong(onlyControlWrong);
        out.writeLong(onlyCandidateWrong);
        out.writeLong(lost.control());
        out.writeLong(lost.candidate());
        out.writeLong(lost.both());
    }

    static AnswerPairs read(StateReader in) {
        return new AnswerPairs(
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                new Lost(in.readLong(), in.readLong(), in.readLong()));
    }
}
