package io.bellwether.gateway.worker;

/**
 * An entry of {@code gateway.workers}.
 *
 * @param address where to look
 * @param byName true if a worker is meant at each address that the host's name resolves to, now and later; false for the one
 *     worker at this address
 */
public record WorkerSource(WorkerAddress address, boolean byName) {
    private static final String BY_NAME = "dns:";

    /** Reads {@code host:port} or {@code dns:name:port}. */
    public static WorkerSource parse(String text) {
        String trimmed = text.trim();
        boolean byName = trimmed.startsWith(BY_NAME);
        return new WorkerSource(WorkerAddress.parse(byName ? trimmed.substring(BY_NAME.length()) : trimmed), byName);
    }
}
