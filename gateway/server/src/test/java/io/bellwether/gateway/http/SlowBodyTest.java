package io.bellwether.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Await;
import io.bellwether.gateway.call.HeldBytes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that begins a body and does not end it. */
class SlowBodyTest {
    private static final int MILLIS_MAX = 50;

    private final Vertx vertx = Vertx.vertx();
    private final HeldBytes held = new HeldBytes(1 << 20);
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private int port;

    @BeforeEach
    void listen() {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> BodyReader.read(
                        request,
                        10_000,
                        held,
                        new BodyReader.Listener() {
                            @Override
                            public void onBody(byte[] bytes, int length, HeldBytes.Share share) {
                                heard.add("body of " + length);
                                request.response().end();
                            }

                            @Override
                            public void onTooLarge() {
                                heard.add("too large");
                            }

                            @Override
                            public void onNoRoom() {
                                heard.add("no room");
                            }

                            @Override
                            public void onTooSlow() {
                                heard.add("too slow");
                            }
                        },
                        MILLIS_MAX))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        port = server.actualPort();
    }

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void itsBytesAreGivenBackAndItIsToldOnce() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // Given
            write(client, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
            Await.until("the first part is held", () -> held.bytes() > 0);

            // When
            write(client, "1\r\nb\r\n");

            // Then
            Await.until("it is refused", () -> heard.contains("too slow"));
            assertThat(held.bytes()).isZero();
            assertThat(heard).containsExactly("too slow");
        }
    }

    @Test
    void aBodyInPartsThatEndsInTimeIsRead() throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // When
            write(
                    client,
                    "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n0\r\n\r\n");

            // Then
            Await.until("it is read", () -> !heard.isEmpty());
            assertThat(heard).containsExactly("body of 2");
        }
    }

    private static void write(Socket client, String text) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
