package io.bellwether.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Keep-alive of a gateway that leaves. */
@Timeout(60)
class FarewellTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile boolean leaving;
    private URI uri;

    @BeforeEach
    void listen() {
        Router router = Router.router(vertx);
        Farewell.mount(router, () -> leaving);
        router.route().handler(routing -> routing.response().end("answered"));
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setHttp2ClearTextEnabled(true))
                .connectionHandler(connection -> connections.incrementAndGet())
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        uri = URI.create("http://127.0.0.1:" + server.actualPort() + "/");
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aKeptConnectionIsGivenUpWithTheAnswer() throws Exception {
        // Given
        HttpClient client = client(HttpClient.Version.HTTP_1_1);
        assertThat(get(client).headers().firstValue("connection")).isEmpty();
        assertThat(get(client).headers().firstValue("connection")).isEmpty();
        assertThat(connections).hasValue(1);

        // When
        leaving = true;
        HttpResponse<String> last = get(client);
        leaving = false;
        HttpResponse<String> next = get(client);

        // Then the last one by the old connection was answered, and the next one came by another
        assertThat(last.body()).isEqualTo("answered");
        assertThat(last.headers().firstValue("connection")).contains("close");
        assertThat(next.body()).isEqualTo("answered");
        assertThat(connections).hasValue(2);
    }

    @Test
    void aStreamOfHttp2IsAnsweredWithoutAHeaderThatItDoesNotKnow() throws Exception {
        // Given
        HttpClient client = client(HttpClient.Version.HTTP_2);
        leaving = true;

        // When
        HttpResponse<String> answer = get(client);
        HttpResponse<String> again = get(client);

        // Then the first one may have come by an upgrade
        assertThat(answer.body()).isEqualTo("answered");
        assertThat(again.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(again.headers().firstValue("connection")).isEmpty();
    }

    private static HttpClient client(HttpClient.Version version) {
        return HttpClient.newBuilder().version(version).build();
    }

    private HttpResponse<String> get(HttpClient client) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
