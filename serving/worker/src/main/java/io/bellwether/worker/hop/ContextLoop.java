package io.bellwether.worker.hop;

import io.vertx.core.Context;
import java.util.concurrent.RejectedExecutionException;

/** The loop behind a context. When the process ends tasks are dropped: with it ends every stream, and nobody is left to be told. */
final class ContextLoop implements StreamLoop {
    private final Context context;

    ContextLoop(Context context) {
        this.context = context;
    }

    @Override
    public void execute(Runnable task) {
        try {
            context.runOnContext(on -> task.run());
        } catch (RejectedExecutionException ended) {
            // See above.
        }
    }

    @Override
    public void after(long millis, Runnable task) {
        try {
            context.owner().setTimer(millis, timer -> execute(task));
        } catch (RejectedExecutionException ended) {
            // See above.
        }
    }
}
