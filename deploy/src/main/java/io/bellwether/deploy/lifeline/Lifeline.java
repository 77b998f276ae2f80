package io.bellwether.deploy.lifeline;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs a program, and ends it in good order when the standard input of this process closes.
 *
 * <p>The launcher holds the other end of that pipe and never writes to it. The pipe closes when the launcher ends for
 * whatever reason, {@code kill -9} included, so that no process outlives it. Not an agent: a JVM with one hands it the
 * bytes of each class, so that class-data archives gain less, and makes no archives. It uses nothing but the JDK, so it
 * adds nothing to the class path of the program.
 */
public final class Lifeline {
    /** What shells report for a process that ended by SIGTERM. */
    private static final int EXIT_TERMINATED = 143;

    private static final long EXIT_MILLIS_MAX = 15_000;

    private Lifeline() {}

    /**
     * Runs the program whose main class is the first argument, with the other arguments.
     *
     * @throws Throwable what the program throws
     */
    public static void main(String[] arguments) throws Throwable {
        daemon("lifeline", () -> {
            awaitEnd(System.in);
            daemon("lifeline-last-resort", Lifeline::haltLater);
            Runtime.getRuntime().exit(EXIT_TERMINATED);
        });
        var program = Class.forName(arguments[0]).getMethod("main", String[].class);
        try {
            program.invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
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
