package io.bellwether.worker.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which version is being tried, for the process that watches, and which versions have ended the process that tried them.
 *
 * @param folder shared by both processes; empty when nobody watches
 * @param ends how a process ended, by the version that it tried
 */
record Attempts(Optional<Path> folder, Map<String, String> ends) {
    /** Nobody watches, and nothing is known. */
    static final Attempts NONE = new Attempts(Optional.empty(), Map.of());

    private static final String TRYING = "trying";

    Attempts {
        ends = Map.copyOf(ends);
    }

    /** In the folder that both processes know, with ends as {@link #endsAsText} has them. */
    static Attempts in(Path folder, String endsAsText) {
        Map<String, String> ends = new HashMap<>();
        for (String one : endsAsText.isEmpty() ? List.<String>of() : List.of(endsAsText.split(";", -1))) {
            int equals = one.indexOf('=');
            ends.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return new Attempts(Optional.of(folder), ends);
    }

    /** All ends as an argument of a command line. Versions are digits, so nothing is to be escaped. */
    String endsAsText() {
        return ends.entrySet().stream()
                .map(end -> end.getKey() + "=" + end.getValue())
                .collect(Collectors.joining(";"));
    }

    /** How a process that tried the version ended; empty when none did. */
    Optional<String> endOf(String version) {
        return Optional.ofNullable(ends.get(version));
    }

    /** The same with one more end. */
    Attempts with(String version, String end) {
        Map<String, String> more = new HashMap<>(ends);
        more.put(version, end);
        return new Attempts(folder, more);
    }

    /** Says that the version is tried from now on. */
    void begin(String version) throws IOException {
        if (folder.isPresent()) {
            Files.writeString(folder.get().resolve(TRYING), version);
        }
    }

    /** The version that was tried last, unless it is known to have ended a process before. */
    Optional<String> last() throws IOException {
        Optional<Path> file = folder.map(one -> one.resolve(TRYING)).filter(Files::exists);
        return file.isEmpty()
                ? Optional.empty()
                : Optional.of(Files.readString(file.get())).filter(version -> !ends.containsKey(version));
    }

    /** A new folder for files that are not needed later. The process that watches removes what is left of it. */
    Path scratch() throws IOException {
        String prefix = "bellwether-check-";
        return folder.isEmpty() ? Files.createTempDirectory(prefix) : Files.createTempDirectory(folder.get(), prefix);
    }
}
