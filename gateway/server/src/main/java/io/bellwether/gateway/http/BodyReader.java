package io.bellwether.gateway.http;

import io.bellwether.gateway.call.HeldBytes;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;

/**
 * Reads a request body up to a limit, into one array that grows with what has really come. Past a limit it tells so at once
 * and throws away what still comes, so that a client that only reads after it has written gets its answer; a client that
 * goes on and on is cut off.
 */
public final class BodyReader {
    private static final int DISCARDED_RATIO_MAX = 4;
    private static final int FIRST_BYTES = 4096;
    private static final byte[] NOTHING = {};

    private final HttpServerRequest request;
    private final int bytesMax;
    private final HeldBytes.Share share;
    private final Listener listener;
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
    }

    private BodyReader(HttpServerRequest request, int bytesMax, HeldBytes.Share share, Listener listener) {
        this.request = request;
        this.bytesMax = bytesMax;
        this.share = share;
        this.listener = listener;
    }

    /**
     * @param held what is read is counted here until the request is answered or its connection is gone
     */
    public static void read(HttpServerRequest request, int bytesMax, HeldBytes held, Listener listener) {
        HeldBytes.Share share = held.share();
        request.response().endHandler(disposed -> share.release());
        BodyReader reader = new BodyReader(request, bytesMax, share, listener);
        request.handler(reader::onPart);
        request.endHandler(end -> reader.onEnd());
        if (declaredBytes(request) > bytesMax) {
            reader.refuse();
            listener.onTooLarge();
        }
    }

    private void onPart(Buffer part) {
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

    private void onEnd() {
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
