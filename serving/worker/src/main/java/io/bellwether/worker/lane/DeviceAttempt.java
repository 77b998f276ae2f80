package io.bellwether.worker.lane;

import io.bellwether.batching.Waiting;
import io.bellwether.engine.EngineFault;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.RunResult;
import io.bellwether.worker.cost.CostMeter;
import io.bellwether.worker.survival.RunMark;
import java.util.List;
import java.util.function.LongSupplier;

/** Runs requests as one forward and says what it cost, whether it worked or not. Confined to its runner thread. */
final class DeviceAttempt {
    private final ModelRunner runner;
    private final BatchMemory memory;
    private final CostMeter meter;
    private final LongSupplier deviceClock;
    private final RunMark mark;

    /** What came of an attempt. */
    sealed interface Outcome {
        /** Device time, in nanoseconds. */
        long deviceNanos();

        /** Its cost. */
        long costPicoUsd();
    }

    record Ran(RunResult result, long deviceNanos, long costPicoUsd) implements Outcome {}

    record Threw(EngineFault fault, long deviceNanos, long costPicoUsd) implements Outcome {}

    /**
     * @param deviceClock device time of the calling thread so far; charges attempts that threw, of which the engine reports
     *     no time
     * @param mark set while the program runs
     */
    DeviceAttempt(ModelRunner runner, BatchMemory memory, CostMeter meter, LongSupplier deviceClock, RunMark mark) {
        this.runner = runner;
        this.memory = memory;
        this.meter = meter;
        this.deviceClock = deviceClock;
        this.mark = mark;
    }

    Outcome run(List<Waiting<InferenceCall>> requests) {
        long before = deviceClock.getAsLong();
        mark.set();
        try {
            RunResult result = runner.run(memory.fill(requests));
            return new Ran(result, result.deviceNanos(), meter.charge(result.deviceNanos()));
        } catch (EngineFault fault) {
            long nanos = Math.max(0, deviceClock.getAsLong() - before);
            return new Threw(fault, nanos, meter.charge(nanos));
        } finally {
            mark.clear();
        }
    }
}
