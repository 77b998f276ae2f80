package io.bellwether.engine;

/** Everything native comes from jars on the class path: DJL shall download nothing and report nothing to anyone. */
final class Offline {
    private Offline() {}

    /** Call it before any use of DJL. */
    static void set() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }
}
