package io.bellwether.gateway.evidence;

import io.bellwether.protocol.ClientMark;

/**
 * How the arm of a request was drawn, which is known when it arrives.
 *
 * @param client whether it speaks for its client
 * @param comparedBasisPoints share that each compared arm gets of the requests that were drawn like this one; 0 if none was
 * @param slices the declared slices that it belongs to, one bit each
 */
public record Drawn(ClientMark client, int comparedBasisPoints, int slices) {
    /** No memory of clients looked at it, no arm was drawn, and it is of no slice. */
    public static final Drawn ALONE = new Drawn(ClientMark.NONE, 0, 0);
}
