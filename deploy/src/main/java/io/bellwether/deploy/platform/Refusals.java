package io.bellwether.deploy.platform;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a worker says in its log about a repository of which it can serve nothing, in words for a terminal. Without them
 * somebody who waits for the platform would learn only that it takes long. Reads the log piece by piece.
 */
final class Refusals {
    private static final String WARNING = "\\S+ WARN +\\[[^\\]]*] ";
    private static final Pattern REFUSED =
            Pattern.compile(WARNING + "model=(.*?) version=(\\S*) reason=\"(.*)\" refused");
    private static final Pattern NOTHING_SERVES = Pattern.compile(WARNING + ".*\\breason=NOTHING_SERVES .*");
    private static final int SHOWN_MAX = 5;

    private final List<String> shown = new ArrayList<>();
    private int more;

    /**
     * Reads on.
     *
     * @param lines that were added to the log since the last call
     * @return what to tell, once the worker has said that none of its models can be served
     */
    Optional<String> remark(List<String> lines) {
        for (var line : lines) {
            var refused = REFUSED.matcher(line);
            if (refused.matches()) {
                note(refused.group(1), refused.group(2), refused.group(3));
            } else if (NOTHING_SERVES.matcher(line).matches() && !shown.isEmpty()) {
                return Optional.of(text());
            }
        }
        return Optional.empty();
    }

    private void note(String model, String version, String reason) {
        if (shown.size() < SHOWN_MAX) {
            shown.add("    " + model + (version.isEmpty() ? "" : " version " + version) + ": " + reason);
        } else {
            more++;
        }
    }

    private String text() {
        return "The worker refuses every model of its repository, and nothing is ready before one is served:\n"
                + String.join("\n", shown)
                + (more > 0 ? "\n    and " + more + " more; see deploy/bellwether logs worker" : "")
                + "\n  Mend the files while this waits; they are seen within seconds. deploy/bellwether model check FOLDER"
                + " explains a model.";
    }
}
