package io.bellwether.benchmark.trace;

import java.util.SplittableRandom;

/** Who sends the requests of one arm, when the split is by client. */
final class Clients {
    /** The split is by request: clients do not matter. */
    static final Clients NOBODY = new Clients(new int[0], new boolean[0]);

    private static final double BROKEN_FAIL_SHARE = 0.5;

    private final int[] members;
    private final boolean[] broken;

    /**
     * @param members numbers of the clients of this arm
     * @param broken by number: whether half of a client's requests fail
     */
    Clients(int[] members, boolean[] broken) {
        this.members = members;
        this.broken = broken;
    }

    int size() {
        return members.length;
    }

    /** A client by chance; -1 when the split is by request. */
    int draw(SplittableRandom random) {
        return members.length == 0 ? -1 : members[random.nextInt(members.length)];
    }

    /** Whether a request fails whatever version answers it. */
    boolean fails(int client, double errorShare, SplittableRandom random) {
        double share = client >= 0 && broken[client] ? BROKEN_FAIL_SHARE : errorShare;
        return random.nextDouble() < share;
    }
}
