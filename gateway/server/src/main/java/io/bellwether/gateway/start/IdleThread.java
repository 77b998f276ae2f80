package io.bellwether.gateway.start;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread for work that would hold up an event loop. It ends when idle, and does not keep the process. */
final class IdleThread {
    private static final long IDLE_SECONDS = 30;

    private IdleThread() {}

    /**
     * @param waitingMax tasks that may wait; more are rejected
     */
    static ThreadPoolExecutor named(String name, int waitingMax) {
        ThreadPoolExecutor made = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waitingMax), task -> {
                    Thread thread = new Thread(task, name);
                    thread.setDaemon(true);
                    return thread;
                });
        made.allowCoreThreadTimeOut(true);
        return made;
    }
}
