package io.bellwether.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * Reads a request body up to a limit. Past the limit it tells so at once and throws away what still comes, so that a
 * client that only reads after it has written gets its answer; a client that goes on and on is cut off.
 */
public final class BodyReader {
    private static final int DISCARDED_RATIO_MAX = 4;

    private final HttpServerRequest request;
    private final int bytesMax;
    private final Consumer<Buffer> onBody;
    private final Runnable onTooLarge;
    private Buffer body = Buffer.buffer();
    private long received;
    private boolean refused;

    private BodyReader(HttpServerRequest request, int bytesMax, Consumer<Buffer> onBody, Runnable onTooLarge) {
        this.request = request;
        this.bytesMax = bytesMax;
        this.onBody = onBody;
        this.onTooLarge = onTooLarge;
    }

    /** Calls exactly one of the two, on the event loop of the request, unless the client leaves before. */
    public static void read(HttpServerRequest request, int bytesMax, Consumer<Buffer> onBody, Runnable onTooLarge) {
        BodyReader reader = new BodyReader(request, bytesMax, onBody, onTooLarge);
        request.handler(reader::onPart);
        request.endHandler(end -> reader.onEnd());
        if (declaredBytes(request) > bytesMax) {
            reader.refuse();
        }
    }

    private void onPart(Buffer part) {
        received += part.length();
        if (refused) {
            if (received > (long) DISCARDED_RATIO_MAX * bytesMax) {
                request.connection().close();
            }
            return;
        }
        if (received > bytesMax) {
            refuse();
        } else if (body.length() == 0) {
            body = part;
        } else {
            body = body.appendBuffer(part);
        }
    }

    private void onEnd() {
        if (!refused) {
            onBody.accept(body);
        }
    }

    private void refuse() {
        refused = true;
        body = Buffer.buffer();
        onTooLarge.run();
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
