package io.bellwether.batching.simulation;

import io.bellwether.batching.Waiting;
import java.util.Collection;
import java.util.List;

/** A policy over a queue in the order of arrival, to compare with; see {@link ArrivalBatcher}. */
public interface ArrivalRule {

    /**
     * What a free instance does.
     *
     * @param dropped who leaves the queue and is told
     * @param batch the first of the others, to run now
     * @param askAgainNanos when the batch is empty: when the rule would decide otherwise though nobody came, and
     *     {@link Long#MAX_VALUE} if never
     */
    record Decision(List<Waiting<Request>> dropped, List<Waiting<Request>> batch, long askAgainNanos) {
        public Decision {
            dropped = List.copyOf(dropped);
            batch = List.copyOf(batch);
        }
    }

    /**
     * An instance is free and somebody waits.
     *
     * @param queue in the order of arrival, not empty
     */
    Decision decide(Collection<Waiting<Request>> queue, long nowNanos);

    /** Whether it always takes a batch, if it leaves somebody in the queue. */
    boolean isWorkConserving();
}
