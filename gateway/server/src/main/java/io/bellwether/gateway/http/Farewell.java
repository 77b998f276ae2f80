package io.bellwether.gateway.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.util.function.BooleanSupplier;

/**
 * Sends clients away from a gateway that leaves, with its answers, so that they have another connection before this one is
 * gone: {@code Connection: close} (RFC 9112, section 9.6) with each answer that begins while it leaves, also that to a request
 * which came before. The client closes, because only it knows that it has sent nothing more. HTTP/2 has no such header; its
 * connections end with the server.
 */
public final class Farewell {
    private Farewell() {}

    /** To be mounted before whoever answers. */
    public static void mount(Router router, BooleanSupplier leaving) {
        router.route().handler(routing -> {
            HttpServerResponse response = routing.response();
            if (routing.request().version() != HttpVersion.HTTP_2) {
                response.headersEndHandler(begins -> {
                    if (leaving.getAsBoolean()) {
                        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    }
                });
            }
            routing.next();
        });
    }
}
