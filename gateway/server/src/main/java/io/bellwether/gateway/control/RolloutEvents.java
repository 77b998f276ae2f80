package io.bellwether.gateway.control;

import io.bellwether.routing.Rollout;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Streams of server-sent events (WHATWG HTML, section 9.2): a rollout whenever what the control API shows of it has changed,
 * evidence included, until it has ended. Who reads too slowly misses states in between, never the last.
 */
public final class RolloutEvents {
    static final int STREAMS_MAX = 64;

    private static final long LOOK_MILLIS = 250;
    /** Shorter than the idle time after which a connection is closed. */
    private static final int LOOKS_PER_HEARTBEAT = 60;

    private final Vertx vertx;
    private final ControlFold fold;
    private final ControlViews views;
    private final AtomicInteger open = new AtomicInteger();

    public RolloutEvents(Vertx vertx, ControlFold fold, ControlViews views) {
        this.vertx = vertx;
        this.fold = fold;
        this.views = views;
    }

    /** Streams that are open now. */
    int open() {
        return open.get();
    }

    /** Begins a stream if there is room for one more; everything happens on the event loop of the response. */
    boolean stream(HttpServerResponse response, String rolloutId) {
        if (open.incrementAndGet() > STREAMS_MAX) {
            open.decrementAndGet();
            return false;
        }
        response.setChunked(true).putHeader("Content-Type", "text/event-stream").putHeader("Cache-Control", "no-store");
        Stream stream = new Stream(response, rolloutId);
        long timer = vertx.setPeriodic(LOOK_MILLIS, tick -> stream.look());
        response.endHandler(ended -> {
            vertx.cancelTimer(timer);
            open.decrementAndGet();
        });
        stream.look();
        return true;
    }

    /** One reader. */
    private final class Stream {
        private final HttpServerResponse response;
        private final String rolloutId;
        private String sent = "";
        private int looks;

        private Stream(HttpServerResponse response, String rolloutId) {
            this.response = response;
            this.rolloutId = rolloutId;
        }

        private void look() {
            if (response.closed() || response.ended() || response.writeQueueFull()) {
                return;
            }
            Optional<Rollout> rollout = fold.state().rollout(rolloutId);
            if (rollout.isEmpty()) {
                // It ended long ago, while nobody could be told.
                response.end();
                return;
            }
            JsonObject shown = views.rollout(rollout.get());
            String now = shown.encode();
            if (!now.equals(sent)) {
                sent = now;
                response.write("id: " + rollout.get().version() + "\nevent: rollout\ndata: " + now + "\n\n");
            } else if (++looks % LOOKS_PER_HEARTBEAT == 0) {
                response.write(":\n\n");
            }
            if (rollout.get() instanceof Rollout.Ended) {
                response.end();
            }
        }
    }
}
