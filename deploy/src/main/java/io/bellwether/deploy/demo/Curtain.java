package io.bellwether.deploy.demo;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ctrl-C and SIGTERM: the demo is told, and the process ends only when it has tidied up, or after a time. */
final class Curtain implements AutoCloseable {
    private static final long TIDY_SECONDS_MAX = 30;

    private final AtomicBoolean fallen = new AtomicBoolean();
    private final CountDownLatch tidied = new CountDownLatch(1);

    /** Begins to listen for the end of the process. */
    static Curtain raise() {
        var curtain = new Curtain();
        Runtime.getRuntime().addShutdownHook(new Thread(curtain::fall, "curtain"));
        return curtain;
    }

    /**
     * Waits a little.
     *
     * @throws InterruptedException when the demo is to stop
     */
    void pause(long millis) throws InterruptedException {
        check();
        TimeUnit.MILLISECONDS.sleep(millis);
        check();
    }

    private void check() throws InterruptedException {
        if (fallen.get()) {
            throw new InterruptedException("the demo was stopped");
        }
    }

    private void fall() {
        fallen.set(true);
        try {
            var unused = tidied.await(TIDY_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is tidied up. */
    @Override
    public void close() {
        tidied.countDown();
    }
}
