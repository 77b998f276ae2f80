package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.EventTable;
import java.util.ArrayList;
import java.util.List;

/**
 * A candidate's own failures against those of all that the stable version was asked, of requests that were drawn at one share.
 *
 * <p>The candidate's event is a model's error and nothing else; the stable version's is any end without an answer: errors,
 * timeouts, refusals, no worker, turned away because it is busy. A unit is a request that is not itself invalid; one that was
 * turned away is one in either arm, since who is turned away may depend on who asks.
 *
 * <p><b>Why that is fair to the candidate.</b> The parts of the stable version outside its control arm have other queues, so
 * they may time out and refuse more, or less. But a request that breaks the stable version has the stable version's event
 * wherever it falls, whether it breaks or waits too long; and has the candidate's event at most. So if the candidate breaks on
 * no more requests than the stable version, its events are at most those that chance alone gives it, and the stable version's
 * at least; load, batches and cold lanes only add to the latter. Evidence of harm falls with every event of the stable version
 * and rises with the candidate's, so it stays an e-process. The same does not hold for evidence of safety, nor for
 * timeouts, latency and cost: those need the matched arm.
 *
 * @param share of each compared arm, in basis points: requests of one share are one experiment, whichever gateway drew them
 * @param all the whole traffic
 * @param slices by the place of a declared slice; may be shorter than there are slices
 */
public record StableTable(int share, EventTable all, List<EventTable> slices) {
    public StableTable {
        slices = List.copyOf(slices);
    }

    /** Both together, of one share. */
    public StableTable plus(StableTable other) {
        List<EventTable> sums = new ArrayList<>();
        for (int place = 0; place < Math.max(slices.size(), other.slices.size()); place++) {
            sums.add(slice(place).plus(other.slice(place)));
        }
        return new StableTable(share, all.plus(other.all), sums);
    }

    /** What is in one slice; nothing if it was not counted. */
    public EventTable slice(int place) {
        return place < slices.size() ? slices.get(place) : EventTable.EMPTY;
    }
}
