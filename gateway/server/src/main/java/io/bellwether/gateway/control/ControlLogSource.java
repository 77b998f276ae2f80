package io.bellwether.gateway.control;

import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;

/** Where the control log is read from. Called by one thread. */
interface ControlLogSource {
    /**
     * Makes sure that the log exists. Blocks.
     *
     * @return its identity: another log of the same name has another one
     * @throws KafkaException if it cannot be reached
     */
    String identity() throws InterruptedException;

    /** A reader without a position; the caller closes it. */
    Consumer<String, byte[]> open();
}
