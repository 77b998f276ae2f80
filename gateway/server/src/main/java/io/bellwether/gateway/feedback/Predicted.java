package io.bellwether.gateway.feedback;

import io.bellwether.gateway.evidence.Pair;
import io.bellwether.gateway.evidence.Question;

/**
 * What both versions predicted for one request.
 *
 * @param version of the candidate
 * @param rolloutId the shadow
 * @param control what the client was given
 * @param candidate what the candidate said; empty where its model failed
 */
public record Predicted(String version, String rolloutId, String control, String candidate) {
    /** The pair that a label makes of them. */
    Pair labelled(String label) {
        return new Pair(
                version,
                rolloutId,
                Question.ACCURACY,
                Pair.Result.of(!control.equals(label), !candidate.equals(label)));
    }
}
