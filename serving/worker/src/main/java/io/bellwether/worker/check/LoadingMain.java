package io.bellwether.worker.check;

import io.bellwether.engine.LocalEngines;
import io.bellwether.worker.serving.EngineStart;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The throw-away process of {@link LoadingCheck}. Arguments: the folder that both share, the known ends, and those of the
 * check.
 */
final class LoadingMain {
    /** File with what the check says. Models may print to the usual place. */
    static final String REPORT = "report";

    private LoadingMain() {}

    /** Checks, and ends the process. */
    public static void main(String[] arguments) throws IOException {
        int code = run(LocalEngines::start, arguments);
        // Threads of the native engines would keep the process.
        System.exit(code);
    }

    static int run(EngineStart engines, String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Attempts attempts = Attempts.in(folder, arguments[1]);
        List<String> asked = Arrays.asList(arguments).subList(2, arguments.length);
        try (PrintStream report = new PrintStream(folder.resolve(REPORT).toFile(), StandardCharsets.UTF_8)) {
            return new CheckMain(engines, Runtime.getRuntime().availableProcessors(), report, System.err, attempts)
                    .run(asked);
        }
    }
}
