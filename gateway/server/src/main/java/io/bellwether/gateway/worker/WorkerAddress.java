package io.bellwether.gateway.worker;

/**
 * Where a worker listens.
 *
 * @param host name or address
 * @param port 1 to 65535
 */
public record WorkerAddress(String host, int port) {
    private static final int PORT_MAX = 65_535;

    public WorkerAddress {
        if (host.isBlank() || port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException("gateway.workers: expected host:port with a port from 1 to " + PORT_MAX
                    + ", got " + host + ":" + port);
        }
    }

    /** Reads {@code host:port}; an IPv6 address stands in brackets. */
    public static WorkerAddress parse(String text) {
        String trimmed = text.trim();
        int colon = trimmed.lastIndexOf(':');
        try {
            String host = trimmed.substring(0, Math.max(0, colon));
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            return new WorkerAddress(host, Integer.parseInt(trimmed.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "gateway.workers: expected host:port, for instance 127.0.0.1:8100, got '" + text + "'", e);
        }
    }

    /** The name of the worker in logs and metrics. */
    @Override
    public String toString() {
        return host + ":" + port;
    }
}
