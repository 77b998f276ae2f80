package io.bellwether.gateway.hostile;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Set;

/**
 * One request that something is wrong with, and what must come of it.
 *
 * @param what names the slot and the value
 * @param target what stands in the request line
 * @param headers whole lines
 * @param sent values that may come back in words, because the client sent them
 */
record RestCase(
        String what,
        String method,
        String target,
        List<String> headers,
        ByteString body,
        Expected expected,
        List<String> sent) {

    /** Forms that an answer can have. */
    enum Form {
        /** {@code {"error": "..."}}. */
        PROTOCOL,
        /** {@code {"error": {"message": ...}}}. */
        OPENAI,
        /** The framework refuses what is no HTTP, without a body. */
        FRAMEWORK
    }

    /**
     * What must come of it.
     *
     * @param statuses any of these
     * @param reasons any of these; empty: no reason, because there is no such path or method
     */
    record Expected(Set<Integer> statuses, Set<String> reasons, Form form) {
        static Expected of(int status, String... reasons) {
            return new Expected(Set.of(status), Set.of(reasons), Form.PROTOCOL);
        }

        static Expected invalid() {
            return of(400, "INVALID_INPUT", "TOO_LARGE");
        }

        static Expected notFound() {
            return of(404, "MODEL_NOT_FOUND");
        }

        static Expected noSuchPath() {
            return of(404);
        }

        static Expected ok() {
            return of(200);
        }

        static Expected framework(Integer... statuses) {
            return new Expected(Set.of(statuses), Set.of(), Form.FRAMEWORK);
        }

        Expected openAi() {
            return new Expected(statuses, reasons, Form.OPENAI);
        }
    }

    RestCase {
        headers = List.copyOf(headers);
        sent = List.copyOf(sent);
    }

    static RestCase of(String what, String method, String target, String body, Expected expected) {
        return new RestCase(what, method, target, List.of(), ByteString.copyFromUtf8(body), expected, List.of());
    }

    RestCase with(String... more) {
        return new RestCase(what, method, target, List.of(more), body, expected, sent);
    }

    RestCase with(ByteString other) {
        return new RestCase(what, method, target, headers, other, expected, sent);
    }

    RestCase sends(String... values) {
        return new RestCase(what, method, target, headers, body, expected, List.of(values));
    }

    @Override
    public String toString() {
        String clean = what.replaceAll("[^\\x20-\\x7e]", "?");
        String shown = clean.length() <= 100 ? clean : clean.substring(0, 100);
        return method + " " + shown;
    }
}
