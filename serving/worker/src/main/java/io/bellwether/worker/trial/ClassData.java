package io.bellwether.worker.trial;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The class-data archive of processes for trials: their classes as the JVM holds them in memory, so that a trial need not read,
 * parse and verify them. A process that starts without one writes down which classes it loads; from this list a process of
 * its own makes the archive when the trials are over, once for a build and a JVM, on processors that nobody else wants.
 *
 * <p>An archive gets its name when it is whole and on the disk. A JVM that cannot use it goes on without, and says nothing.
 * Safe for use by several threads, and by several processes on one folder.
 */
public final class ClassData implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClassData.class);
    private static final long ARCHIVE_BYTES_MAX = 64L << 20;
    private static final int LIST_BYTES_MAX = 4 << 20;
    private static final long MAKING_SECONDS_MAX = 600;
    private static final String HEAP = "-Xmx128m";
    private static final Path CHRT = Path.of("/usr/bin/chrt");
    private static final Path NICE = Path.of("/usr/bin/nice");

    private final File folder;
    private final ClassDataName name;
    private final List<Path> classPath;
    private final String java;

    private boolean tried;
    private boolean closed;
    private @Nullable Process making;

    private ClassData(Path folder, List<Path> classPath, String java) {
        this.folder = folder.toFile();
        this.classPath = List.copyOf(classPath);
        this.java = java;
        this.name = ClassDataName.of(Runtime.version(), ingredients(classPath));
    }

    /**
     * That of the processes of {@link TrialCommand}.
     *
     * @param folder where it is kept, with nothing else in it; is made when it is missing
     */
    public static ClassData in(Path folder) {
        return new ClassData(folder, ChildJava.classPathOfTrials(), ChildJava.java());
    }

    /**
     * @param java the program that makes it
     */
    static ClassData in(Path folder, List<Path> classPath, String java) {
        return new ClassData(folder, classPath, java);
    }

    /** The flags for the next process. */
    public synchronized List<String> flags() {
        boolean recorded = !tried && !closed && (folder.isDirectory() || folder.mkdirs());
        return name.flags(folder.toPath(), files(), recorded, Runtime.version().feature());
    }

    /** Makes the archive in a thread of its own, when it is missing and a process has written its list. */
    public void makeMissingBehind() {
        if (!isMissing()) {
            return;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        makeMissing();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "trial-class-data");
        thread.setDaemon(true);
        thread.start();
    }

    /** As {@link #makeMissingBehind}; returns when it is there, has failed, or soon after {@link #close}. */
    void makeMissing() throws InterruptedException {
        synchronized (this) {
            if (!isMissing()) {
                return;
            }
            tried = true;
        }
        try {
            for (String file : name.obsolete(files())) {
                Files.deleteIfExists(folder.toPath().resolve(file));
            }
            make();
        } catch (IOException e) {
            LOG.info("trials start without class data, and take longer: {}", e.toString());
        }
    }

    /** Ends the process that makes the archive. */
    @Override
    public synchronized void close() {
        closed = true;
        if (making != null) {
            making.destroyForcibly();
        }
    }

    private synchronized boolean isMissing() {
        List<ClassDataName.Found> files = files();
        return !tried && !closed && name.usable(files).isEmpty() && name.isListed(files);
    }

    private void make() throws IOException, InterruptedException {
        Path list = folder.toPath().resolve(name.list());
        // another process may make one at the same time
        Path lines = Files.createTempFile(folder.toPath(), name.stem(), ClassDataName.UNFINISHED);
        Path unnamed = lines.resolveSibling(lines.getFileName() + ClassDataName.UNFINISHED);
        try {
            copyWholeLines(list, lines);
            run(lines, unnamed);
            long bytes = Files.size(unnamed);
            if (bytes > ARCHIVE_BYTES_MAX) {
                throw new IOException("an archive of " + bytes + " bytes is larger than " + ARCHIVE_BYTES_MAX);
            }
            try (FileChannel channel = FileChannel.open(unnamed, StandardOpenOption.READ)) {
                channel.force(true);
            }
            Files.move(unnamed, folder.toPath().resolve(name.archive(bytes)), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unnamed);
            Files.deleteIfExists(lines);
            Files.deleteIfExists(list);
        }
    }

    /** The process was ended while it wrote its list: the last line may be half a line. */
    private static void copyWholeLines(Path list, Path copy) throws IOException {
        if (Files.size(list) > LIST_BYTES_MAX) {
            throw new IOException(list + " is larger than " + LIST_BYTES_MAX + " bytes");
        }
        byte[] bytes = Files.readAllBytes(list);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        Files.write(copy, Arrays.copyOf(bytes, end));
    }

    private void run(Path list, Path archive) throws IOException, InterruptedException {
        Process process;
        synchronized (this) {
            if (closed) {
                throw new IOException("this process ends");
            }
            process = new ProcessBuilder(command(list, archive))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            making = process;
        }
        try {
            process.getOutputStream().close();
            if (!process.waitFor(MAKING_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("java -Xshare:dump takes longer than " + MAKING_SECONDS_MAX + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("java -Xshare:dump ended with " + ChildJava.ending(process.exitValue()));
            }
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Path list, Path archive) {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(CHRT)) {
            // an idle process runs where no other one wants to, so no request waits for it
            command.addAll(List.of(CHRT.toString(), "-i", "0"));
        } else if (Files.isExecutable(NICE)) {
            command.addAll(List.of(NICE.toString(), "-n", "19"));
        }
        command.addAll(List.of(java, "-Xshare:dump", HEAP));
        command.addAll(ChildJava.flags(Runtime.version().feature()));
        command.addAll(List.of("-XX:SharedClassListFile=" + list, "-XX:SharedArchiveFile=" + archive));
        command.addAll(List.of("-cp", ChildJava.text(classPath)));
        return command;
    }

    /** Everything that an archive depends on. */
    private static List<String> ingredients(List<Path> classPath) {
        List<String> ingredients =
                new ArrayList<>(ChildJava.flags(Runtime.version().feature()));
        for (String property : List.of("java.home", "java.vm.version", "java.vm.vendor", "os.arch")) {
            ingredients.add(System.getProperty(property, ""));
        }
        for (Path entry : classPath) {
            File file = entry.toFile();
            ingredients.add(file + " " + file.length() + " " + file.lastModified());
        }
        return ingredients;
    }

    /** None when the folder cannot be read. */
    private List<ClassDataName.Found> files() {
        File[] found = folder.listFiles();
        return found == null
                ? List.of()
                : Arrays.stream(found)
                        .map(file -> new ClassDataName.Found(file.getName(), file.length()))
                        .toList();
    }
}
