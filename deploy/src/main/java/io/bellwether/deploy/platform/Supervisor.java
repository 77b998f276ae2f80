package io.bellwether.deploy.platform;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Starts, watches and stops the processes of the platform.
 *
 * <p>One thread uses it, except that any thread may call {@link #stopAll}, which is meant for a shutdown hook.
 */
public final class Supervisor implements AutoCloseable {
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(12);
    private static final Duration POLL_WAITING = Duration.ofMillis(200);
    private static final Duration POLL_STEADY = Duration.ofSeconds(1);

    private static final int LOG_LINES_MAX = 400;
    private static final int EXCERPT_LINES_MAX = 20;

    private final Layout layout;
    private final Settings settings;
    private final Function<Role, List<String>> flags;
    private final PrintStream out;
    private final Map<Role, Child> children = new EnumMap<>(Role.class);
    /** At most one entry for each process that was ever started. */
    private final BlockingQueue<Child> ended = new LinkedBlockingQueue<>();

    /** Started and not yet seen ready. */
    private final Set<Role> waiting = ConcurrentHashMap.newKeySet();

    private volatile boolean stopping;

    /**
     * @param flags further flags of the JVM of a process
     * @param out where it says what happens
     */
    public Supervisor(Layout layout, Settings settings, Function<Role, List<String>> flags, PrintStream out) {
        this.layout = layout;
        this.settings = settings;
        this.flags = flags;
        this.out = out;
    }

    /** Starts a process; it takes the place of one of the same role that has ended. */
    public synchronized Child start(Role role) throws IOException {
        if (stopping) {
            throw new IOException("the platform is stopping");
        }
        var child = Child.start(Blueprint.of(role, layout, settings).with(flags.apply(role)), layout);
        children.put(role, child);
        waiting.add(role);
        child.onEnd(ended::add);
        return child;
    }

    /** Starts all processes side by side; they find each other while they start. */
    public void startAll() throws IOException {
        for (var role : List.of(Role.KAFKA, Role.WORKER, Role.MONITORING, Role.GATEWAY)) {
            start(role);
        }
    }

    /**
     * Waits until every process is ready and prints one line for each, and why the worker serves nothing as soon as it
     * says so.
     *
     * @return why it gave up: a process ended, or took longer than the limit; empty when all are ready
     */
    public Optional<String> awaitReady(Duration limit) throws InterruptedException, IOException {
        long endNanos = System.nanoTime() + limit.toNanos();
        var words = new LogTail(layout.log(Role.WORKER.label()), 0);
        var refusals = new Refusals();
        while (!waiting.isEmpty()) {
            if (waiting.contains(Role.WORKER)) {
                refusals.remark(words.added().lines().toList()).ifPresent(out::println);
            }
            var dead = observe(POLL_WAITING);
            if (dead.isPresent()) {
                return Optional.of(obituary(dead.get()));
            }
            if (System.nanoTime() > endNanos && !waiting.isEmpty()) {
                return Optional.of(notReady(limit));
            }
        }
        return Optional.empty();
    }

    /**
     * Waits for a process to end by itself; prints when one that was started again is ready. Once {@link #stopAll} has
     * begun, no process ends by itself any more.
     */
    public Child awaitEnd() throws InterruptedException {
        while (true) {
            var dead = observe(waiting.isEmpty() ? POLL_STEADY : POLL_WAITING);
            if (dead.isPresent()) {
                return dead.get();
            }
        }
    }

    /** Looks once: prints who became ready, and returns a process that has ended, if there is one. */
    private Optional<Child> observe(Duration patience) throws InterruptedException {
        var dead = ended.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        if (stopping) {
            // what ends now ends because it is told to
            return Optional.empty();
        }
        var children = children();
        for (var child : children.values()) {
            if (waiting.contains(child.role()) && child.isReady()) {
                waiting.remove(child.role());
                out.printf(
                        "  %-11s ready after %.1f s%n",
                        child.role().label(), child.age().toMillis() / 1e3);
            }
        }
        return dead != null && children.get(dead.role()) == dead ? Optional.of(dead) : Optional.empty();
    }

    /** The processes that were started last, one for each role. */
    public synchronized Map<Role, Child> children() {
        return new EnumMap<>(children);
    }

    /** How a process ended, and why; with the end of its log where that does not say why. */
    public String obituary(Child child) throws IOException {
        var log = layout.log(child.role().label());
        int status = child.process().exitValue();
        var cause = EndCause.of(status, LogTail.lastLines(log, LOG_LINES_MAX));
        var text = new StringBuilder();
        text.append(child.role().label()).append(" ended with ").append(EndCause.how(status));
        if (cause.isPresent()) {
            return text.append(": ")
                    .append(cause.get())
                    .append(" (log: ")
                    .append(log)
                    .append(')')
                    .toString();
        }
        text.append(". The last lines of ").append(log).append(":\n");
        appendExcerpt(text, child.role());
        return text.toString();
    }

    /** Stops everything in order: those who send first, Kafka last. Safe to call twice and from a shutdown hook. */
    public synchronized void stopAll() {
        stopping = true;
        stop(List.of(Role.GATEWAY));
        stop(List.of(Role.WORKER, Role.MONITORING));
        stop(List.of(Role.KAFKA));
    }

    @Override
    public void close() {
        stopAll();
    }

    private void stop(List<Role> roles) {
        var running = new ArrayList<Child>();
        for (var role : roles) {
            var child = children.get(role);
            if (child != null && child.process().isAlive()) {
                child.process().destroy();
                running.add(child);
            }
        }
        for (var child : running) {
            long startNanos = System.nanoTime();
            boolean inTime = child.stop(STOP_PATIENCE);
            out.printf(
                    "  %-11s %s after %.1f s%n",
                    child.role().label(), inTime ? "stopped" : "killed", (System.nanoTime() - startNanos) / 1e9);
        }
        for (var role : roles) {
            forget(role);
        }
    }

    private void forget(Role role) {
        if (children.containsKey(role)) {
            try {
                Files.deleteIfExists(layout.identity(role.label()));
            } catch (IOException e) {
                out.println("  cannot remove " + layout.identity(role.label()) + ": " + e.getMessage());
            }
        }
    }

    private String notReady(Duration limit) throws IOException {
        var text = new StringBuilder();
        for (var role : waiting) {
            text.append(role.label()).append(" was not ready within ").append(limit.toSeconds());
            text.append(" s. The last lines of ")
                    .append(layout.log(role.label()))
                    .append(":\n");
            appendExcerpt(text, role);
        }
        return text.toString();
    }

    private void appendExcerpt(StringBuilder text, Role role) throws IOException {
        var lines = LogTail.lastLines(layout.log(role.label()), LOG_LINES_MAX);
        for (var line : LogExcerpt.of(lines, EXCERPT_LINES_MAX)) {
            text.append("    ").append(line).append('\n');
        }
    }
}
