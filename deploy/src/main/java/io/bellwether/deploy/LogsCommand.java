package io.bellwether.deploy;

import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.LogTail;
import io.bellwether.deploy.platform.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prints the end of the logs, and what is added with {@code -f}. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Prints the logs of one process or of all.")
final class LogsCommand implements Callable<Integer> {
    private static final long POLL_MILLIS = 250;

    @Parameters(index = "0", arity = "0..1", paramLabel = "PROCESS", description = "gateway, worker, monitoring, kafka")
    private @Nullable String process;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on printing what is added.")
    private boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "N",
            defaultValue = "40",
            description = "How many lines of each log at first. Default: ${DEFAULT-VALUE}.")
    private int lines;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var layout = Main.layout();
        var names = names(layout);
        if (names.isEmpty()) {
            System.err.println(
                    process == null
                            ? "There are no logs in " + layout.logs() + " yet. Start with: deploy/bellwether up"
                            : "There is no log of '" + process + "' in " + layout.logs()
                                    + ". The processes are gateway, worker, monitoring, kafka.");
            return 1;
        }
        var tails = new LinkedHashMap<String, LogTail>();
        for (var name : names) {
            tails.put(name, new LogTail(layout.log(name)));
            print(name, names, LogTail.lastLines(layout.log(name), lines));
        }
        while (follow) {
            Thread.sleep(POLL_MILLIS);
            for (var tail : tails.entrySet()) {
                print(tail.getKey(), names, tail.getValue().added().lines().toList());
            }
        }
        return 0;
    }

    private List<String> names(Layout layout) {
        var names = new ArrayList<String>();
        for (var role : Role.values()) {
            names.add(role.label());
        }
        names.add("launcher");
        names.removeIf(name -> (process != null && !process.equals(name)) || !Files.exists(layout.log(name)));
        return names;
    }

    private static void print(String name, List<String> names, List<String> lines) {
        for (var line : lines) {
            System.out.println(names.size() > 1 ? name + " | " + line : line);
        }
        System.out.flush();
    }
}
