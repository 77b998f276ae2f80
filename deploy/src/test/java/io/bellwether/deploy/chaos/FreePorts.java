package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;

/** Ports of loopback that were free a moment ago, each given once. */
final class FreePorts {
    private final Deque<Integer> ports = new ArrayDeque<>();

    FreePorts(int count) throws IOException {
        var held = new ArrayList<ServerSocket>();
        for (int i = 0; i < count; i++) {
            var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (var socket : held) {
            socket.close();
        }
    }

    int next() {
        return ports.remove();
    }
}
