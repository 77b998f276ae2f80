package io.bellwether.gateway.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A hostile body costs a small multiple of its own size in memory. With {@code -Dbellwether.long=true} it says how small. */
class HostileMemoryTest {
    private static final int BODY_BYTES = 2 << 20;
    /** Just below the limit on bodies. */
    private static final int LARGE_BODY_BYTES = 15 << 20;
    /** What the process needs with a body of nothing, most of it classes. */
    private static final int HEAP_MIB_WITHOUT_BODY = 10;

    /** What it needs at the very least. */
    private static final int LEAST_HEAP_MIB_WITHOUT_BODY = 8;

    private static final long SECONDS_MAX = 120;
    private static final List<String> TOOLS_OF_TESTS =
            List.of("jetbrains", "byte-buddy", "archunit", "jazzer", "vertx-json-schema");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(HostileBody.class)
    void costsAtMostItsRatio(HostileBody kind) throws Exception {
        measure(kind, BODY_BYTES, HEAP_MIB_WITHOUT_BODY);
    }

    /** Large enough that what the process itself needs hardly counts. */
    @ParameterizedTest
    @EnumSource(names = {"REST_BINARY_TENSOR", "GRPC_RAW_TENSOR"})
    void anHonestTensorCostsAtMostThreeTimesItsSize(HostileBody kind) throws Exception {
        measure(kind, LARGE_BODY_BYTES, LEAST_HEAP_MIB_WITHOUT_BODY);
    }

    private void measure(HostileBody kind, int bytes, int heapMibWithoutBody) throws Exception {
        // Given
        Path file = folder.resolve("body");
        byte[] body = kind.make(bytes);
        Files.write(file, body);

        // Then
        int most = heapMibWithoutBody + (int) Math.ceil((double) kind.ratioMax * body.length / (1 << 20));
        assertThat(fits(kind, file, most)).as("%s in %d MiB", kind, most).isTrue();
        if (Boolean.getBoolean("bellwether.long")) {
            System.out.printf("memory: %s of %d bytes needs %d MiB%n", kind, body.length, least(kind, file, most));
        }
    }

    private static int least(HostileBody kind, Path file, int fitting) throws Exception {
        int low = 4;
        int high = fitting;
        while (low < high) {
            int middle = (low + high) / 2;
            if (fits(kind, file, middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }

    private static boolean fits(HostileBody kind, Path file, int heapMib) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + heapMib + "m",
                        "-Xmn1m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        classPath(),
                        HostileMemory.class.getName(),
                        kind.edge.name(),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
            return process.exitValue() == 0;
        } finally {
            process.destroyForcibly();
        }
    }

    /** Without tools of other tests: a JVM holds the list of what is in each archive on its heap. */
    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(archive -> TOOLS_OF_TESTS.stream().noneMatch(archive::contains))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
