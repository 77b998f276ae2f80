package io.bellwether.deploy.platform;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a process ended, in one line, as its log says it: a crash in native code, no memory, the cause of a trace, or what a
 * worker says of a model that hung before it gives itself up.
 */
final class EndCause {
    private static final String CRASH = "# A fatal error has been detected by the Java Runtime Environment";
    private static final Pattern CRASH_SIGNAL = Pattern.compile("#\\s+(SIG[A-Z0-9]+|Internal Error|Out of Memory).*");
    private static final Pattern CRASH_FRAME = Pattern.compile("#\\s+([A-Za-z])\\s+\\[([^+\\]]+).*");
    private static final Pattern CRASH_REPORT = Pattern.compile("#\\s+(/.*hs_err\\S*)");
    private static final String NO_MEMORY = "Terminating due to java.lang.OutOfMemoryError: ";
    private static final Pattern CAUSE = Pattern.compile("Caused by: (?:[\\w.$]+: )?(.+)");
    private static final Pattern HUNG = Pattern.compile("\\S+ ERROR +\\[[^\\]]*] (.*\\breason=HUNG .*)");
    private static final int MORE_LINES_MAX = 5;
    private static final int OTHER_LINES_MAX = 20;

    private static final int STATUS_OF_SIGNALS = 128;
    private static final int SIGKILL = 9;

    /** Of a worker that ends itself because a forward does not come back. */
    private static final int STATUS_HUNG = 70;

    private EndCause() {}

    /** How a process ended, in words. */
    static String how(int status) {
        return status > STATUS_OF_SIGNALS ? "signal " + (status - STATUS_OF_SIGNALS) : "exit status " + status;
    }

    /** Why a process with this exit status ended, by the last lines of its log; empty when nothing tells it. */
    static Optional<String> of(int status, List<String> log) {
        int otherLines = 0;
        for (int i = log.size() - 1; i >= 0; i--) {
            var line = log.get(i);
            if (line.startsWith(CRASH)) {
                return Optional.of(crash(log.subList(i, log.size())));
            }
            if (line.startsWith(NO_MEMORY)) {
                return Optional.of("it ran out of memory (" + line.substring(NO_MEMORY.length()) + ")");
            }
            var hung = HUNG.matcher(line);
            if (hung.matches() && status == STATUS_HUNG) {
                return Optional.of(hung.group(1));
            }
            var cause = CAUSE.matcher(line);
            // A signal comes from elsewhere, and a trace that much went on after was of something else.
            if (cause.matches() && status <= STATUS_OF_SIGNALS && otherLines <= OTHER_LINES_MAX) {
                return Optional.of(message(cause.group(1), log.subList(i + 1, log.size())));
            }
            otherLines += LogExcerpt.isFrame(line) ? 0 : 1;
        }
        return status == STATUS_OF_SIGNALS + SIGKILL
                ? Optional.of("killed from outside, by somebody or by a system that ran out of memory")
                : Optional.empty();
    }

    private static String crash(List<String> lines) {
        var text = new StringBuilder(first(CRASH_SIGNAL, 1, lines).orElse("a crash"));
        if (first(CRASH_FRAME, 1, lines).filter("C"::equals).isPresent()) {
            text.append(" in native code");
        }
        first(CRASH_FRAME, 2, lines).ifPresent(library -> text.append(" of ").append(library));
        first(CRASH_REPORT, 1, lines)
                .ifPresent(report -> text.append("; the crash report is ").append(report));
        return text.toString();
    }

    private static Optional<String> first(Pattern pattern, int group, List<String> lines) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(matcher -> matcher.matches())
                .findFirst()
                .map(matcher -> matcher.group(group));
    }

    /** A message of several lines goes on, indented, until the first stack frame. */
    private static String message(String first, List<String> following) {
        var text = new StringBuilder(first.strip());
        for (var line : following.subList(0, Math.min(MORE_LINES_MAX, following.size()))) {
            if (line.isBlank() || !Character.isWhitespace(line.charAt(0)) || LogExcerpt.isFrame(line)) {
                break;
            }
            text.append(' ').append(line.strip());
        }
        return text.toString();
    }
}
