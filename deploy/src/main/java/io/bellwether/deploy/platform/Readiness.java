package io.bellwether.deploy.platform;

import io.bellwether.deploy.broker.BrokerProbe;
import java.io.IOException;
import java.net.HttpURLConnection;
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

    /** Ready when the broker at that port answers a request of Kafka's protocol. */
    record BrokerAnswers(int port) implements Readiness {
        @Override
        public boolean isReady(long pid) {
            return BrokerProbe.answers(port);
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
