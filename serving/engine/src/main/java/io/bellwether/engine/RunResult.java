package io.bellwether.engine;

import java.util.List;

/**
 * The outputs of one execution and what it used.
 *
 * @param outputs one for each declared output, in declared order, in direct buffers of the runner: the caller may write into
 *     them and has to have read them before the next run
 * @param deviceNanos time the device worked for it: on the CPU the processor time of the calling thread, on a GPU the
 *     time from the call until the outputs are back
 * @param wallNanos time from the call until the outputs are back
 */
public record RunResult(List<TensorBuffer> outputs, long deviceNanos, long wallNanos) {
    public RunResult {
        outputs = List.copyOf(outputs);
    }
}
