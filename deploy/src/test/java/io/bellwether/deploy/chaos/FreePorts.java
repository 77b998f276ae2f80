package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of loopback that were free a moment ago, each given once. They lie below those that the kernel gives to outgoing
 * connections: a process that is away for a while must find its ports free when it is back.
 */
final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int END = 32_768;

    private final Deque<Integer> ports = new ArrayDeque<>();

    FreePorts(int count) throws IOException {
        var held = new ArrayList<ServerSocket>();
        try {
            int start = ThreadLocalRandom.current().nextInt(END - FIRST);
            for (int i = 0; i < END - FIRST && ports.size() < count; i++) {
                int port = FIRST + (start + i) % (END - FIRST);
                try {
                    held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
                    ports.add(port);
                } catch (BindException e) {
                    // somebody has it
                }
            }
        } finally {
            for (var socket : held) {
                socket.close();
            }
        }
        if (ports.size() < count) {
            throw new IOException("fewer than " + count + " ports from " + FIRST + " to " + END + " are free");
        }
    }

    int next() {
        return ports.remove();
    }
}
