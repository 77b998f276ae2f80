package io.bellwether.deploy.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands on the links between processes, each with a port of its own on loopback, and does to their connections what a bad
 * network does. One thread for all links; a connection holds at most {@link Pipe#BYTES_MAX} bytes each way, then it is not
 * read any more.
 */
final class FaultProxy implements AutoCloseable {
    private static final long WAIT_MILLIS_MAX = 100;
    private static final int BACKLOG = 256;
    private static final long ORDER_SECONDS_MAX = 10;

    private final Selector selector = Selector.open();
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final List<Link> links = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "fault-proxy");
    private volatile boolean closed;

    FaultProxy() throws IOException {
        thread.setDaemon(true);
        thread.start();
    }

    /** Opens a link to a port on loopback; it passes everything until it is told otherwise. */
    Link link(String name, int targetPort) throws IOException {
        var listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.configureBlocking(false);
        int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
        var link = new Link(name, port, targetPort);
        order(() -> register(listener, link));
        return link;
    }

    /** One way from clients to a target. Its methods are for any thread and return when they are in force. */
    final class Link {
        private final String name;
        private final int port;
        private final int targetPort;
        private final List<Wire> wires = new ArrayList<>();
        private LinkMode mode = LinkMode.PASS;

        private Link(String name, int port, int targetPort) {
            this.name = name;
            this.port = port;
            this.targetPort = targetPort;
        }

        String name() {
            return name;
        }

        /** Where clients connect to. */
        int port() {
            return port;
        }

        /** What it does from now on, to the connections that there are, too. */
        void set(LinkMode next) {
            order(() -> {
                mode = next;
                if (next instanceof LinkMode.Refuse) {
                    resetAll();
                }
            });
        }

        /** Resets the connections that there are; new ones are welcome. */
        void cut() {
            order(this::resetAll);
        }

        private void resetAll() {
            List.copyOf(wires).forEach(Wire::reset);
            wires.clear();
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        selector.wakeup();
        thread.join();
    }

    private void order(Runnable order) {
        var done = new CountDownLatch(1);
        orders.add(() -> {
            order.run();
            done.countDown();
        });
        selector.wakeup();
        try {
            if (!done.await(ORDER_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the thread of the fault proxy does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (selector) {
            while (!closed) {
                selector.select(waitMillis());
                Set<Wire> busy = new HashSet<>();
                for (var key : selector.selectedKeys()) {
                    handle(key, busy);
                }
                selector.selectedKeys().clear();
                for (var order = orders.poll(); order != null; order = orders.poll()) {
                    order.run();
                    busy.addAll(wires());
                }
                long nowNanos = System.nanoTime();
                wires().stream()
                        .filter(wire -> busy.contains(wire) || wire.isDue(wire.link().mode, nowNanos))
                        .forEach(this::turn);
            }
            wires().forEach(Wire::reset);
            for (var key : List.copyOf(selector.keys())) {
                key.channel().close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClosedSelectorException e) {
            // the end
        }
    }

    private void handle(SelectionKey key, Set<Wire> busy) throws IOException {
        if (key.attachment() instanceof Wire wire) {
            busy.add(wire);
        } else if (key.isValid() && key.attachment() instanceof Link link) {
            var client = ((ServerSocketChannel) key.channel()).accept();
            if (client != null) {
                accept(link, client, busy);
            }
        }
    }

    private void register(ServerSocketChannel listener, Link link) {
        try {
            listener.register(selector, SelectionKey.OP_ACCEPT, link);
            links.add(link);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(Link link, SocketChannel client, Set<Wire> busy) throws IOException {
        client.configureBlocking(false);
        if (link.mode instanceof LinkMode.Refuse) {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
            return;
        }
        var target = SocketChannel.open();
        target.configureBlocking(false);
        var wire = new Wire(link, link.targetPort, client, target, selector);
        link.wires.add(wire);
        wire.connect();
        busy.add(wire);
    }

    private void turn(Wire wire) {
        if (!wire.turn(wire.link().mode, System.nanoTime())) {
            wire.link().wires.remove(wire);
        }
    }

    private List<Wire> wires() {
        return links.stream().flatMap(link -> link.wires.stream()).toList();
    }

    private long waitMillis() {
        long nowNanos = System.nanoTime();
        return wires().stream()
                .mapToLong(wire -> wire.waitMillis(wire.link().mode, nowNanos))
                .reduce(WAIT_MILLIS_MAX, Math::min);
    }
}
