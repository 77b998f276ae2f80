package io.bellwether.gateway.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Test;

/**
 * A caller goes away while a first try is replaced by a retry: each operation says which of them was told by it. In a process
 * of its own: Lincheck rewrites every class that is loaded, which takes minutes in a process that has run other tests.
 */
@Param(name = "try", gen = IntGen.class, conf = "1:3")
public class CancellationLincheckTest {
    private static final ThreadLocal<Integer> TOLD = ThreadLocal.withInitial(() -> 0);
    private static final String LONG = "bellwether.long";
    private static final long MINUTES_MAX = 30;

    private final Cancellation cancellation = new Cancellation();

    @Operation
    public int cancel() {
        TOLD.set(0);
        cancellation.cancel();
        return TOLD.get();
    }

    @Operation
    public int begin(@Param(name = "try") int number) {
        TOLD.set(0);
        cancellation.onCancel(() -> TOLD.set(10 * TOLD.get() + number));
        return TOLD.get();
    }

    @Operation
    public boolean isCancelled() {
        return cancellation.isCancelled();
    }

    @Test
    void everyOrderIsOneOfOneAfterTheOther() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-XX:+EnableDynamicAgentLoading",
                        "-D" + LONG + "=" + Boolean.getBoolean(LONG),
                        "-cp",
                        System.getProperty("java.class.path"),
                        CancellationLincheckTest.class.getName())
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

    /** The process: ends with 1 when it finds something. */
    public static void main(String[] arguments) {
        boolean isLong = Boolean.getBoolean(LONG);
        new ModelCheckingOptions()
                .iterations(isLong ? 100 : 6)
                .invocationsPerIteration(isLong ? 5_000 : 200)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(3)
                .actorsAfter(1)
                .check(CancellationLincheckTest.class);
        if (isLong) {
            new StressOptions()
                    .iterations(100)
                    .invocationsPerIteration(5_000)
                    .threads(2)
                    .actorsBefore(1)
                    .actorsPerThread(3)
                    .actorsAfter(1)
                    .check(CancellationLincheckTest.class);
        }
        System.exit(0);
    }
}
