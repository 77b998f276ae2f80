package io.bellwether.deploy.chaos;

import io.bellwether.deploy.platform.Blueprint;
import io.bellwether.deploy.platform.Child;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.LogTail;
import io.bellwether.deploy.platform.Memory;
import io.bellwether.deploy.platform.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One process of the cluster, with a folder of its own that outlives it. For one thread. */
final class Node {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
    private static final int LOG_LINES = 40;

    private final String name;
    private final Layout layout;
    private final Blueprint blueprint;
    private final Supplier<List<String>> flags;
    private Child child;

    /**
     * @param flags further flags of the JVM at each start
     */
    Node(String name, Layout layout, Blueprint blueprint, Supplier<List<String>> flags) {
        this.flags = flags;
        this.name = name;
        this.layout = layout;
        this.blueprint = blueprint;
    }

    String name() {
        return name;
    }

    Role role() {
        return blueprint.role();
    }

    Layout layout() {
        return layout;
    }

    /** Starts it, without waiting until it is ready. */
    void start() throws IOException {
        child = Child.start(blueprint.with(flags.get()), layout);
    }

    boolean isAlive() {
        return child != null && child.process().isAlive();
    }

    boolean isReady() {
        return isAlive() && child.isReady();
    }

    double ageSeconds() {
        return child.age().toMillis() / 1e3;
    }

    long residentBytes() {
        return Memory.residentBytes(child.process().toHandle());
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        child.process().destroyForcibly().waitFor();
    }

    /** SIGTERM, and waits for the end. */
    void stop() {
        if (isAlive() && !child.stop(STOP_PATIENCE)) {
            System.out.println(name + " did not stop within " + STOP_PATIENCE.toSeconds() + " s and was killed");
        }
    }

    /** SIGTERM, without waiting. */
    void askToStop() {
        if (isAlive()) {
            child.process().destroy();
        }
    }

    /** SIGSTOP. */
    void freeze() throws Exception {
        signal("STOP");
    }

    /** SIGCONT. */
    void thaw() throws Exception {
        signal("CONT");
    }

    /** The end of its log, for messages. */
    String log() {
        try {
            return String.join("\n", LogTail.lastLines(layout.log(role().label()), LOG_LINES));
        } catch (IOException e) {
            return "no log: " + e.getMessage();
        }
    }

    private void signal(String signal) throws Exception {
        var process = new ProcessBuilder(
                        "kill", "-" + signal, Long.toString(child.process().pid()))
                .inheritIO()
                .start();
        if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("cannot send SIG" + signal + " to " + name);
        }
    }
}
