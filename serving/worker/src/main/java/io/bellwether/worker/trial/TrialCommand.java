package io.bellwether.worker.trial;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The command line of a process for trials: the Java and the classes of this process, with a small heap. */
public final class TrialCommand {
    private static final Path CHRT = Path.of("/usr/bin/chrt");
    private static final Path NICE = Path.of("/usr/bin/nice");
    /** Gives way to what serves, and still gets a tenth of a processor where there is nothing to spare. */
    private static final String NICENESS = "10";

    private static final String PACKAGED = "quarkus-run.jar";
    private static final int NATIVE_ACCESS_SINCE = 22;
    private static final int UNSAFE_MEMORY_ACCESS_SINCE = 24;

    private TrialCommand() {}

    /**
     * @param repository the model repository
     * @param versionsMax most versions in it
     * @param nativeCache folder of native libraries
     * @param graphOptimizer as in the engine of this process
     * @param archivesFolder where archives are unpacked, if not in the repository
     * @param errorFile where a crash report goes; empty for nowhere
     */
    public static List<String> of(
            Path repository,
            int versionsMax,
            Optional<String> nativeCache,
            boolean graphOptimizer,
            Optional<String> archivesFolder,
            Optional<Path> errorFile) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(CHRT)) {
            // As a batch process it does not take a processor away from what runs when it wakes up.
            command.addAll(List.of(CHRT.toString(), "-b", "0"));
        }
        if (Files.isExecutable(NICE)) {
            command.addAll(List.of(NICE.toString(), "-n", NICENESS));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-CreateCoredumpOnCrash"));
        command.add("-XX:ErrorFile=" + errorFile.map(Path::toString).orElse("/dev/null"));
        int feature = Runtime.version().feature();
        if (feature >= NATIVE_ACCESS_SINCE) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        if (feature >= UNSAFE_MEMORY_ACCESS_SINCE) {
            command.add("--sun-misc-unsafe-memory-access=allow");
        }
        for (String inherited : List.of("DJL_CACHE_DIR", "ENGINE_CACHE_DIR", "java.io.tmpdir")) {
            String value = System.getProperty(inherited);
            if (value != null) {
                command.add("-D" + inherited + "=" + value);
            }
        }
        command.addAll(List.of("-cp", classPath(), TrialMain.class.getName()));
        command.addAll(List.of(
                repository.toString(),
                Integer.toString(versionsMax),
                nativeCache.orElse(""),
                Boolean.toString(graphOptimizer),
                archivesFolder.orElse("")));
        return command;
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
