package io.bellwether.worker.trial;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Another Java process with the classes of this one, for what may end its process. */
public final class ChildJava {
    private static final String PACKAGED = "quarkus-run.jar";
    private static final int NATIVE_ACCESS_SINCE = 22;
    private static final int UNSAFE_MEMORY_ACCESS_SINCE = 24;
    private static final int SIGNALS_FROM = 128;
    private static final List<String> INHERITED =
            List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR", "java.io.tmpdir", "java.util.logging.manager");

    private ChildJava() {}

    /**
     * The command line, up to and with the main class; its arguments are to be added.
     *
     * @param heapMib its heap
     * @param errorFile where a crash report goes; empty for nowhere
     */
    public static List<String> command(int heapMib, Optional<Path> errorFile, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx" + heapMib + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash"));
        command.add("-XX:ErrorFile=" + errorFile.map(Path::toString).orElse("/dev/null"));
        int feature = Runtime.version().feature();
        if (feature >= NATIVE_ACCESS_SINCE) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (feature >= UNSAFE_MEMORY_ACCESS_SINCE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        for (String inherited : INHERITED) {
            String value = System.getProperty(inherited);
            if (value != null) {
                command.add("-D" + inherited + "=" + value);
            }
        }
        command.addAll(List.of("-cp", classPath(), main.getName()));
        return command;
    }

    /** What an exit status says: {@code signal 11}, or {@code exit status 3}. */
    public static String ending(int status) {
        return status > SIGNALS_FROM ? "signal " + (status - SIGNALS_FROM) : "exit status " + status;
    }

    /** A packaged application has its classes beside the archive that starts it. */
    private static String classPath() {
        String own = System.getProperty("java.class.path");
        Path archive = Path.of(own.split(File.pathSeparator, 2)[0]);
        if (!archive.endsWith(PACKAGED)) {
            return own;
        }
        Path folder = Objects.requireNonNull(archive.toAbsolutePath().getParent());
        return String.join(
                File.pathSeparator,
                folder.resolve("app") + "/*",
                folder.resolve("lib/main") + "/*",
                folder.resolve("lib/boot") + "/*");
    }
}
