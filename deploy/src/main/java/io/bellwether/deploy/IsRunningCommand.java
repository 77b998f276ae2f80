package io.bellwether.deploy;

import io.bellwether.deploy.platform.Identity;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** For the script: exit status 0 when the launcher that left its identity still runs. */
@Command(name = "is-running", hidden = true, description = "Exit status 0 when the platform runs.")
final class IsRunningCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException {
        return Identity.running(Main.layout().identity("launcher")).isPresent() ? 0 : 1;
    }
}
