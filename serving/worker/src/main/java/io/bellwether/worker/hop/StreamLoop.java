package io.bellwether.worker.hop;

import java.util.concurrent.Executor;

/** What runs tasks on the thread that a stream belongs to, one after the other. */
interface StreamLoop extends Executor {
    /** Runs a task once, no earlier than after so long. On the thread of the loop. */
    void after(long millis, Runnable task);
}
