package io.bellwether.loadtests;

import java.util.function.Consumer;

/** A way to a model. */
interface Sender extends AutoCloseable {
    /**
     * Sends one request and gives the answer to {@code answered} exactly once, on any thread, also when it
     * failed. Does not block for the answer unless the model runs in this very thread.
     */
    void send(Ask ask, Consumer<Answer> answered);

    @Override
    void close();
}
