package io.bellwether.deploy;

import io.bellwether.deploy.platform.Blueprint;
import io.bellwether.deploy.platform.Identity;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Memory;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Says what runs: process id, readiness, resident memory, uptime, ports. Exit status 0 when all is ready. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "Says what runs and whether it is ready.")
final class StatusCommand implements Callable<Integer> {
    private static final String ROW = "%-11s %-12s %8s %9s %9s  %s%n";

    @Override
    public Integer call() throws IOException {
        var layout = Main.layout();
        var settings = Settings.read(layout.settings());
        if (settings.isEmpty() || Identity.running(layout.identity("launcher")).isEmpty()) {
            System.out.println("Bellwether does not run with its state in " + layout.home()
                    + ". Start it with: deploy/bellwether up");
            return 1;
        }
        System.out.printf(ROW, "process", "state", "pid", "resident", "up", "ports");
        boolean allReady = true;
        long residentBytes = 0;
        for (var role : Role.values()) {
            var process = Identity.running(layout.identity(role.label()));
            var state = state(role, process, layout, settings.get());
            allReady &= state.equals("ready");
            residentBytes += process.map(Memory::residentBytes).orElse(0L);
            row(role.label(), state, process, ports(role, settings.get()));
        }
        var launcher = Identity.running(layout.identity("launcher"));
        residentBytes += launcher.map(Memory::residentBytes).orElse(0L);
        row("launcher", "", launcher, "");
        System.out.printf(ROW, "", "", "", mebibytes(residentBytes), "", "");
        return allReady ? 0 : 1;
    }

    private static String state(Role role, Optional<ProcessHandle> process, Layout layout, Settings settings) {
        if (process.isEmpty()) {
            return "not running";
        }
        var readiness = Blueprint.of(role, layout, settings).readiness();
        return readiness.isReady(process.get().pid()) ? "ready" : "not ready";
    }

    private static void row(String name, String state, Optional<ProcessHandle> process, String ports) {
        System.out.printf(
                ROW,
                name,
                state,
                process.map(found -> Long.toString(found.pid())).orElse("-"),
                process.map(found -> mebibytes(Memory.residentBytes(found))).orElse("-"),
                process.flatMap(found -> found.info().startInstant())
                        .map(StatusCommand::since)
                        .orElse("-"),
                ports);
    }

    private static String mebibytes(long bytes) {
        return bytes == 0 ? "-" : bytes / (1024 * 1024) + " MiB";
    }

    private static String since(Instant start) {
        var up = Duration.between(start, Instant.now());
        return up.toHours() > 0
                ? up.toHours() + "h" + up.toMinutesPart() + "m"
                : up.toMinutes() + "m" + up.toSecondsPart() + "s";
    }

    private static String ports(Role role, Settings settings) {
        var text = new StringBuilder();
        for (var port : Port.values()) {
            if (port.role() == role) {
                text.append(text.isEmpty() ? "" : ", ").append(settings.port(port));
                text.append(" (").append(port.purpose()).append(')');
            }
        }
        return text.toString();
    }
}
