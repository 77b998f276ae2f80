package io.bellwether.gateway.shadow;

import io.bellwether.gateway.evidence.Pair;
import io.bellwether.gateway.evidence.Question;
import io.bellwether.routing.ShadowCopy;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is heard of the copies of one request. The last answer makes the pair: whether the candidate says what the client was
 * given, and whether the stable version says it again. A version that is not asked again is taken to agree with itself. Safe
 * for use by several threads.
 */
final class CopiedRequest {
    private final ShadowCopy copy;
    private @Nullable Heard candidate;
    private @Nullable Heard twin;
    private boolean paired;

    /** What became of a copy. */
    enum Heard {
        /** The answer is the one that the client was given. */
        ALIKE,
        /** It is another one, or the model failed on what it could serve before. */
        APART,
        /** There is none, which says nothing about the version: it was busy, away or slow, and copies come last. */
        LOST,
        /** The copy was dropped here, whichever version it was for. */
        DROPPED
    }

    CopiedRequest(ShadowCopy copy) {
        this.copy = copy;
        this.twin = copy.twin() ? null : Heard.ALIKE;
    }

    /** Takes in what became of a copy; says what the pair is worth when that is known, once. */
    synchronized Optional<Pair> heard(boolean isTwin, Heard what) {
        if (isTwin) {
            twin = what;
        } else {
            candidate = what;
        }
        Heard ofCandidate = candidate;
        Heard ofTwin = twin;
        if (paired || ofCandidate == null || ofTwin == null) {
            return Optional.empty();
        }
        paired = true;
        // A copy that was dropped for want of room was chosen by nothing that a version did: there is no pair.
        if (ofCandidate == Heard.DROPPED || ofTwin == Heard.DROPPED) {
            return Optional.empty();
        }
        return Optional.of(new Pair(
                copy.version(),
                copy.rolloutId(),
                copy.twin() ? Question.DISAGREEMENT : Question.DIFFERENCE,
                result(ofTwin, ofCandidate)));
    }

    private static Pair.Result result(Heard twin, Heard candidate) {
        if (twin == Heard.LOST || candidate == Heard.LOST) {
            return twin == candidate
                    ? Pair.Result.BOTH_LOST
                    : twin == Heard.LOST ? Pair.Result.CONTROL_LOST : Pair.Result.CANDIDATE_LOST;
        }
        return Pair.Result.of(twin == Heard.APART, candidate == Heard.APART);
    }
}
