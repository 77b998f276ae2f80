package io.bellwether.worker.serving;

/** Moves of a version that only its life cycle makes, for tests of those who see the consequences. */
public final class VersionMoves {
    private VersionMoves() {}

    public static void fail(ServedVersion version, String reason) {
        version.fail(reason);
    }

    /** Its gauges are there. */
    public static void measure(ServedVersion version) {
        version.measure();
    }

    public static void drain(ServedVersion version) {
        version.drain();
    }
}
