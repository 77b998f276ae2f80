package io.bellwether.monitoring.folding;

/**
 * What became of a snapshot.
 *
 * @param cellsLate cells of slots that were already closed; their counts are lost
 * @param cellsCold cells counted before the process was warm; they are no evidence
 * @param cellsInvalid cells that contradict themselves, or whose slot lies far in the future
 */
public record Accepted(int cellsLate, int cellsCold, int cellsInvalid) {
    static final Accepted STALE = new Accepted(0, 0, 0);
}
