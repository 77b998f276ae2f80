package io.bellwether.deploy.platform;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A process of the platform that this process has started. It ends when this process ends. */
public final class Child {
    /**
     * What a forward frees stays with the process, up to 256 MiB: the C allocator would give the pages of large batches back to
     * the kernel after each one, and a quarter of the time of a batch went into getting them again. The second is the largest
     * value there is; with the first set the allocator no longer finds it by itself.
     */
    private static final Map<String, String> TENSOR_MEMORY =
            Map.of("MALLOC_TRIM_THRESHOLD_", "268435456", "MALLOC_MMAP_THRESHOLD_", "33554432");

    private final Blueprint blueprint;
    private final Process process;
    private final long startedNanos;

    private Child(Blueprint blueprint, Process process, long startedNanos) {
        this.blueprint = blueprint;
        this.process = process;
        this.startedNanos = startedNanos;
    }

    /** Starts the process; its output goes to its log file, the logs of some runs before are kept beside it. */
    public static Child start(Blueprint blueprint, Layout layout) throws IOException {
        var name = blueprint.role().label();
        Files.createDirectories(layout.logs());
        Files.createDirectories(layout.state(blueprint.role()));
        var log = layout.log(name);
        KeptFiles.makeRoom(log);
        KeptFiles.removeOldCrashReports(layout.home());
        var builder = new ProcessBuilder(inSessionOfItsOwn(blueprint.command()))
                .directory(layout.home().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        // fewer arenas of the C allocator: tens of megabytes less for a process with native code
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        if (blueprint.role() == Role.WORKER) {
            TENSOR_MEMORY.forEach(builder.environment()::putIfAbsent);
        }
        builder.environment().put("DJL_OFFLINE", "true");
        builder.environment()
                .putIfAbsent("DJL_CACHE_DIR", layout.home().resolve("djl").toString());
        long startedNanos = System.nanoTime();
        var process = builder.start();
        Identity.of(process.toHandle()).write(layout.identity(name));
        return new Child(blueprint, process, startedNanos);
    }

    /** Which process this is. */
    public Role role() {
        return blueprint.role();
    }

    /** The operating-system process. */
    public Process process() {
        return process;
    }

    /** Time since the start. */
    public Duration age() {
        return Duration.ofNanos(System.nanoTime() - startedNanos);
    }

    /** Whether it runs and is ready. */
    public boolean isReady() {
        return process.isAlive() && blueprint.readiness().isReady(process.pid());
    }

    /** Calls back once, from another thread, when the process has ended. */
    public void onEnd(Consumer<Child> listener) {
        var unused = process.onExit().thenRun(() -> listener.accept(this));
    }

    /** Asks the process to end, waits, and kills it when it does not. Says whether it ended by itself. */
    public boolean stop(Duration patience) {
        process.destroy();
        try {
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /** The command in a session of its own, where the system can: Ctrl-C on the terminal does not reach it. */
    public static List<String> inSessionOfItsOwn(List<String> command) {
        var whole = new ArrayList<String>();
        for (var folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            var setsid = Path.of(folder, "setsid");
            if (!folder.isEmpty() && Files.isExecutable(setsid)) {
                whole.add(setsid.toString());
                break;
            }
        }
        whole.addAll(command);
        return whole;
    }
}
