package io.bellwether.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kept connections of a gateway that leaves. */
@Timeout(60)
class FarewellTest {
    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger connections = new AtomicInteger();
    private final BlockingQueue<HttpServerResponse> held = new LinkedBlockingQueue<>();
    private volatile boolean leaving;
    private URI uri;
    private Farewell farewell;

    @BeforeEach
    void listen() {
        Router router = Router.router(vertx);
        farewell = Farewell.mount(router, () -> leaving);
        router.route("/held").handler(routing -> held.add(routing.response()));
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
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
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
    void theAnswerToARequestThatCameBeforeGivesTheConnectionUpToo() throws Exception {
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            // Given
            send(socket, "/held");
            HttpServerResponse before = held.take();

            // When
            leaving = true;
            before.end("answered late");

            // Then
            assertThat(answer(socket)).contains("connection: close").endsWith("answered late");
        }
    }

    @Test
    void aRequestThatCrossesTheFarewellIsAnswered() throws Exception {
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            // Given
            leaving = true;
            send(socket, "/");
            assertThat(answer(socket)).contains("connection: close").endsWith("answered");

            // When the client sends once more, as one does that has not read the farewell yet
            send(socket, "/");

            // Then
            assertThat(answer(socket)).contains("connection: close").endsWith("answered");
        }
    }

    @Test
    void aConnectionOfHttp2IsGivenUpWhenItsLastStreamIsAnsweredAndRefusesNone() throws Exception {
        // Given a stream under way
        io.vertx.core.http.HttpClient client = http2();
        BlockingQueue<GoAway> farewells = new LinkedBlockingQueue<>();
        CompletableFuture<String> first = stream(client, "/held", farewells);
        HttpServerResponse before = held.take();

        // When another one begins and ends
        leaving = true;
        assertThat(stream(client, "/", farewells).get()).isEqualTo("null answered");
        boolean early = !farewells.isEmpty();
        before.end("answered late");

        // Then the first one is not disturbed, and a header that HTTP/2 does not know is not there
        assertThat(first.get()).isEqualTo("null answered late");
        assertThat(early).isFalse();
        GoAway farewell = farewells.take();
        assertThat(farewell.getErrorCode()).isZero();
        assertThat(farewell.getLastStreamId()).isEqualTo(Integer.MAX_VALUE);
        assertThat(connections).hasValue(1);
    }

    @Test
    void aStreamThatItsClientGaveUpDoesNotKeepTheConnection() throws Exception {
        // Given
        io.vertx.core.http.HttpClient client = http2();
        BlockingQueue<GoAway> farewells = new LinkedBlockingQueue<>();
        HttpClientRequest given = request(client, "/held", farewells);
        given.end();
        held.take();

        // When
        leaving = true;
        given.reset();

        // Then
        assertThat(farewells.take().getErrorCode()).isZero();
    }

    @Test
    void aConnectionThatIsLostWithItsStreamsIsForgotten() throws Exception {
        // Given
        var client = http2();
        HttpClientRequest request = request(client, "/held", new LinkedBlockingQueue<>());
        request.end();
        HttpServerResponse waiting = held.take();
        CompletableFuture<Void> lost = new CompletableFuture<>();
        waiting.closeHandler(lost::complete);
        assertThat(farewell.connectionsWithStreams()).isEqualTo(1);

        // When
        request.connection().close();
        lost.get();

        // Then
        assertThat(farewell.connectionsWithStreams()).isZero();
    }

    private io.vertx.core.http.HttpClient http2() {
        return vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1));
    }

    private HttpClientRequest request(
            io.vertx.core.http.HttpClient client, String path, BlockingQueue<GoAway> farewells) {
        HttpClientRequest request = client.request(HttpMethod.GET, uri.getPort(), uri.getHost(), path)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        request.connection().goAwayHandler(farewells::add);
        return request;
    }

    /** The header {@code Connection} and the body of the answer. */
    private CompletableFuture<String> stream(
            io.vertx.core.http.HttpClient client, String path, BlockingQueue<GoAway> farewells) {
        return request(client, path, farewells)
                .send()
                .compose(answer -> answer.body().map(body -> answer.getHeader("connection") + " " + body))
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static void send(Socket socket, String path) throws IOException {
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** The next answer of a connection, up to the end that its length gives. */
    private static String answer(Socket socket) throws IOException {
        StringBuilder answer = new StringBuilder();
        int end = Integer.MAX_VALUE;
        while (answer.length() < end) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the server has closed after: " + answer).isNotNegative();
            answer.append((char) next);
            if (answer.length() > 3 && answer.substring(answer.length() - 4).equals("\r\n\r\n")) {
                Matcher length = Pattern.compile("content-length: (\\d+)").matcher(answer);
                assertThat(length.find()).as(answer.toString()).isTrue();
                end = answer.length() + Integer.parseInt(length.group(1));
            }
        }
        return answer.toString();
    }

    private HttpResponse<String> get(HttpClient client) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
