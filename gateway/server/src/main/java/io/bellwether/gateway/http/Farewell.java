package io.bellwether.gateway.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Sends clients away from a gateway that leaves, with its answers, so that they have another connection before this one is
 * gone. Over HTTP/1.1 each answer that begins while it leaves says {@code Connection: close} (RFC 9112, section 9.6), also
 * that of a request which came before; the client closes, because only it knows that it has sent nothing more. Over HTTP/2
 * a connection gets a GOAWAY that refuses no stream (RFC 9113, section 6.8), as soon as it has no stream under way: there
 * are clients who give up every stream of a connection that gets one.
 */
public final class Farewell {
    private static final long NO_ERROR = 0;

    private final BooleanSupplier leaving;

    /** Streams under way of each connection of HTTP/2; none that has no stream. */
    private final Map<HttpConnection, Integer> streams = new ConcurrentHashMap<>();

    private Farewell(BooleanSupplier leaving) {
        this.leaving = leaving;
    }

    /** To be mounted before whoever answers. */
    public static Farewell mount(Router router, BooleanSupplier leaving) {
        Farewell farewell = new Farewell(leaving);
        router.route().handler(routing -> {
            farewell.onRequest(routing.request());
            routing.next();
        });
        return farewell;
    }

    /** How many connections of HTTP/2 have a stream under way. */
    int connectionsWithStreams() {
        return streams.size();
    }

    private void onRequest(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.version() != HttpVersion.HTTP_2) {
            response.headersEndHandler(begins -> {
                if (leaving.getAsBoolean()) {
                    response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                }
            });
            return;
        }
        HttpConnection connection = request.connection();
        streams.merge(connection, 1, Integer::sum);
        AtomicBoolean over = new AtomicBoolean();
        response.bodyEndHandler(answered -> end(connection, over));
        response.exceptionHandler(lost -> end(connection, over));
    }

    private void end(HttpConnection connection, AtomicBoolean over) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        Integer left = streams.computeIfPresent(connection, (key, count) -> count == 1 ? null : count - 1);
        if (left == null && leaving.getAsBoolean()) {
            connection.goAway(NO_ERROR, Integer.MAX_VALUE);
        }
    }
}
