package io.bellwether.worker.serving;

/** Moves of a version that only its life cycle makes, for tests of those who see the consequences. */
public final class VersionMoves {
    private VersionMoves() {}

    public static void fail(ServedVersion version, String reason) {
        version.fail(reason);
    }

    public static void drain(ServedVersion version) {
        version.drain();
    }
}
