package io.bellwether.deploy.lifeline;

import java.io.IOException;
import java.io.InputStream;

/**
 * Ends this process in good order when its standard input closes.
 *
 * <p>The launcher holds the other end of that pipe and never writes to it. The pipe closes when the launcher ends for
 * whatever reason, {@code kill -9} included, so that no process outlives it. An agent, because the applications are
 * started by their own main classes. It uses nothing but the JDK, so it adds nothing to their class path.
 */
public final class Lifeline {
    /** What shells report for a process that ended by SIGTERM. */
    private static final int EXIT_TERMINATED = 143;

    private static final long EXIT_MILLIS_MAX = 15_000;

    private Lifeline() {}

    /** Called by the JVM before the application's main method. */
    public static void premain(String ignored) {
        daemon("lifeline", () -> {
            awaitEnd(System.in);
            daemon("lifeline-last-resort", Lifeline::haltLater);
            Runtime.getRuntime().exit(EXIT_TERMINATED);
        });
    }

    private static void awaitEnd(InputStream pipe) {
        try {
            while (pipe.read() >= 0) {
                // the launcher writes nothing; whatever comes is not for us
            }
        } catch (IOException e) {
            // a broken pipe says the same as a closed one
        }
    }

    private static void haltLater() {
        try {
            Thread.sleep(EXIT_MILLIS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(EXIT_TERMINATED);
    }

    private static void daemon(String name, Runnable body) {
        var thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }
}
