package io.bellwether.worker.lane;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.WarmUp;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.worker.cost.CostMeter;
import io.bellwether.worker.survival.RunMark;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one instance. It warms the engine on itself, because libtorch keeps its optimizer switch per thread, then
 * serves its lane until the lane is closed and empty.
 */
public final class RunnerThread {
    private static final Logger LOG = LoggerFactory.getLogger(RunnerThread.class);

    private final RunnerContext context;
    private final LoadedModel model;
    private final ModelSource source;
    private final DeviceTime deviceTime;
    private final int warmUpRepeats;
    private final Consumer<String> broken;
    private final CompletableFuture<WarmUpProfile> warmed = new CompletableFuture<>();
    private final Thread thread;

    /**
     * What runs on the thread.
     *
     * @param model the program; stays open as long as the thread lives
     * @param source how it was loaded
     * @param deviceTime clock and price of its device
     * @param warmUpRepeats forwards at each batch size before it serves
     */
    public record Program(LoadedModel model, ModelSource source, DeviceTime deviceTime, int warmUpRepeats) {}

    /**
     * @param name name of the thread
     * @param broken told, with a reason for the operator, when the thread can serve no more
     */
    public RunnerThread(String name, RunnerContext context, Program program, Consumer<String> broken) {
        this.context = context;
        this.model = program.model();
        this.source = program.source();
        this.deviceTime = program.deviceTime();
        this.warmUpRepeats = program.warmUpRepeats();
        this.broken = broken;
        this.thread = new Thread(this::serve, name);
        thread.setDaemon(true);
    }

    /** Starts the thread. The result completes when the engine is warm on it, or with the fault that prevents that. */
    public CompletableFuture<WarmUpProfile> start() {
        thread.start();
        return warmed;
    }

    /** Waits until the thread has ended; false when it has not after {@code millis}. */
    public boolean join(long millis) throws InterruptedException {
        if (millis > 0) {
            thread.join(millis);
        }
        return !thread.isAlive();
    }

    private void serve() {
        try (RunMark mark = context.mark();
                ModelRunner runner = KindRunner.around(model.newRunner(), context.spec())) {
            int rowsMax = context.spec().forwardRowsMax();
            BatchMemory memory = new BatchMemory(
                    context.spec().inputs(), rowsMax, context.spec().lengthMax());
            mark.set();
            WarmUpProfile profile = context.spec().isOpen()
                    ? WarmUp.tryRun(runner, source, rowsMax, warmUpRepeats)
                    : WarmUp.run(runner, source, rowsMax, warmUpRepeats);
            mark.clear();
            warmed.complete(profile);
            CostMeter meter = new CostMeter(deviceTime.hourPicoUsd());
            LaneRunner lane =
                    new LaneRunner(context, new DeviceAttempt(runner, memory, meter, deviceTime.clock(), mark));
            boolean open = true;
            while (open) {
                open = serveUntilFault(lane);
            }
        } catch (EngineFault fault) {
            end(fault, String.valueOf(fault.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(e, "its runner thread was interrupted");
        } catch (RuntimeException | Error e) {
            LOG.error("model={} version={} a runner thread ended", context.model(), context.version(), e);
            end(
                    e,
                    e instanceof OutOfMemoryError
                            ? "there is not enough memory for a batch"
                            : "its runner thread failed");
        }
    }

    /** False when the lane is closed. A fault of ours costs the batch that met it, not the instance. */
    private boolean serveUntilFault(LaneRunner lane) throws InterruptedException {
        try {
            lane.run();
            return false;
        } catch (RuntimeException e) {
            LOG.error(
                    "model={} version={} an execution failed inside the worker", context.model(), context.version(), e);
            return true;
        }
    }

    private void end(Throwable cause, String reason) {
        if (!warmed.completeExceptionally(cause)) {
            broken.accept(reason);
        }
    }
}
