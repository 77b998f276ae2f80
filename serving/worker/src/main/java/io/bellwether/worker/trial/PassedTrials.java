package io.bellwether.worker.trial;

import io.bellwether.batching.InstanceChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Digests of files that passed a trial and what was measured to be best for them, kept in a file if there is a place for it.
 * Used by one thread at a time.
 *
 * <p>A line is a digest, and behind it {@code INSTANCESxTHREADS/PROCESSORS} where that was measured.
 */
public final class PassedTrials {
    private static final Logger LOG = LoggerFactory.getLogger(PassedTrials.class);
    private static final int KEPT_MAX = 10_000;
    private static final Pattern LINE = Pattern.compile("(\\S+)(?: ([0-9]{1,3})x([0-9]{1,3})/([0-9]{1,9}))?");

    private final @Nullable Path file;
    private final int processors;
    private final Map<String, Optional<InstanceChoice>> passed = new LinkedHashMap<>();

    private PassedTrials(@Nullable Path file, int processors) {
        this.file = file;
        this.processors = processors;
    }

    /** Remembers as long as the process lives. */
    public static PassedTrials inMemory() {
        return new PassedTrials(null, 1);
    }

    /**
     * Remembers in a file; one that cannot be read counts as empty.
     *
     * @param processors of this machine: what was measured on another is forgotten
     */
    public static PassedTrials in(Path file, int processors) {
        PassedTrials passed = new PassedTrials(file, processors);
        try {
            if (Files.isRegularFile(file)) {
                Files.readAllLines(file).stream().limit(KEPT_MAX).forEach(passed::read);
            }
        } catch (IOException e) {
            LOG.warn("trials of earlier processes are not known; every version is tried again", e);
        }
        return passed;
    }

    boolean contains(String digest) {
        return passed.containsKey(digest);
    }

    /** What was measured to be best; empty when nothing was. */
    Optional<InstanceChoice> chosen(String digest) {
        return passed.getOrDefault(digest, Optional.empty());
    }

    void add(String digest, Optional<InstanceChoice> chosen) {
        if (passed.size() >= KEPT_MAX) {
            passed.clear();
        }
        Optional<InstanceChoice> before = passed.put(digest, chosen);
        if (file != null && !chosen.equals(before)) {
            try {
                List<String> lines = passed.entrySet().stream().map(this::line).toList();
                Files.write(file, lines);
            } catch (IOException e) {
                LOG.warn("a passed trial could not be written down; it is made again after a restart", e);
            }
        }
    }

    private void read(String line) {
        Matcher known = LINE.matcher(line);
        if (!known.matches()) {
            return;
        }
        Optional<InstanceChoice> chosen = Optional.empty();
        if (known.group(2) != null && Integer.parseInt(known.group(4)) == processors) {
            try {
                chosen = Optional.of(
                        new InstanceChoice(Integer.parseInt(known.group(2)), Integer.parseInt(known.group(3))));
            } catch (IllegalArgumentException e) {
                LOG.warn("what was measured in an earlier process makes no sense; it is measured again", e);
            }
        }
        passed.put(known.group(1), chosen);
    }

    private String line(Map.Entry<String, Optional<InstanceChoice>> entry) {
        return entry.getKey()
                + entry.getValue()
                        .map(pair -> " " + pair.instances() + "x" + pair.threads() + "/" + processors)
                        .orElse("");
    }
}
