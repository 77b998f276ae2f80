package io.bellwether.deploy.platform;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Class-data archives of the platform's processes: classes as the JVM holds them in memory, so that the next start need
 * not read, parse and verify them. At most one file for each process stays.
 *
 * <p>A process that starts without an archive writes down which classes it loads. When the platform is ready, processes
 * of their own make archives from these lists, one after the other, so that no application pauses or stops more slowly.
 * An archive gets its name when it is whole and on the disk.
 */
public final class ClassArchives implements AutoCloseable {
    private static final long ARCHIVE_BYTES_MAX = 160L << 20;
    private static final long LIST_BYTES_MAX = 16L << 20;
    private static final long MAKING_SECONDS_MAX = 600;
    private static final int NO_LIST = -1;
    private static final int TOO_SLOW = -2;
    /** Exit statuses of a process that somebody has ended: the next start tries again. */
    private static final int KILLED = 137;

    private static final int TERMINATED = 143;
    private static final Path NICE = Path.of("/usr/bin/nice");
    private static final Path CHRT = Path.of("/usr/bin/chrt");

    private final Layout layout;
    private final Path folder;
    private final Map<Role, ClassArchiveName> names = new EnumMap<>(Role.class);

    private @Nullable Process making;
    private boolean closed;

    private ClassArchives(Layout layout) {
        this.layout = layout;
        this.folder = layout.classArchives();
        for (var role : Role.values()) {
            names.put(role, name(role));
        }
    }

    /** The archives of this build with this JVM; removes what is of no use. Before any process starts. */
    public static ClassArchives open(Layout layout) throws IOException {
        var archives = new ClassArchives(layout);
        Files.createDirectories(archives.folder);
        for (var file : ClassArchiveName.obsolete(archives.files(), archives.names.values())) {
            Files.deleteIfExists(archives.folder.resolve(file));
        }
        return archives;
    }

    /** The flags with which a process starts. */
    public List<String> flags(Role role) {
        return name(role, names)
                .flags(folder.toString(), files(), Runtime.version().feature());
    }

    /** Makes the archives that are missing, in a thread of its own. */
    public void makeMissingBehind() {
        var thread = new Thread(
                () -> {
                    try {
                        makeMissing();
                    } catch (IOException e) {
                        System.err.println("Cannot make archives of class data: " + e.getMessage());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "class-archives");
        thread.setDaemon(true);
        thread.start();
    }

    /** Makes the archives that are missing; returns when they are there, or soon after {@link #close}. */
    public void makeMissing() throws IOException, InterruptedException {
        for (var role : Role.values()) {
            var name = name(role, names);
            var files = files();
            if (!files.containsKey(name.refusal()) && name.usable(files).isEmpty()) {
                make(role, name);
            }
        }
    }

    /** Ends the process that makes an archive. From any thread. */
    @Override
    public synchronized void close() {
        closed = true;
        if (making != null) {
            making.destroyForcibly();
        }
    }

    private void make(Role role, ClassArchiveName name) throws IOException, InterruptedException {
        var list = folder.resolve(name.classList());
        if (!Files.exists(list)) {
            return;
        }
        var wholeLines = folder.resolve(name.stem() + ".list");
        var unnamed = folder.resolve(name.stem() + ".part");
        int status = copyWholeLines(list, wholeLines) ? run(command(role, wholeLines, unnamed)) : NO_LIST;
        if (isClosed() || List.of(KILLED, TERMINATED, TOO_SLOW).contains(status)) {
            return;
        }
        if (status == 0 && Files.exists(unnamed) && Files.size(unnamed) <= ARCHIVE_BYTES_MAX) {
            try (var channel = FileChannel.open(unnamed, StandardOpenOption.READ)) {
                channel.force(true);
            }
            Files.move(unnamed, folder.resolve(name.archive(Files.size(unnamed))), StandardCopyOption.ATOMIC_MOVE);
        } else {
            Files.writeString(folder.resolve(name.refusal()), "No archive can be made of this; see the log.\n");
        }
        Files.deleteIfExists(unnamed);
        Files.deleteIfExists(wholeLines);
        Files.deleteIfExists(list);
    }

    /** The process still writes its list: the last line may be half a line. */
    private static boolean copyWholeLines(Path list, Path copy) throws IOException {
        if (Files.size(list) > LIST_BYTES_MAX) {
            return false;
        }
        var bytes = Files.readAllBytes(list);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        Files.write(copy, Arrays.copyOf(bytes, end));
        return end > 0;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Runs it and returns its exit status. */
    private int run(List<String> command) throws IOException, InterruptedException {
        Process process;
        synchronized (this) {
            if (closed) {
                return KILLED;
            }
            process = new ProcessBuilder(Child.inSessionOfItsOwn(command))
                    .redirectErrorStream(true)
                    .redirectOutput(layout.log("class-archives").toFile())
                    .start();
            making = process;
        }
        try {
            return process.waitFor(MAKING_SECONDS_MAX, TimeUnit.SECONDS) ? process.exitValue() : TOO_SLOW;
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> command(Role role, Path classList, Path archive) {
        var command = new ArrayList<String>();
        if (Files.isExecutable(CHRT)) {
            // an idle process runs where no other one wants to, so no request waits for it
            command.addAll(List.of(CHRT.toString(), "-i", "0"));
        } else if (Files.isExecutable(NICE)) {
            command.addAll(List.of(NICE.toString(), "-n", "19"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xshare:dump", "-Xmx512m", "-XX:TieredStopAtLevel=1"));
        command.addAll(JavaFlags.of(Runtime.version().feature()));
        command.add("-XX:SharedClassListFile=" + classList);
        command.add("-XX:SharedArchiveFile=" + archive);
        command.addAll(List.of("-cp", Program.of(role, layout).classPathText()));
        return command;
    }

    private ClassArchiveName name(Role role) {
        var ingredients = new ArrayList<>(JavaFlags.of(Runtime.version().feature()));
        for (var property : List.of("java.home", "java.vm.version", "java.vm.vendor", "os.arch")) {
            ingredients.add(System.getProperty(property, ""));
        }
        var program = Program.of(role, layout);
        for (var archives : List.of(program.classPath(), program.behind())) {
            for (var archive : archives) {
                var file = archive.toFile();
                ingredients.add(file + " " + file.length() + " " + file.lastModified());
            }
        }
        return ClassArchiveName.of(role, Runtime.version().toString(), ingredients);
    }

    private static ClassArchiveName name(Role role, Map<Role, ClassArchiveName> names) {
        var name = names.get(role);
        if (name == null) {
            throw new IllegalStateException("every role has a name");
        }
        return name;
    }

    /** Sizes of the files by name; none when the folder cannot be read. */
    private Map<String, Long> files() {
        var sizes = new HashMap<String, Long>();
        var found = folder.toFile().listFiles();
        for (var file : found == null ? new File[0] : found) {
            sizes.put(file.getName(), file.length());
        }
        return sizes;
    }
}
