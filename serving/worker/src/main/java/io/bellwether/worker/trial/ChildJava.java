package io.bellwether.worker.trial;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Another Java process with the classes of this one, for what may end its process. */
public final class ChildJava {
    private static final String PACKAGED = "quarkus-run.jar";
    private static final int NATIVE_ACCESS_SINCE = 22;
    private static final int UNSAFE_MEMORY_ACCESS_SINCE = 24;
    private static final int SIGNALS_FROM = 128;
    /**
     * Libraries of the server, by the Maven group in their file's name. A search for services opens every archive of the class
     * path: three quarters of them are these.
     */
    private static final List<String> OF_THE_SERVER = List.of(
            "com.aayushatharva.",
            "com.google.api.",
            "com.google.guava.",
            "io.grpc.",
            "io.micrometer.",
            "io.netty.",
            "io.perfmark.",
            "io.prometheus.",
            "io.quarkus.",
            "io.smallrye.",
            "io.vertx.",
            "jakarta.",
            "org.apache.kafka.",
            "org.eclipse.microprofile.",
            "org.eclipse.parsson.");
    /** Where a packaged application has libraries that its own class loader loads, those for logging not among them. */
    private static final Path LIBRARIES = Path.of("lib", "main");

    private static final List<Path> GPU_DEVICES = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));
    private static final List<String> INHERITED = List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR", "java.io.tmpdir");
    private static final String LOG_MANAGER = "java.util.logging.manager";
    /** For a process whose words are discarded: to find a logger and to start it is a tenth of its work. */
    static final String NO_LOG = "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider";

    private ChildJava() {}

    /**
     * The command line, up to and with the main class; its arguments are to be added.
     *
     * @param heapMib its heap
     * @param errorFile where a crash report goes; empty for nowhere
     * @param further flags
     * @param classPath {@link #classPath} or {@link #classPathOfTrials}
     */
    public static List<String> command(
            int heapMib, Optional<Path> errorFile, List<String> further, List<Path> classPath, Class<?> main) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.add("-Xmx" + heapMib + "m");
        command.addAll(flags(Runtime.version().feature()));
        command.addAll(List.of("-XX:-CreateCoredumpOnCrash", "-XX:-UsePerfData"));
        command.add("-XX:ErrorFile=" + errorFile.map(Path::toString).orElse("/dev/null"));
        command.addAll(further);
        if (GPU_DEVICES.stream().noneMatch(Files::exists)) {
            // DJL looks for CUDA by JNA, which unpacks a library and asks ldconfig
            command.add("-Djna.nounpack=true");
        }
        INHERITED.forEach(property -> command.addAll(inherited(property)));
        command.addAll(List.of("-cp", text(classPath), main.getName()));
        return command;
    }

    /** The flags of a process that logs as this one does. */
    public static List<String> logFlags() {
        return inherited(LOG_MANAGER);
    }

    private static List<String> inherited(String property) {
        String value = System.getProperty(property);
        return value == null ? List.of() : List.of("-D" + property + "=" + value);
    }

    /** The program that starts this process. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Flags on which the layout of classes in memory depends, for a JDK with this feature version. */
    static List<String> flags(int feature) {
        List<String> flags = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        if (feature >= NATIVE_ACCESS_SINCE) {
            flags.add("--enable-native-access=ALL-UNNAMED");
        }
        if (feature >= UNSAFE_MEMORY_ACCESS_SINCE) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        return flags;
    }

    /** What an exit status says: {@code signal 11}, or {@code exit status 3}. */
    public static String ending(int status) {
        return status > SIGNALS_FROM ? "signal " + (status - SIGNALS_FROM) : "exit status " + status;
    }

    /** All that this process has, always in the same order. */
    public static List<Path> classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .flatMap(ChildJava::beside)
                .toList();
    }

    /** What it takes to read, load and run models, always in the same order. */
    static List<Path> classPathOfTrials() {
        return classPath().stream().filter(archive -> !isOfTheServer(archive)).toList();
    }

    /** A class path as the JVM reads it. */
    static String text(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Whether this is a library that only a packaged application's server needs. */
    static boolean isOfTheServer(Path archive) {
        Path folder = archive.getParent();
        Path name = archive.getFileName();
        return folder != null
                && name != null
                && folder.endsWith(LIBRARIES)
                && OF_THE_SERVER.stream().anyMatch(name.toString()::startsWith);
    }

    /** A packaged application has its classes beside the archive that starts it. */
    private static Stream<Path> beside(Path archive) {
        if (!archive.endsWith(PACKAGED)) {
            return Stream.of(archive);
        }
        Path folder = Objects.requireNonNull(archive.toAbsolutePath().getParent());
        return Stream.of("app", "lib/main", "lib/boot")
                .flatMap(part -> archives(folder.resolve(part).toFile()));
    }

    private static Stream<Path> archives(File folder) {
        File[] found = folder.listFiles((parent, name) -> name.endsWith(".jar"));
        return found == null ? Stream.empty() : Arrays.stream(found).sorted().map(File::toPath);
    }
}
