package io.bellwether.deploy.chaos;

/** What a link between two processes does with bytes and connections. */
sealed interface LinkMode {
    /** Everything passes. */
    LinkMode PASS = new Slow(0, Long.MAX_VALUE);

    /** Nothing passes, and nobody is told: the peer of a half-open connection. New connections are taken and stay silent. */
    LinkMode SILENT = new Held(true, true);

    /** What the target says does not arrive; what it is told does. */
    LinkMode DEAF = new Held(false, true);

    /** What the target is told does not arrive; what it says does. */
    LinkMode MUTE = new Held(true, false);

    /** Connections are reset, and new ones are reset as soon as they are there. */
    LinkMode REFUSE = new Refuse();

    /**
     * Bytes come later, and not faster than a rate.
     *
     * @param delayMillis one way, both ways
     * @param bytesPerSecondMax of a connection and direction
     */
    record Slow(long delayMillis, long bytesPerSecondMax) implements LinkMode {}

    /**
     * Bytes wait until another mode lets them pass, as TCP would send them again after a partition.
     *
     * @param toTarget whether those to the target wait
     * @param toClient whether those from the target wait
     */
    record Held(boolean toTarget, boolean toClient) implements LinkMode {}

    /** Resets. */
    record Refuse() implements LinkMode {}
}
