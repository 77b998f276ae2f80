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
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]*");
    private static final int PARTS_MAX = 64;
    private static final int PART_CHARACTERS_MAX = 128;
    private static final int SHOWN_CHARACTERS_MAX = 80;

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
            return Optional.of("holds folders deeper than " + depthMax + ": " + shown(name));
        }
        if (name.startsWith("/")) {
            return Optional.of(wrong("begins with a slash", name));
        }
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < parts.length; i++) {
            Optional<String> broken = brokenRule(parts[i]);
            if (broken.isPresent()) {
                return Optional.of(wrong(broken.get(), name));
            }
            path.append(i == 0 ? "" : "/").append(parts[i]);
            boolean isFolder = folder || i < parts.length - 1;
            Seen before =
                    seen.putIfAbsent(path.toString().toLowerCase(Locale.ROOT), new Seen(path.toString(), isFolder));
            if (before != null
                    && (!before.folder() || !isFolder || !before.name().contentEquals(path))) {
                return Optional.of("holds the same name twice, or two that differ only in case: " + shown(name));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> brokenRule(String part) {
        if (part.isEmpty()) {
            return Optional.of("has nothing between two slashes");
        }
        if (part.equals(".") || part.equals("..")) {
            return Optional.of("has a part that is " + part);
        }
        if (!PART.matcher(part).matches()) {
            return Optional.of("is not made of A-Z a-z 0-9 . _ - and slashes");
        }
        return part.length() > PART_CHARACTERS_MAX
                ? Optional.of("has a part of more than " + PART_CHARACTERS_MAX + " characters")
                : Optional.empty();
    }

    private static String wrong(String rule, String name) {
        return "holds a name that " + rule + ": " + shown(name) + "; rename it and pack again";
    }

    /** Names come from whoever packed the archive: cut, and with a question mark for what cannot be printed. */
    private static String shown(String name) {
        boolean cut = name.length() > SHOWN_CHARACTERS_MAX;
        String head = cut ? name.substring(0, SHOWN_CHARACTERS_MAX) : name;
        return "'" + head.replaceAll("[^\\x20-\\x7e]", "?") + (cut ? "..." : "") + "'";
    }
}
