package io.bellwether.deploy;

import io.bellwether.deploy.platform.Identity;
import io.bellwether.deploy.platform.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;

/** Stops the platform, however it was started, and says what it did. */
@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops everything that up has started.")
final class DownCommand implements Callable<Integer> {
    private static final Duration LAUNCHER_PATIENCE = Duration.ofSeconds(45);
    private static final Duration CHILD_PATIENCE = Duration.ofSeconds(15);

    @Override
    public Integer call() throws IOException, InterruptedException {
        var layout = Main.layout();
        var processes = new LinkedHashMap<String, ProcessHandle>();
        Identity.running(layout.identity("launcher")).ifPresent(found -> processes.put("launcher", found));
        for (var role : Role.values()) {
            Identity.running(layout.identity(role.label())).ifPresent(found -> processes.put(role.label(), found));
        }
        if (processes.isEmpty()) {
            System.out.println("Bellwether does not run with its state in " + layout.home() + "; nothing to stop.");
            return 0;
        }
        var launcher = processes.remove("launcher");
        if (launcher != null) {
            Files.writeString(layout.stopAsked(), "down");
            // it stops the others in order
            stop("launcher", launcher, LAUNCHER_PATIENCE);
        }
        var said = new ArrayList<String>();
        for (var process : processes.entrySet()) {
            if (process.getValue().isAlive()) {
                stop(process.getKey(), process.getValue(), CHILD_PATIENCE);
            } else {
                said.add(process.getKey());
            }
        }
        report(said);
        return 0;
    }

    private static void report(List<String> stopped) {
        if (!stopped.isEmpty()) {
            System.out.println("Stopped with it: " + String.join(", ", stopped) + ".");
        }
    }

    private static void stop(String name, ProcessHandle process, Duration patience) throws InterruptedException {
        long startNanos = System.nanoTime();
        process.destroy();
        if (!awaitEnd(process, patience)) {
            process.destroyForcibly();
            awaitEnd(process, CHILD_PATIENCE);
            System.out.printf(
                    "Killed %s (process id %d), it did not stop within %d s.%n",
                    name, process.pid(), patience.toSeconds());
            return;
        }
        System.out.printf(
                "Stopped %s (process id %d) in %.1f s.%n", name, process.pid(), (System.nanoTime() - startNanos) / 1e9);
    }

    private static boolean awaitEnd(ProcessHandle process, Duration patience) throws InterruptedException {
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
