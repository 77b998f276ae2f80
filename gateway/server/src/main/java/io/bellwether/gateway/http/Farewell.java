package io.bellwether.gateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.util.function.BooleanSupplier;

/**
 * Sends clients away from a gateway that leaves, as their requests come, so that they have another connection before this
 * one is gone: {@code Connection: close} (RFC 9112, section 9.6), in HTTP/2 GOAWAY, after which open streams still end (RFC
 * 9113, section 6.8).
 */
public final class Farewell {
    private static final long NO_TIMEOUT = 0;

    private Farewell() {}

    /** To be mounted before whoever answers. */
    public static void mount(Router router, BooleanSupplier leaving) {
        router.route().handler(routing -> {
            if (leaving.getAsBoolean()) {
                say(routing.request());
            }
            routing.next();
        });
    }

    private static void say(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            var unused = request.connection().shutdown(NO_TIMEOUT);
        } else {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }
}
