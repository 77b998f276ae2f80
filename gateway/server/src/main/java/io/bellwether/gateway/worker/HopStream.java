package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.Hello;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopKill;
import io.bellwether.protocol.hop.HopMethod;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.protocol.hop.WorkerTurn;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream to a worker, from its opening to its end. Everything happens on one event loop: what is offered in one turn of
 * it is written at the end of that turn, in one message if it fits. Nothing is written before the worker has greeted, nor
 * while the connection takes no more.
 */
final class HopStream {
    private final EventLoop loop;
    private final Timekeeper time;
    private final CallTable table;
    private final Listener listener;
    private final ClientCall<GatewayTurn, WorkerTurn> call;
    private final boolean asksToBeTold;
    private boolean greeted;
    private boolean over;
    private boolean flushIsDue;
    private @Nullable Future<?> timer;
    private long timerNanos;
    private List<HopKill> unsaid = List.of();

    /** Hears what does not concern a single call. */
    interface Listener {
        /** The worker says that what it serves changes. */
        void changed();

        /** How versions stand on the worker, where it differs from what it said before; comes only where that was asked for. */
        void told(List<HopStatus> statuses);

        /** Another gateway has taken a candidate back. */
        void killed(HopKill kill);

        /**
         * The stream ends; its calls end after this.
         *
         * @param greeted whether the worker ever greeted
         */
        void ended(boolean greeted, Status status);
    }

    /** Opens the stream. */
    HopStream(Channel channel, EventLoop loop, Timekeeper time, StreamTerms terms, Listener listener) {
        this.loop = loop;
        this.time = time;
        this.table = new CallTable(terms.limits());
        this.asksToBeTold = terms.statusIntervalMillis() > 0;
        this.listener = listener;
        this.call = channel.newCall(HopMethod.OPEN, CallOptions.DEFAULT.withExecutor(loop));
        call.start(new FromWorker(), new Metadata());
        call.sendMessage(GatewayTurn.newBuilder()
                .setHello(Hello.newBuilder()
                        .setMessageBytesMax(terms.answerBytesMax())
                        .setStatusIntervalMillis(terms.statusIntervalMillis()))
                .build());
        call.request(1);
    }

    boolean isOver() {
        return over;
    }

    /** Sends a request, at the end of this turn of the loop or as soon as it can be. */
    void offer(HopCall offered) {
        table.offer(offered);
        if (!offered.isOver()) {
            watch(offered.deadlineNanos());
            flushLater();
        }
    }

    void cancel(HopCall cancelled) {
        table.cancel(cancelled);
        flushLater();
    }

    /** Has the worker tell the other gateways; the last ones, if earlier ones are still to be said. */
    void spread(List<HopKill> kills) {
        unsaid = kills;
        flushLater();
    }

    private void flushLater() {
        if (!flushIsDue && (table.hasTurn() || !unsaid.isEmpty())) {
            flushIsDue = true;
            loop.execute(this::flush);
        }
    }

    private void flush() {
        flushIsDue = false;
        if (!over && greeted && !unsaid.isEmpty() && call.isReady()) {
            call.sendMessage(GatewayTurn.newBuilder().addAllKills(unsaid).build());
            unsaid = List.of();
        }
        while (!over && greeted && table.hasTurn() && call.isReady()) {
            GatewayTurn turn = table.nextTurn(time.nanos());
            if (turn.getRequestsCount() + turn.getWithdrawnCount() > 0) {
                call.sendMessage(turn);
            }
        }
    }

    /** One timer for all calls: a late one is found no later than the earliest deadline. */
    private void watch(long deadlineNanos) {
        Future<?> earlier = timer;
        if (earlier == null || deadlineNanos - timerNanos < 0) {
            if (earlier != null) {
                earlier.cancel(false);
            }
            timer = loop.schedule(this::expire, deadlineNanos - time.nanos(), TimeUnit.NANOSECONDS);
            timerNanos = deadlineNanos;
        }
    }

    private void expire() {
        timer = null;
        table.expire(time.nanos()).ifPresent(this::watch);
    }

    private void onTurn(WorkerTurn turn) {
        if (turn.hasHello()) {
            greeted = true;
            table.limitTo(turn.getHello().getCallsMax(), turn.getHello().getMessageBytesMax());
            flushLater();
        }
        if (turn.getChanged()) {
            listener.changed();
        }
        turn.getKillsList().stream().limit(HopMethod.KILLS_MAX).forEach(listener::killed);
        // A turn without anything says that nothing differs; a worker that does not know the question sends none.
        if (asksToBeTold && (turn.getStatusesCount() > 0 || turn.equals(WorkerTurn.getDefaultInstance()))) {
            listener.told(turn.getStatusesList());
        }
        for (HopAnswer answer : turn.getAnswersList()) {
            if (!table.answered(answer)) {
                over = true;
                call.cancel("the worker answered what nobody asked", null);
                return;
            }
        }
        call.request(1);
    }

    private void onEnd(Status status) {
        over = true;
        listener.ended(greeted, status);
        table.end(WorkerStatus.isEnd(status));
        Future<?> unneeded = timer;
        if (unneeded != null) {
            unneeded.cancel(false);
        }
    }

    private final class FromWorker extends ClientCall.Listener<WorkerTurn> {
        @Override
        public void onReady() {
            flushLater();
        }

        @Override
        public void onMessage(WorkerTurn turn) {
            onTurn(turn);
        }

        @Override
        public void onClose(Status status, @Nullable Metadata trailers) {
            onEnd(status);
        }
    }
}
