package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One connection through a link: two sockets and the bytes between them. For the thread of its proxy. */
final class Wire {
    private final FaultProxy.Link link;
    private final int targetPort;
    private final SocketChannel client;
    private final SocketChannel target;
    private final SelectionKey clientKey;
    private final SelectionKey targetKey;
    private final Pipe toTarget;
    private final Pipe toClient;

    Wire(FaultProxy.Link link, int targetPort, SocketChannel client, SocketChannel target, Selector selector)
            throws IOException {
        this.link = link;
        this.targetPort = targetPort;
        this.client = client;
        this.target = target;
        client.setOption(StandardSocketOptions.TCP_NODELAY, true);
        target.setOption(StandardSocketOptions.TCP_NODELAY, true);
        clientKey = client.register(selector, 0, this);
        targetKey = target.register(selector, 0, this);
        toTarget = new Pipe(client, target);
        toClient = new Pipe(target, client);
    }

    FaultProxy.Link link() {
        return link;
    }

    /** Begins to connect to the target. */
    void connect() {
        try {
            target.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort));
        } catch (IOException e) {
            reset();
        }
    }

    /** Moves what can be moved now; false when the connection is over. */
    boolean turn(LinkMode mode, long nowNanos) {
        try {
            if (!target.isConnected() && !target.finishConnect()) {
                targetKey.interestOps(SelectionKey.OP_CONNECT);
                return true;
            }
            var slow = mode instanceof LinkMode.Slow some ? some : new LinkMode.Slow(0, Long.MAX_VALUE);
            boolean holdsToTarget = mode instanceof LinkMode.Held held && held.toTarget();
            boolean holdsToClient = mode instanceof LinkMode.Held held && held.toClient();
            if (!holdsToTarget) {
                toTarget.move(slow, nowNanos);
            }
            if (!holdsToClient) {
                toClient.move(slow, nowNanos);
            }
            if (toTarget.isOver() && toClient.isOver()) {
                client.close();
                target.close();
                return false;
            }
            clientKey.interestOps((holdsToTarget ? 0 : toTarget.readInterest())
                    | (holdsToClient ? 0 : toClient.writeInterest(nowNanos)));
            targetKey.interestOps((holdsToClient ? 0 : toClient.readInterest())
                    | (holdsToTarget ? 0 : toTarget.writeInterest(nowNanos)));
            return true;
        } catch (IOException e) {
            reset();
            return false;
        }
    }

    /** Whether bytes that waited for their time may go on now. */
    boolean isDue(LinkMode mode, long nowNanos) {
        return !(mode instanceof LinkMode.Held)
                && (toTarget.writeInterest(nowNanos) | toClient.writeInterest(nowNanos)) != 0;
    }

    /** Milliseconds until bytes that wait for their time may go on. */
    long waitMillis(LinkMode mode, long nowNanos) {
        return mode instanceof LinkMode.Held
                ? Long.MAX_VALUE
                : Math.min(toTarget.waitMillis(nowNanos), toClient.waitMillis(nowNanos));
    }

    /** Ends both sides as a machine that forgot the connection does. */
    void reset() {
        for (var channel : new SocketChannel[] {client, target}) {
            try {
                if (channel.isOpen()) {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
                channel.close();
            } catch (IOException e) {
                // closed is what it was to be
            }
        }
    }
}
