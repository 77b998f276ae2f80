package io.bellwether.gateway;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import java.util.List;

/** Directories of workers for tests. */
public final class Directories {
    private Directories() {}

    /** One of workers that get their full share at once. */
    public static WorkerDirectory of(Timekeeper time, List<Worker> workers) {
        return new WorkerDirectory(workers, new WorkerDirectory.Settings(16, 0), time);
    }

    /** The same for tests in which no time passes. */
    public static WorkerDirectory of(Worker... workers) {
        return of(new FakeTime(), List.of(workers));
    }
}
