package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What came back from the control API. */
sealed interface Answer {

    /** It did what was asked. */
    record Done(JsonNode body) implements Answer {}

    /**
     * It refused.
     *
     * @param sentence what is wrong and what to do
     * @param problems the same one by one, each about a field of the request; none if it is not about fields
     */
    record Refused(String sentence, List<Problem> problems) implements Answer {
        public Refused {
            problems = List.copyOf(problems);
        }

        Refused(String sentence) {
            this(sentence, List.of());
        }
    }

    /** What is wrong with a field, and what to do. */
    record Problem(String field, String text) {}

    /** Nothing, or nothing that a control API says, came back; the sentence says what to do. */
    record Unreached(String sentence) implements Answer {}
}
