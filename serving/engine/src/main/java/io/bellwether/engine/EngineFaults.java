package io.bellwether.engine;

import java.util.Locale;
import java.util.regex.Pattern;

/** Turns what the native engines and DJL throw into faults that can be shown. */
final class EngineFaults {
    private static final int DETAIL_CHARACTERS_MAX = 300;
    /** Two names joined by a slash or more: a path, or a source position in one. */
    private static final Pattern PATH = Pattern.compile("(?:[A-Za-z]:)?[\\w.~-]*(?:[/\\\\][\\w.~+-]+)+");

    private EngineFaults() {}

    static EngineFault of(EngineFault.Kind kind, String message, Throwable cause) {
        return new EngineFault(kind, message, detail(cause));
    }

    /** A fault of one execution. */
    static EngineFault ofRun(ModelSource source, Throwable cause) {
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (said.contains("out of memory")
                || said.contains("can't allocate memory")
                || said.contains("not enough memory")) {
            return of(
                    EngineFault.Kind.OUT_OF_MEMORY,
                    "no memory is left on the device for an execution of model " + source.label(),
                    cause);
        }
        return of(EngineFault.Kind.PROGRAM_FAILED, "model " + source.label() + " failed on this input", cause);
    }

    /** The last line that says something: in a TorchScript traceback, the error itself. */
    static String detail(Throwable cause) {
        String last = "";
        for (String line : String.valueOf(cause.getMessage()).split("\\R")) {
            if (!line.isBlank()) {
                last = line.strip();
            }
        }
        String withoutPaths = PATH.matcher(last).replaceAll("(path)");
        return withoutPaths.length() <= DETAIL_CHARACTERS_MAX
                ? withoutPaths
                : withoutPaths.substring(0, DETAIL_CHARACTERS_MAX);
    }
}
