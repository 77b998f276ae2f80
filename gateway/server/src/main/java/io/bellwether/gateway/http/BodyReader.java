package io.bellwether.gateway.http;

import io.bellwether.gateway.call.HeldBytes;
import io.bellwether.protocol.Refusal;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;

/**
 * Reads a request body up to a limit, into one array that grows with what has really come. Past a limit it tells so at once
 * and throws away what still comes, so that a client that only reads after it has written gets its answer; a client that
 * goes on and on is cut off. A body that comes in parts must be whole within {@value #MILLIS_MAX} ms, so that nobody holds
 * memory by being slow.
 */
public final class BodyReader {
    /** Longest time from the second part of a body to its end. */
    static final int MILLIS_MAX = 30_000;

    private static final int DISCARDED_RATIO_MAX = 4;
    private static final long NO_TIMER = -1;
    private static final int FIRST_BYTES = 4096;
    private static final byte[] NOTHING = {};

    private final HttpServerRequest request;
    private final int bytesMax;
    private final HeldBytes.Share share;
    private final Listener listener;
    private final int millisMax;
    private final Vertx vertx;
    private long timer = NO_TIMER;
    private byte[] bytes = NOTHING;
    private long received;
    private boolean refused;

    /** Hears exactly one of these, on the event loop of the request, unless the client leaves before. */
    public interface Listener {
        /**
         * @param bytes holds the body, from its first byte on
         * @param length of the body
         * @param share holds it, and what is made of it
         */
        void onBody(byte[] bytes, int length, HeldBytes.Share share);

        /** The body alone is over its limit. */
        void onTooLarge();

        /** There is no room for this body beside those of others. */
        void onNoRoom();

        /** It did not come in time. */
        void onTooSlow();
    }

    private BodyReader(
            HttpServerRequest request, int bytesMax, HeldBytes.Share share, Listener listener, int millisMax) {
        this.request = request;
        this.bytesMax = bytesMax;
        this.share = share;
        this.listener = listener;
        this.millisMax = millisMax;
        this.vertx = Vertx.currentContext().owner();
    }

    /** Why a body that did not come in time is refused. */
    public static Refusal tooSlow() {
        return Refusal.invalid(
                "the body did not arrive within " + MILLIS_MAX / 1_000 + " s; send it faster, or less of it");
    }

    /**
     * @param held what is read is counted here until the request is answered or its connection is gone
     */
    public static void read(HttpServerRequest request, int bytesMax, HeldBytes held, Listener listener) {
        read(request, bytesMax, held, listener, MILLIS_MAX);
    }

    static void read(HttpServerRequest request, int bytesMax, HeldBytes held, Listener listener, int millisMax) {
        HeldBytes.Share share = held.share();
        BodyReader reader = new BodyReader(request, bytesMax, share, listener, millisMax);
        request.response().endHandler(disposed -> {
            reader.stopTimer();
            share.release();
        });
        request.handler(reader::onPart);
        request.endHandler(end -> reader.onEnd());
        if (declaredBytes(request) > bytesMax) {
            reader.refuse();
            listener.onTooLarge();
        }
    }

    private void onPart(Buffer part) {
        if (received > 0 && timer == NO_TIMER && !refused) {
            timer = vertx.setTimer(millisMax, late -> onTooSlow());
        }
        int at = (int) Math.min(received, bytesMax);
        received += part.length();
        if (refused) {
            if (received > (long) DISCARDED_RATIO_MAX * bytesMax) {
                request.connection().close();
            }
        } else if (received > bytesMax) {
            refuse();
            listener.onTooLarge();
        } else if (!hasRoom((int) received)) {
            refuse();
            listener.onNoRoom();
        } else {
            part.getBytes(0, part.length(), bytes, at);
        }
    }

    /** Grows by doubling, but never beyond what was declared: memory follows what has come, not what was promised. */
    private boolean hasRoom(int needed) {
        if (needed <= bytes.length) {
            return true;
        }
        long declared = declaredBytes(request);
        long wanted = Math.max(needed, Math.max(FIRST_BYTES, 2L * bytes.length));
        int size = (int) Math.min(wanted, declared >= needed ? declared : bytesMax);
        if (!share.take(size - bytes.length)) {
            return false;
        }
        bytes = Arrays.copyOf(bytes, size);
        return true;
    }

    private void onTooSlow() {
        if (!refused) {
            refuse();
            listener.onTooSlow();
        }
    }

    private void stopTimer() {
        if (timer != NO_TIMER) {
            vertx.cancelTimer(timer);
        }
    }

    private void onEnd() {
        stopTimer();
        if (!refused) {
            listener.onBody(bytes, (int) received, share);
        }
    }

    private void refuse() {
        refused = true;
        bytes = NOTHING;
        share.release();
    }

    private static long declaredBytes(HttpServerRequest request) {
        String declared = request.getHeader("Content-Length");
        try {
            return declared == null ? 0 : Long.parseLong(declared.trim());
        } catch (NumberFormatException e) {
            // The HTTP codec has refused such a header already; what comes is counted anyway.
            return 0;
        }
    }
}
