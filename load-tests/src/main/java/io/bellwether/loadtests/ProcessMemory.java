package io.bellwether.loadtests;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a Java process of this machine holds.
 *
 * @param residentBytes of the whole process, heap and everything else
 * @param liveBytes of objects that a full collection left on the heap
 */
record ProcessMemory(long residentBytes, long liveBytes) {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern LIVE = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)\\s*$");
    private static final int KIB = 1024;
    private static final long SECONDS_MAX = 30;

    /**
     * Has the process collect its heap in full, which stops it for as long as that takes, and looks.
     *
     * @throws LoadProblem when it is gone, or this machine has no {@code jcmd} or no {@code /proc}
     */
    static ProcessMemory of(ProcessHandle process) throws LoadProblem {
        long live = find(LIVE, histogram(process), "the live objects of process " + process.pid());
        try {
            String status = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "status"));
            return new ProcessMemory(KIB * find(RESIDENT, status, "the size of process " + process.pid()), live);
        } catch (IOException e) {
            throw new LoadProblem("cannot read the size of process " + process.pid() + "; it needs /proc", e);
        }
    }

    private static long find(Pattern pattern, String text, String what) throws LoadProblem {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new LoadProblem("cannot find " + what + "; did it end?");
        }
        return Long.parseLong(matcher.group(1));
    }

    /** The table of classes that jcmd prints after a full collection; its last line is the sum. */
    private static String histogram(ProcessHandle process) throws LoadProblem {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            return CommandOutput.of(
                            List.of(jcmd.toString(), String.valueOf(process.pid()), "GC.class_histogram"), SECONDS_MAX)
                    .text();
        } catch (IOException e) {
            throw new LoadProblem("cannot run " + jcmd + "; run this with a JDK, not with a JRE", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadProblem("stopped while process " + process.pid() + " was asked", e);
        }
    }
}
