package io.bellwether.loadtests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Processor time of the processes that take part in a measurement, this one among them. Where a platform's processes are
 * not known or not of this machine, only this one is told.
 */
final class ProcessorTime {
    /** Name of this process. */
    static final String CLIENT = "client";

    private final Map<String, ProcessHandle> processes = new LinkedHashMap<>();

    /**
     * Finds the processes of a platform.
     *
     * @param folder of the files {@code NAME.pid} that its launcher keeps; one that is missing names no process
     * @param names of the processes
     */
    static ProcessorTime of(Path folder, Iterable<String> names) throws LoadProblem {
        ProcessorTime time = new ProcessorTime();
        for (String name : names) {
            new LaunchedProcess(folder, name).running().ifPresent(process -> time.processes.put(name, process));
        }
        time.processes.put(CLIENT, ProcessHandle.current());
        return time;
    }

    /** Of processes that somebody has started, and of this one. */
    static ProcessorTime of(Map<String, ProcessHandle> started) {
        ProcessorTime time = new ProcessorTime();
        time.processes.putAll(started);
        time.processes.put(CLIENT, ProcessHandle.current());
        return time;
    }

    /** Nanoseconds of processor time so far, by process; one that does not tell is left out. */
    Map<String, Long> nanos() {
        Map<String, Long> nanos = new LinkedHashMap<>();
        processes.forEach((name, process) ->
                process.info().totalCpuDuration().map(Duration::toNanos).ifPresent(used -> nanos.put(name, used)));
        return nanos;
    }
}
