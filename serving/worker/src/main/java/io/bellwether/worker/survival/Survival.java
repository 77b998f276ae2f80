package io.bellwether.worker.survival;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from the process before, and from how it ended. A version that was running when it vanished is blamed; one that is blamed
 * {@value CrashHistory#CRASHES_MAX} times in five minutes is in quarantine until it is loaded by request or its files
 * change.
 */
public final class Survival {
    private static final Logger LOG = LoggerFactory.getLogger(Survival.class);
    private static final String RUNNING = "running";
    private static final String CRASHES = "crashes";
    private static final int DIGEST_CHARACTERS = 12;

    private final @Nullable Path folder;
    private final RunMarks marks;
    private final Unloads unloads;
    private CrashHistory history;

    private Survival(@Nullable Path folder, RunMarks marks, Unloads unloads, CrashHistory history) {
        this.folder = folder;
        this.marks = marks;
        this.unloads = unloads;
        this.history = history;
    }

    /** Of a worker without a state folder: nothing is remembered. */
    public static Survival forgetful() {
        return new Survival(null, RunMarks.unwritten(), Unloads.forgetful(), new CrashHistory(List.of()));
    }

    /**
     * Reads what the process before left in the folder and begins anew.
     *
     * @throws IOException when the folder cannot be written
     */
    public static Survival open(Path folder, long nowMillis) throws IOException {
        Files.createDirectories(folder);
        List<String> blamed = RunMarks.runningIn(folder.resolve(RUNNING));
        CrashHistory history = read(folder.resolve(CRASHES)).with(blamed, nowMillis);
        for (String label : blamed) {
            LOG.warn("version={} reason=CRASHED the process before this one ended while it ran this version", label);
        }
        Survival survival =
                new Survival(folder, RunMarks.begin(folder.resolve(RUNNING)), Unloads.open(folder), history);
        survival.write();
        return survival;
    }

    public RunMarks marks() {
        return marks;
    }

    /** Which models are to stay unloaded. */
    public Unloads unloads() {
        return unloads;
    }

    /** How a version with exactly these files is named here. */
    public static String label(String model, String version, String digest) {
        return model + "/" + version + "@" + digest.substring(0, DIGEST_CHARACTERS);
    }

    /** Why the version must not run; empty when it may. */
    public synchronized Optional<String> quarantine(String label) {
        return history.quarantines(label)
                ? Optional.of("it is in quarantine: the worker crashed " + CrashHistory.CRASHES_MAX
                        + " times in five minutes while it ran this version;"
                        + " replace its files, or load the model by request to try again")
                : Optional.empty();
    }

    /** Somebody wants the model to be tried again. */
    public synchronized void forgive(String model) {
        history = history.without(model);
        write();
    }

    /** The process ends as it should: nobody is to blame. */
    public void endWell() {
        Path state = folder;
        if (state != null) {
            try {
                Files.deleteIfExists(state.resolve(RUNNING));
            } catch (IOException e) {
                LOG.warn("the marks of running versions could not be removed", e);
            }
        }
    }

    private static CrashHistory read(Path file) throws IOException {
        List<CrashHistory.Crash> crashes = new ArrayList<>();
        if (Files.isRegularFile(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("\t", -1);
                if (parts.length == 2 && parts[0].matches("[0-9]{1,18}")) {
                    crashes.add(new CrashHistory.Crash(parts[1], Long.parseLong(parts[0])));
                }
            }
        }
        return new CrashHistory(crashes);
    }

    private void write() {
        Path state = folder;
        if (state == null) {
            return;
        }
        List<String> lines = history.crashes().stream()
                .map(crash -> crash.atMillis() + "\t" + crash.label())
                .toList();
        try {
            Path next = Files.write(state.resolve(CRASHES + ".next"), lines);
            Files.move(next, state.resolve(CRASHES), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("crashes could not be written down; a quarantine may be missed", e);
        }
    }
}
