package io.bellwether.deploy.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;

/** How many files of earlier runs stay: enough to see what happened before, and no more. */
public final class KeptFiles {
    private static final int KEPT_MAX = 5;

    private KeptFiles() {}

    /** Gives a log the name of an older one, {@code .1} for the newest; the oldest goes. Nothing happens without a log. */
    public static void makeRoom(Path log) throws IOException {
        if (!Files.exists(log)) {
            return;
        }
        for (int i = KEPT_MAX; i > 0; i--) {
            var younger = i == 1 ? log : older(log, i - 1);
            if (Files.exists(younger)) {
                Files.move(younger, older(log, i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Removes all but the newest crash reports of virtual machines in a folder. */
    public static void removeOldCrashReports(Path folder) throws IOException {
        var reports = new ArrayList<Path>();
        try (var found = Files.newDirectoryStream(folder, "hs_err_pid*.log")) {
            found.forEach(reports::add);
        }
        if (reports.size() <= KEPT_MAX) {
            return;
        }
        reports.sort(Comparator.comparing(KeptFiles::changed).reversed());
        for (var report : reports.subList(KEPT_MAX, reports.size())) {
            Files.deleteIfExists(report);
        }
    }

    private static Path older(Path log, int number) {
        return log.resolveSibling(log.getFileName() + "." + number);
    }

    private static FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            // somebody else has removed it: it may go
            return FileTime.fromMillis(0);
        }
    }
}
