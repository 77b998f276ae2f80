package io.bellwether.gateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.util.function.BooleanSupplier;

/**
 * Sends clients away from a gateway that leaves, as their requests come, so that they have another connection before this one
 * is gone: {@code Connection: close} (RFC 9112, section 9.6). HTTP/2 has no such header; its connections end with the server.
 */
public final class Farewell {
    private Farewell() {}

    /** To be mounted before whoever answers. */
    public static void mount(Router router, BooleanSupplier leaving) {
        router.route().handler(routing -> {
            if (leaving.getAsBoolean() && routing.request().version() != HttpVersion.HTTP_2) {
                routing.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
            routing.next();
        });
    }
}
