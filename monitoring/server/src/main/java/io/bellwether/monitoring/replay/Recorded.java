package io.bellwether.monitoring.replay;

import io.bellwether.controlapi.log.Command;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;

/** One record of the topics that monitoring reads and writes. */
public sealed interface Recorded {
    /** Where it lies in Kafka, and since when. */
    Place place();

    /**
     * Where a record lies.
     *
     * @param partition of its topic
     * @param offset in the partition
     * @param atMillis time of the record
     */
    record Place(int partition, long offset, long atMillis) {}

    /** What a process counted. */
    record Counted(Place place, Snapshot snapshot) implements Recorded {}

    /** An entry of the control log. */
    record Commanded(Place place, Command command) implements Recorded {}

    /**
     * What monitoring concluded then.
     *
     * @param sha256 of its bytes as they were published, in hexadecimal digits; empty if that is not known
     */
    record Concluded(Place place, Verdict verdict, String sha256) implements Recorded {}
}
