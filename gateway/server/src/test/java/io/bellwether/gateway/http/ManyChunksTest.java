package io.bellwether.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.call.HeldBytes;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A body in a million chunks of one byte costs what its bytes cost, not what its chunks would. */
class ManyChunksTest {
    private static final int CHUNKS = 1_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final HeldBytes held = new HeldBytes(16L * CHUNKS);
    private final CompletableFuture<Long> heldAtEnd = new CompletableFuture<>();
    private final CompletableFuture<Integer> length = new CompletableFuture<>();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aBodyInAMillionChunksIsHeldAsOneArray() throws Exception {
        // Given
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> BodyReader.read(request, 2 * CHUNKS, held, new BodyReader.Listener() {
                    @Override
                    public void onBody(byte[] bytes, int bytesRead, HeldBytes.Share share) {
                        heldAtEnd.complete(held.bytes());
                        length.complete(bytesRead);
                        request.response().end();
                    }

                    @Override
                    public void onTooLarge() {
                        length.complete(-1);
                    }

                    @Override
                    public void onNoRoom() {
                        length.complete(-1);
                    }

                    @Override
                    public void onTooSlow() {
                        length.complete(-1);
                    }
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();

        // When
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
                OutputStream out = new BufferedOutputStream(client.getOutputStream(), 1 << 16)) {
            out.write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = "1\r\na\r\n".getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < CHUNKS; i++) {
                out.write(chunk);
            }
            out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();

            // Then
            assertThat(length.get(60, TimeUnit.SECONDS)).isEqualTo(CHUNKS);
            assertThat(heldAtEnd.get(60, TimeUnit.SECONDS)).isBetween((long) CHUNKS, 2L * CHUNKS);
        }
    }
}
