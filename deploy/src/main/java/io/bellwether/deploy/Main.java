package io.bellwether.deploy;

import io.bellwether.deploy.platform.Layout;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The Java half of the {@code deploy/bellwether} script, which sets the system properties read here. */
@Command(
        name = "bellwether",
        mixinStandardHelpOptions = true,
        description = "Runs Bellwether on this machine.",
        subcommands = {
            UpCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            DownCommand.class,
            DemoCommand.class,
            IsRunningCommand.class
        })
public final class Main {
    /** The checkout that holds the built applications. */
    static final String ROOT = "bellwether.root";

    /** The folder that holds the state; {@code .bellwether} in the checkout when absent. */
    static final String HOME = "bellwether.home";

    private Main() {}

    public static void main(String[] arguments) {
        var line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((problem, command, parsed) -> {
            command.getErr()
                    .println("bellwether: " + (problem instanceof IOException ? problem.getMessage() : problem));
            return CommandLine.ExitCode.SOFTWARE;
        });
        System.exit(line.execute(arguments));
    }

    /** Where things are, as the script says. */
    static Layout layout() {
        var root = Path.of(System.getProperty(ROOT, ".")).toAbsolutePath().normalize();
        var home = System.getProperty(HOME);
        return new Layout(
                root,
                home == null
                        ? root.resolve(".bellwether")
                        : Path.of(home).toAbsolutePath().normalize());
    }
}
