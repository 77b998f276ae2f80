package io.bellwether.worker.archive;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which names an archive may hold: parts of letters, digits, dot, underscore and hyphen, joined by slashes. No absolute path,
 * no {@code .} or {@code ..}, no two names that differ only in case, no file where a folder is.
 */
final class EntryNames {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]{1,128}");
    private static final int PARTS_MAX = 64;
    private static final String GRAMMAR =
            "holds a name that is not made of A-Z a-z 0-9 . _ - and slashes; rename it and pack again";

    private final int depthMax;
    /** Folders and files so far, by their name in small letters. */
    private final Map<String, Seen> seen = new HashMap<>();

    EntryNames(int depthMax) {
        this.depthMax = depthMax;
    }

    private record Seen(String name, boolean folder) {}

    /** Notes the name of a file or folder, without a slash at its end. Returns why it is refused, if it is. */
    Optional<String> refusal(String name, boolean folder) {
        String[] parts = name.split("/", PARTS_MAX);
        if (parts.length - 1 > depthMax) {
            return Optional.of("holds folders deeper than " + depthMax);
        }
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i];
            if (!PART.matcher(part).matches() || part.equals(".") || part.equals("..")) {
                return Optional.of(GRAMMAR);
            }
            path.append(i == 0 ? "" : "/").append(part);
            boolean isFolder = folder || i < parts.length - 1;
            Seen before =
                    seen.putIfAbsent(path.toString().toLowerCase(Locale.ROOT), new Seen(path.toString(), isFolder));
            if (before != null
                    && (!before.folder() || !isFolder || !before.name().contentEquals(path))) {
                return Optional.of("holds the same name twice, or two that differ only in case");
            }
        }
        return Optional.empty();
    }
}
