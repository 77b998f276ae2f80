package io.bellwether.gateway.evidence;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which clients of one rollout were seen, in a fixed room: a Bloom filter whose bits of one client all lie in one word (Putze,
 * Sanders and Singler 2007), so that one atomic operation both asks and remembers.
 *
 * <p><b>Exact</b> is that a client is called new at most once, however many threads ask. <b>Not exact</b> is the other way
 * round: a new client may be called seen, which loses its evidence. How likely that is depends on how many clients were seen
 * and on bits of the client's hash that have nothing to do with its arm or with what becomes of its request; so it takes
 * from both arms alike and chooses nobody by outcome. With half a million clients about half a percent are lost so, with one million 3 %,
 * with two million 15 %.
 *
 * <p>Any thread may ask; no lock, no allocation.
 */
final class ClientMemory {
    /** 1 MiB. */
    private static final int WORDS_LOG2 = 17;

    private static final int BITS_PER_CLIENT = 4;
    private static final int BIT_LOG2 = 6;

    private final long id;
    private final AtomicLongArray words = new AtomicLongArray(1 << WORDS_LOG2);

    /**
     * @param id tells this memory from every other one, also from those of this gateway before it started again; not 0
     */
    ClientMemory(long id) {
        this.id = id;
    }

    long id() {
        return id;
    }

    /** Whether the client is new. It is not from now on. */
    boolean isFirst(long clientHash) {
        int word = (int) (clientHash >>> (Long.SIZE - WORDS_LOG2));
        long bits = 0;
        for (int i = 0; i < BITS_PER_CLIENT; i++) {
            bits |= 1L << (clientHash >>> (i * BIT_LOG2));
        }
        if ((words.get(word) & bits) == bits) {
            return false;
        }
        return (words.getAndAccumulate(word, bits, (before, more) -> before | more) & bits) != bits;
    }
}
