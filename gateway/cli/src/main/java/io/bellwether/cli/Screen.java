package io.bellwether.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Function;

/** Where a command writes: results to out, problems to err. */
final class Screen {

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    Screen(PrintWriter out, PrintWriter err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    boolean json() {
        return json;
    }

    /** Shows an answer, as JSON or in words, and returns the exit code. */
    int show(Answer answer, Function<JsonNode, List<String>> inWords) {
        if (answer instanceof Answer.Done done) {
            if (json) {
                line(done.body().toPrettyString());
            } else {
                inWords.apply(done.body()).forEach(this::line);
            }
            return ExitCode.DONE;
        }
        return fail(sentence(answer));
    }

    /** The sentence of an answer that is not good. */
    static String sentence(Answer answer) {
        if (answer instanceof Answer.Refused refused) {
            return refused.sentence();
        }
        return answer instanceof Answer.Unreached unreached ? unreached.sentence() : "";
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void note(String text) {
        err.println(text);
        err.flush();
    }

    /** Says what is wrong, as JSON where results would be JSON. */
    int fail(String sentence) {
        note(
                json
                        ? JsonNodeFactory.instance
                                .objectNode()
                                .put("error", sentence)
                                .toString()
                        : "bellwether: " + sentence);
        return ExitCode.FAILED;
    }
}
