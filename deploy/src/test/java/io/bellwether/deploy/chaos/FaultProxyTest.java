package io.bellwether.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FaultProxyTest {
    private static final int SHORT_MILLIS = 300;
    private static final int LONG_MILLIS = 5_000;

    private final CopyOnWriteArrayList<Socket> served = new CopyOnWriteArrayList<>();
    private ServerSocket echo;
    private Thread serving;
    private FaultProxy proxy;
    private FaultProxy.Link link;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        serving = daemon(this::serve);
        proxy = new FaultProxy();
        link = proxy.link("to echo", echo.getLocalPort());
    }

    @AfterEach
    void stop() throws Exception {
        proxy.close();
        echo.close();
        for (var socket : served) {
            socket.close();
        }
    }

    @Test
    void passesBytesBothWaysAndTheEndOfTheStream() throws Exception {
        try (var client = connect()) {
            // When
            say(client, "hello");

            // Then
            assertThat(hear(client, 5)).isEqualTo("hello");

            // When
            client.shutdownOutput();

            // Then
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void carriesMoreThanItHolds() throws Exception {
        // Given
        int bytes = 8 * Pipe.BYTES_MAX;
        try (var client = connect()) {
            daemon(() -> {
                client.getOutputStream().write(new byte[bytes]);
                client.shutdownOutput();
            });

            // When
            long came = client.getInputStream().transferTo(OutputStream.nullOutputStream());

            // Then
            assertThat(came).isEqualTo(bytes);
        }
    }

    @Test
    void aSilentLinkSaysNothingAndWhatWaitedComesWhenItHeals() throws Exception {
        try (var client = connect()) {
            say(client, "a");
            assertThat(hear(client, 1)).isEqualTo("a");

            // When
            link.set(LinkMode.SILENT);
            say(client, "b");

            // Then
            client.setSoTimeout(SHORT_MILLIS);
            assertThatThrownBy(() -> hear(client, 1)).isInstanceOf(SocketTimeoutException.class);
            try (var fresh = connect()) {
                fresh.setSoTimeout(SHORT_MILLIS);
                say(fresh, "c");
                assertThatThrownBy(() -> hear(fresh, 1)).isInstanceOf(SocketTimeoutException.class);
            }

            // When
            link.set(LinkMode.PASS);
            client.setSoTimeout(LONG_MILLIS);

            // Then
            assertThat(hear(client, 1)).isEqualTo("b");
        }
    }

    @Test
    void oneWayHoldsThatWayOnly() throws Exception {
        try (var client = connect()) {
            say(client, "a");
            assertThat(hear(client, 1)).isEqualTo("a");

            // When
            link.set(LinkMode.DEAF);
            say(client, "b");

            // Then: it went there, and what came back waits
            client.setSoTimeout(SHORT_MILLIS);
            assertThatThrownBy(() -> hear(client, 1)).isInstanceOf(SocketTimeoutException.class);
            link.set(LinkMode.MUTE);
            client.setSoTimeout(LONG_MILLIS);
            assertThat(hear(client, 1)).isEqualTo("b");

            // When
            say(client, "c");

            // Then
            client.setSoTimeout(SHORT_MILLIS);
            assertThatThrownBy(() -> hear(client, 1)).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aCutResetsWhatIsThereAndWelcomesWhatComes() throws Exception {
        try (var client = connect()) {
            say(client, "a");
            assertThat(hear(client, 1)).isEqualTo("a");

            // When
            link.cut();

            // Then
            assertThatThrownBy(() -> hear(client, 1)).isInstanceOf(IOException.class);
        }
        try (var client = connect()) {
            say(client, "b");
            assertThat(hear(client, 1)).isEqualTo("b");
        }
    }

    @Test
    void aRefusingLinkResetsNewConnectionsToo() throws Exception {
        // When
        link.set(LinkMode.REFUSE);

        // Then
        assertThatThrownBy(() -> {
                    try (var client = connect()) {
                        say(client, "a");
                        hear(client, 1);
                    }
                })
                .isInstanceOf(IOException.class);
    }

    @Test
    void aSlowLinkDelaysAndKeepsItsRate() throws Exception {
        // Given
        try (var client = connect()) {
            say(client, "a");
            assertThat(hear(client, 1)).isEqualTo("a");
            link.set(new LinkMode.Slow(50, 100_000));

            // When
            long startNanos = System.nanoTime();
            say(client, "b".repeat(20_000));
            var heard = hear(client, 20_000);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);

            // Then: 50 ms each way, and 20,000 bytes at 100,000 a second take 200 ms at least once
            assertThat(heard).hasSize(20_000);
            assertThat(millis).isBetween(299L, 4_000L);
        }
    }

    @Test
    void withoutATargetAConnectionIsReset() throws Exception {
        // Given: the thread in accept() may still be given a connection after close() has returned
        echo.close();
        serving.join();

        // Then
        assertThatThrownBy(() -> {
                    try (var client = connect()) {
                        say(client, "a");
                        hear(client, 1);
                    }
                })
                .isInstanceOf(IOException.class);
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
        socket.setSoTimeout(LONG_MILLIS);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hear(Socket socket, int count) throws IOException {
        var bytes = socket.getInputStream().readNBytes(count);
        if (bytes.length < count) {
            throw new IOException("the stream ended after " + bytes.length + " bytes");
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private void serve() throws IOException {
        while (!echo.isClosed()) {
            var socket = echo.accept();
            served.add(socket);
            daemon(() -> {
                try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                }
            });
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static Thread daemon(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                // the other side is gone, which is what tests do
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
