package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Alarms;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Alarms on the event loops: what a request plans stays on the loop that it came on. */
public final class LoopAlarms implements Alarms {
    private final EventLoopGroup loops;

    public LoopAlarms(EventLoopGroup loops) {
        this.loops = loops;
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        try {
            Future<?> planned = here().schedule(task, nanos, TimeUnit.NANOSECONDS);
            return () -> planned.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    private EventExecutor here() {
        for (EventExecutor loop : loops) {
            if (loop.inEventLoop()) {
                return loop;
            }
        }
        return loops.next();
    }
}
