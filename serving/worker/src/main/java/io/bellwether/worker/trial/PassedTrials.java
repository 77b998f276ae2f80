package io.bellwether.worker.trial;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Digests of files that passed a trial, kept in a file if there is a place for it. Used by one thread at a time. */
public final class PassedTrials {
    private static final Logger LOG = LoggerFactory.getLogger(PassedTrials.class);
    private static final int KEPT_MAX = 10_000;

    private final @Nullable Path file;
    private final Set<String> digests = new LinkedHashSet<>();

    private PassedTrials(@Nullable Path file) {
        this.file = file;
    }

    /** Remembers as long as the process lives. */
    public static PassedTrials inMemory() {
        return new PassedTrials(null);
    }

    /** Remembers in a file; one that cannot be read counts as empty. */
    public static PassedTrials in(Path file) {
        PassedTrials passed = new PassedTrials(file);
        try {
            if (Files.isRegularFile(file)) {
                Files.readAllLines(file).stream().limit(KEPT_MAX).forEach(passed.digests::add);
            }
        } catch (IOException e) {
            LOG.warn("trials of earlier processes are not known; every version is tried again", e);
        }
        return passed;
    }

    boolean contains(String digest) {
        return digests.contains(digest);
    }

    void add(String digest) {
        if (digests.size() >= KEPT_MAX) {
            digests.clear();
        }
        if (digests.add(digest) && file != null) {
            try {
                Files.write(file, digests);
            } catch (IOException e) {
                LOG.warn("a passed trial could not be written down; it is made again after a restart", e);
            }
        }
    }
}
