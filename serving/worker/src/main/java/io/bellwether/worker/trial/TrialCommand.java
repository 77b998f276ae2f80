package io.bellwether.worker.trial;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The command line of a process for trials: the Java and the classes of this process, with a small heap.
 *
 * @param repository the model repository
 * @param versionsMax most versions in it
 * @param nativeCache folder of native libraries
 * @param graphOptimizer as in the engine of this process
 * @param archivesFolder where archives are unpacked, if not in the repository
 * @param errorFile where a crash report goes; empty for nowhere
 * @param classDataFlags of {@link ClassData}, or none
 */
public record TrialCommand(
        Path repository,
        int versionsMax,
        Optional<String> nativeCache,
        boolean graphOptimizer,
        Optional<String> archivesFolder,
        Optional<Path> errorFile,
        List<String> classDataFlags) {
    private static final Path CHRT = Path.of("/usr/bin/chrt");
    private static final Path NICE = Path.of("/usr/bin/nice");

    private static final int HEAP_MIB = 160;

    public TrialCommand {
        classDataFlags = List.copyOf(classDataFlags);
    }

    /** The words of the command. */
    public List<String> words(Urgency urgency) {
        List<String> command = new ArrayList<>(priority(urgency));
        List<String> further = new ArrayList<>(classDataFlags);
        further.add(ChildJava.NO_LOG);
        command.addAll(ChildJava.command(HEAP_MIB, errorFile, further, ChildJava.classPathOfTrials(), TrialMain.class));
        command.addAll(List.of(
                repository.toString(),
                Integer.toString(versionsMax),
                nativeCache.orElse(""),
                Boolean.toString(graphOptimizer),
                archivesFolder.orElse("")));
        return command;
    }

    /** Neither an idle nor a batch process takes a processor away from what runs when it wakes up. */
    private static List<String> priority(Urgency urgency) {
        boolean idle = urgency == Urgency.NONE;
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(CHRT)) {
            command.addAll(List.of(CHRT.toString(), idle ? "-i" : "-b", "0"));
        }
        if (Files.isExecutable(NICE)) {
            command.addAll(List.of(NICE.toString(), "-n", idle ? "19" : "10"));
        }
        return command;
    }
}
