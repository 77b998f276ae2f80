package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** What came back from the control API. */
sealed interface Answer {

    /** It did what was asked. */
    record Done(JsonNode body) implements Answer {}

    /** It refused; the sentence says what is wrong and what to do. */
    record Refused(String sentence) implements Answer {}

    /** Nothing, or nothing that a control API says, came back; the sentence says what to do. */
    record Unreached(String sentence) implements Answer {}
}
