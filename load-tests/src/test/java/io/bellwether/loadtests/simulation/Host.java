package io.bellwether.loadtests.simulation;

import io.bellwether.gateway.call.Timekeeper;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A process on a machine of its own: it is killed and starts again, is paused and goes on, and its wall clock may be wrong.
 * What was planned in one run is nothing to the next one; what falls into a pause is done at its end, in order.
 */
final class Host implements Timekeeper {
    /** When the world begins: milliseconds since the epoch, a full second. */
    static final long BEGIN_MILLIS = 1_800_000_000_000L;

    private final String name;
    private final Agenda agenda;
    private final Random random;
    private boolean up;
    private int run;
    private long pausedUntilNanos;
    private long skewMillis;

    Host(String name, Agenda agenda, long seed) {
        this.name = name;
        this.agenda = agenda;
        this.random = new Random(seed * 31 + name.hashCode());
    }

    String name() {
        return name;
    }

    /** Chance of this process alone, so that a fault of another one changes nothing here by itself. */
    Random random() {
        return random;
    }

    boolean isUp() {
        return up;
    }

    boolean isPaused() {
        return agenda.nowNanos() < pausedUntilNanos;
    }

    /** How often it has started. */
    int run() {
        return run;
    }

    long pausedUntilNanos() {
        return pausedUntilNanos;
    }

    void start() {
        run++;
        up = true;
        pausedUntilNanos = 0;
    }

    void kill() {
        up = false;
        run++;
    }

    void pause(long nanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, agenda.nowNanos() + nanos);
    }

    void skew(long millis) {
        skewMillis = millis;
    }

    /** Something that this run will do. */
    void after(long delayNanos, Runnable task) {
        int planned = run;
        agenda.after(delayNanos, () -> perform(planned, task));
    }

    /** From some moment of the first interval on, until the run ends; with a fixed delay, like the platform's own loops. */
    void every(long intervalNanos, Runnable task) {
        after((long) (random.nextDouble() * intervalNanos), () -> again(intervalNanos, task));
    }

    private void again(long intervalNanos, Runnable task) {
        task.run();
        after(intervalNanos, () -> again(intervalNanos, task));
    }

    /** Whoever takes something in this run, which is nothing to another one. */
    <T> Consumer<T> inThisRun(Consumer<T> taker) {
        int asked = run;
        return taken -> {
            if (run == asked) {
                taker.accept(taken);
            }
        };
    }

    /** Something arrives now. Nobody takes it where nothing runs. */
    void deliver(Runnable task) {
        perform(run, task);
    }

    private void perform(int planned, Runnable task) {
        if (!up || planned != run) {
            return;
        }
        if (isPaused()) {
            agenda.after(pausedUntilNanos - agenda.nowNanos(), () -> perform(planned, task));
            return;
        }
        task.run();
    }

    @Override
    public long nanos() {
        return agenda.nowNanos();
    }

    @Override
    public long epochMillis() {
        return BEGIN_MILLIS + agenda.nowMillis() + skewMillis;
    }

    @Override
    public String toString() {
        return name;
    }
}
