package io.bellwether.deploy.platform;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** How to tell whether a process is ready. Asking never throws and takes at most a second or two. */
public sealed interface Readiness {
    /** Whether the process with that id is ready now. */
    boolean isReady(long pid);

    /** Ready when the address answers 200. */
    record Answers200(String address) implements Readiness {
        private static final int CONNECT_MILLIS_MAX = 500;
        private static final int READ_MILLIS_MAX = 2_000;

        @Override
        public boolean isReady(long pid) {
            try {
                var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
                connection.setConnectTimeout(CONNECT_MILLIS_MAX);
                connection.setReadTimeout(READ_MILLIS_MAX);
                try {
                    return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
                } finally {
                    connection.disconnect();
                }
            } catch (IOException e) {
                return false;
            }
        }
    }

    /**
     * Ready when the broker has said so in the file and still answers. It is asked for the versions of its API, request 18
     * of the Kafka protocol, version 0: a broker answers that to anybody, with the number of the request first.
     */
    record AnswersKafka(NamedInFile said, int port) implements Readiness {
        private static final int MILLIS_MAX = 2_000;
        private static final short API_VERSIONS = 18;
        private static final int REQUEST_NUMBER = 7;
        private static final int REQUEST_BYTES = 10;

        @Override
        public boolean isReady(long pid) {
            return said.isReady(pid) && answers();
        }

        private boolean answers() {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), MILLIS_MAX);
                socket.setSoTimeout(MILLIS_MAX);
                var out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
                out.writeInt(REQUEST_BYTES);
                out.writeShort(API_VERSIONS);
                out.writeShort(0);
                out.writeInt(REQUEST_NUMBER);
                out.writeShort(-1);
                out.flush();
                var in = new DataInputStream(socket.getInputStream());
                return in.readInt() > 0 && in.readInt() == REQUEST_NUMBER;
            } catch (IOException e) {
                return false;
            }
        }
    }

    /** Ready when the process has written its id into the file. */
    record NamedInFile(Path file) implements Readiness {
        @Override
        public boolean isReady(long pid) {
            try {
                return Files.exists(file) && Files.readString(file).trim().equals(Long.toString(pid));
            } catch (IOException e) {
                return false;
            }
        }
    }
}
