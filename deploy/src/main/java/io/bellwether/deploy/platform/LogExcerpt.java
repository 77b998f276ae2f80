package io.bellwether.deploy.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What of a log a person at a terminal needs: stack frames stay in the log, a trace becomes its innermost cause. */
final class LogExcerpt {
    private static final Pattern FRAME =
            Pattern.compile("\\s+(at [\\w.$/<>@-]+\\(.*\\).*|\\.\\.\\. \\d+ (more|common frames omitted))");
    private static final Pattern CAUSE = Pattern.compile("Caused by: (?:[\\w.$]+: )?(.+)");

    private LogExcerpt() {}

    static boolean isFrame(String line) {
        return FRAME.matcher(line).matches();
    }

    /** The last lines of these without traces, at most so many. */
    static List<String> of(List<String> lines, int linesMax) {
        var kept = new ArrayList<String>();
        boolean inTrace = false;
        for (var line : lines) {
            if (line.isBlank()) {
                continue;
            }
            if (isFrame(line)) {
                inTrace = true;
                continue;
            }
            var cause = CAUSE.matcher(line);
            boolean isCause = cause.matches();
            if (isCause && inTrace && !kept.isEmpty()) {
                // it says more than what it takes the place of, which only passed it on
                kept.remove(kept.size() - 1);
            }
            kept.add(isCause ? cause.group(1) : line);
            inTrace = false;
        }
        return kept.subList(Math.max(0, kept.size() - linesMax), kept.size());
    }
}
