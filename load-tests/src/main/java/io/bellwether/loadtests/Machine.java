package io.bellwether.loadtests;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where and with what a result was measured. Results without this cannot be compared. */
final class Machine {
    private static final String UNKNOWN = "unknown";

    private Machine() {}

    /** Commit, machine and JVM, as they go into a result. */
    static Map<String, Object> describe() {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("arch", System.getProperty("os.arch"));
        machine.put("cpu", cpu());
        machine.put("processors", Runtime.getRuntime().availableProcessors());
        Map<String, Object> jvm = new LinkedHashMap<>();
        jvm.put("version", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        jvm.put("flags", ManagementFactory.getRuntimeMXBean().getInputArguments());
        jvm.put("heapBytesMax", Runtime.getRuntime().maxMemory());
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("commit", commit());
        all.put("machine", machine);
        all.put("jvm", jvm);
        return all;
    }

    private static String cpu() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(UNKNOWN);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** The commit of the checkout that this program lies in; with a mark when files were changed. */
    private static String commit() {
        String commit = git("rev-parse", "HEAD");
        boolean changed =
                !commit.equals(UNKNOWN) && !git("status", "--porcelain", "-uno").isEmpty();
        return changed ? commit + "+changes" : commit;
    }

    private static String git(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("git", "-C", Home.folder().toString()));
        command.addAll(List.of(arguments));
        try {
            CommandOutput output = CommandOutput.of(command, 5);
            return output.ended() ? output.text().strip() : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}
