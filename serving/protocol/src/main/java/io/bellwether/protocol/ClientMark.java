package io.bellwether.protocol;

/**
 * What the gateway's memory of clients says of a request, where the split is by client. It tells who speaks for a client and
 * nothing about who the client is.
 *
 * @param memory the run of the memory that looked at the request; 0 where none did
 * @param first that memory saw no compared request of this client in this rollout before
 */
public record ClientMark(long memory, boolean first) {
    /** No memory looked at the request: it speaks for no client. */
    public static final ClientMark NONE = new ClientMark(0, false);
}
