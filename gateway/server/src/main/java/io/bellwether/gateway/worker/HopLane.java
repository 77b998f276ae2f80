package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopStatus;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of one event loop to one worker: a connection, and on it one stream for usual requests and one for large ones, so
 * that nobody waits behind a large one. A stream is opened when it is first needed and anew when it has ended, after a pause
 * that grows while the worker does not greet.
 */
final class HopLane {
    private static final long PAUSE_NANOS_MIN = 20_000_000;
    private static final int PAUSE_DOUBLINGS_MAX = 6;

    private final EventLoop loop;
    private final ManagedChannel channel;
    private final Timekeeper time;
    private final Consumer<Status> unwelcome;
    private final WorkerNews news;
    private final Slot usual;
    private final Slot large;

    /** Place of a stream; the pause before the next one is in it. */
    private final class Slot implements HopStream.Listener {
        final StreamTerms terms;

        @Nullable
        HopStream stream;

        int failures;
        long pausedUntilNanos;

        Slot(StreamTerms terms) {
            this.terms = terms;
        }

        /** The stream, opened anew if need be; null while it is too early for that. */
        @Nullable
        HopStream open() {
            HopStream open = stream;
            if (open == null || open.isOver()) {
                if (failures > 0 && pausedUntilNanos - time.nanos() > 0) {
                    return null;
                }
                open = new HopStream(channel, loop, time, terms, this);
                stream = open;
            }
            return open;
        }

        @Override
        public void changed() {
            news.changed();
        }

        @Override
        public void told(List<HopStatus> statuses) {
            news.told(statuses);
        }

        @Override
        public void killed(HopKill kill) {
            KillFrames.read(kill).ifPresent(news::killed);
        }

        @Override
        public void ended(boolean greeted, Status status) {
            if (greeted) {
                failures = 0;
                return;
            }
            long pauseNanos = PAUSE_NANOS_MIN << Math.min(failures, PAUSE_DOUBLINGS_MAX);
            failures++;
            pausedUntilNanos = time.nanos() + pauseNanos;
            unwelcome.accept(status);
        }
    }

    /**
     * @param loop carries the connection
     * @param channel to the worker; closed by whoever made it
     * @param terms of its stream for usual requests; on the other one the worker tells nothing of its versions
     * @param unwelcome hears when a stream ended before the worker greeted
     * @param news hears what the worker says by itself; on the loop
     */
    HopLane(
            EventLoop loop,
            ManagedChannel channel,
            Timekeeper time,
            StreamTerms terms,
            Consumer<Status> unwelcome,
            WorkerNews news) {
        this.loop = loop;
        this.channel = channel;
        this.time = time;
        this.unwelcome = unwelcome;
        this.news = news;
        this.usual = new Slot(terms);
        this.large = new Slot(terms.untold());
    }

    ManagedChannel channel() {
        return channel;
    }

    /** Whether this is the loop of the current thread. */
    boolean isHere() {
        return loop.inEventLoop();
    }

    /** Sends a request; from any thread. */
    void forward(HopCall call) {
        try {
            onLoop(() -> send(call));
        } catch (RejectedExecutionException closed) {
            call.unreachable(false);
        }
    }

    /** The caller of a request went away; from any thread, after {@link #forward}. */
    void cancel(HopCall call) {
        try {
            onLoop(() -> withdraw(call));
        } catch (RejectedExecutionException closed) {
            call.cancelled(true);
        }
    }

    /** The worker is known to be there: the next request may try again at once. */
    void retryNow() {
        onLoop(() -> {
            usual.pausedUntilNanos = time.nanos();
            large.pausedUntilNanos = time.nanos();
        });
    }

    /** Has a stream open whether or not there are requests for it: what the worker says by itself comes on it. */
    void listen() {
        onLoop(() -> {
            var unused = usual.open();
        });
    }

    /** Has the worker tell the other gateways what was taken back; in vain while it cannot be reached. From any thread. */
    void spread(List<HopKill> kills) {
        try {
            onLoop(() -> {
                HopStream stream = usual.open();
                if (stream != null) {
                    stream.spread(kills);
                }
            });
        } catch (RejectedExecutionException closed) {
            // The link was closed, and with it the way to that worker.
        }
    }

    private void onLoop(Runnable task) {
        if (loop.inEventLoop()) {
            task.run();
        } else {
            loop.execute(task);
        }
    }

    private void send(HopCall call) {
        HopStream stream = slotOf(call).open();
        if (stream == null) {
            call.unreachable(false);
        } else {
            stream.offer(call);
        }
    }

    private void withdraw(HopCall call) {
        HopStream stream = slotOf(call).stream;
        if (stream == null) {
            call.cancelled(false);
        } else {
            stream.cancel(call);
        }
    }

    private Slot slotOf(HopCall call) {
        return call.bytes() > HopMethod.TURN_BYTES ? large : usual;
    }
}
