package io.bellwether.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keep-alive of a gateway that leaves. */
class FarewellTest {
    private static final long SECONDS_MAX = 20;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean leaving;
    private int port;

    @BeforeEach
    void listen() throws Exception {
        Router router = Router.router(vertx);
        Farewell.mount(router, () -> leaving);
        router.route().handler(routing -> routing.response().end("answered"));
        HttpServer server = vertx.createHttpServer()
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(router);
        port = get(server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture())
                .actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aKeptConnectionIsGivenUpWithTheAnswer() throws Exception {
        // Given
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(1));
        assertThat(connectionHeader(client)).isNull();
        assertThat(connectionHeader(client)).isNull();
        assertThat(connections).hasValue(1);

        // When
        leaving = true;

        // Then the one that was kept still gets its answer, and the next one comes by another
        assertThat(connectionHeader(client)).isEqualTo("close");
        leaving = false;
        assertThat(connectionHeader(client)).isNull();
        assertThat(connections).hasValue(2);
    }

    @Test
    void aConnectionOfHttp2IsToldToGoAwayAndItsStreamIsAnswered() throws Exception {
        // Given
        HttpClient client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1));
        connectionHeader(client);
        leaving = true;
        CompletableFuture<Void> toldToGo = new CompletableFuture<>();

        // When
        HttpClientResponse answer = get(client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> {
                    request.connection().shutdownHandler(told -> toldToGo.complete(null));
                    return request.send();
                })
                .toCompletionStage()
                .toCompletableFuture());

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        get(toldToGo);
    }

    private String connectionHeader(HttpClient client) throws Exception {
        return get(client.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.send())
                .compose(response -> response.body().map(body -> response))
                .map(response -> response.getHeader("Connection"))
                .toCompletionStage()
                .toCompletableFuture());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(SECONDS_MAX, TimeUnit.SECONDS);
    }
}
