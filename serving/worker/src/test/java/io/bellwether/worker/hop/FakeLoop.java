package io.bellwether.worker.hop;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;

/** One thread as the loop of all streams; what is to come later comes when the test says so. */
final class FakeLoop implements StreamLoop {
    private final ExecutorService thread;
    private final Queue<Runnable> later = new ArrayDeque<>();
    private long lastMillis;

    FakeLoop(ExecutorService thread) {
        this.thread = thread;
    }

    @Override
    public void execute(Runnable task) {
        thread.execute(task);
    }

    @Override
    public synchronized void after(long millis, Runnable task) {
        lastMillis = millis;
        later.add(task);
    }

    /** After how long the last one was to come. */
    synchronized long lastMillis() {
        return lastMillis;
    }

    /** Runs what was to come later, on the loop; says how many there were. */
    int pass() throws Exception {
        Queue<Runnable> due;
        synchronized (this) {
            due = new ArrayDeque<>(later);
            later.clear();
        }
        for (Runnable task : due) {
            thread.submit(task).get();
        }
        return due.size();
    }
}
