package io.bellwether.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;

/**
 * Has Lincheck try the operations of a class in many orders of two threads, switching between any two steps. With
 * {@code -Dbellwether.long=true} it tries many more, and real threads, too. In a process of its own: Lincheck rewrites every
 * class that is loaded, which takes minutes in a process that has run other tests.
 */
public final class Interleavings {
    private static final String LONG = "bellwether.long";
    private static final int SCENARIOS = 6;
    private static final int RUNS = 200;
    private static final int SCENARIOS_LONG = 100;
    private static final int RUNS_LONG = 5_000;
    private static final long MINUTES_MAX = 30;
    /** A loop over the 63 lengths of a backlog is no hang. */
    private static final int LOOP_ITERATIONS_MAX = 1_000;

    private Interleavings() {}

    /** Fails with an order of steps whose results no order of whole operations explains. */
    public static void check(Class<?> operations) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+EnableDynamicAgentLoading",
                        "-D" + LONG + "=" + Boolean.getBoolean(LONG),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Interleavings.class.getName(),
                        operations.getName())
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).as("%s", output).isZero();
        } finally {
            process.destroyForcibly();
        }
    }

    /** The process: checks the class of that name, and ends with 1 when it finds something. */
    public static void main(String[] arguments) throws ClassNotFoundException {
        Class<?> operations = Class.forName(arguments[0]);
        boolean isLong = Boolean.getBoolean(LONG);
        new ModelCheckingOptions()
                .iterations(isLong ? SCENARIOS_LONG : SCENARIOS)
                .invocationsPerIteration(isLong ? RUNS_LONG : RUNS)
                .loopBound(LOOP_ITERATIONS_MAX)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(3)
                .actorsAfter(1)
                .check(operations);
        if (isLong) {
            new StressOptions()
                    .iterations(SCENARIOS_LONG)
                    .invocationsPerIteration(RUNS_LONG)
                    .threads(2)
                    .actorsBefore(1)
                    .actorsPerThread(3)
                    .actorsAfter(1)
                    .check(operations);
        }
        System.exit(0);
    }
}
