package io.bellwether.worker.check;

import io.bellwether.worker.archive.FolderTree;
import io.bellwether.worker.trial.ChildJava;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A check that loads the model, in a throw-away process. When a version ends that process, the check is done again by
 * another one that leaves this version alone and reports how it ended: a program can harm neither the report nor the other
 * versions.
 */
final class LoadingCheck {
    /** By SIGINT and SIGTERM somebody asks for the end; no program is to blame. */
    private static final Set<Integer> STOPPED = Set.of(128 + 2, 128 + 15);

    private final List<String> command;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * @param command starts {@link LoadingMain}
     */
    LoadingCheck(List<String> command, PrintStream out, PrintStream err) {
        this.command = List.copyOf(command);
        this.out = out;
        this.err = err;
    }

    /** Returns the exit code. */
    int run(List<String> arguments) {
        try {
            Path folder = Files.createTempDirectory("bellwether-loading-");
            try {
                return run(arguments, folder);
            } finally {
                FolderTree.delete(folder);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CheckMain.MISUSED;
        } catch (IOException e) {
            err.println(
                    "The check cannot start a process that loads the model; make sure that this Java can be started and"
                            + " that the folder for temporary files (java.io.tmpdir) can be written.");
            return CheckMain.MISUSED;
        }
    }

    /** As many processes as there are versions that end one, and one more. */
    private int run(List<String> arguments, Path folder) throws IOException, InterruptedException {
        Path report = folder.resolve(LoadingMain.REPORT);
        Attempts attempts = Attempts.in(folder, "");
        while (true) {
            Files.deleteIfExists(report);
            int status = statusOf(arguments, folder, attempts);
            byte[] said = Files.exists(report) ? Files.readAllBytes(report) : new byte[0];
            boolean done = status == CheckMain.OK || status == CheckMain.REFUSED;
            if (status == CheckMain.MISUSED || (done && said.length > 0)) {
                out.write(said);
                return status;
            }
            Optional<String> version = attempts.last();
            if (STOPPED.contains(status) || version.isEmpty()) {
                err.println("The process that was to load the model ended with " + ChildJava.ending(status)
                        + "; nothing is known of the model.");
                return CheckMain.REFUSED;
            }
            attempts = attempts.with(version.get(), ChildJava.ending(status));
        }
    }

    private int statusOf(List<String> arguments, Path folder, Attempts attempts)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.add(folder.toString());
        all.add(attempts.endsAsText());
        all.addAll(arguments);
        Process process = new ProcessBuilder(all)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-loading"));
        return process.waitFor();
    }
}
