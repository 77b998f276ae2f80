package io.bellwether.worker.hop;

import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.protocol.hop.WorkerTurn;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one stream was told of how versions stand, and what it is to be told next: what differs, and everything again after
 * {@value #AGAIN_MILLIS} ms. A message holds at most {@value #VERSIONS_MAX} versions and so many bytes; the rest comes first
 * in the next one. Nothing waits anywhere: what is not said now is said as it is then. Belongs to the stream's loop.
 */
final class StatusTeller {
    static final int VERSIONS_MAX = 256;
    static final int AGAIN_MILLIS = 500;
    private static final int INTERVAL_MILLIS_MIN = 20;
    private static final int INTERVAL_MILLIS_MAX = 1_000;
    /** Tag and length of a version in the message. */
    private static final int FIELD_BYTES_MAX = 6;

    private static final long AGAIN_NANOS = AGAIN_MILLIS * 1_000_000L;

    private final int bytesMax;
    private final Map<Name, Told> told = new HashMap<>();
    private int first;

    private record Name(String model, String version) {
        static Name of(HopStatus status) {
            return new Name(status.getModel(), status.getVersion());
        }
    }

    private record Told(HopStatus status, long atNanos) {}

    /**
     * @param bytesMax bytes of the versions in one message; one that is larger alone is never told
     */
    StatusTeller(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** How often a gateway is told that wants it so often. */
    static long intervalMillis(int wantedMillis) {
        // The number of the wire is unsigned; what is negative here is very large.
        return wantedMillis < 0
                ? INTERVAL_MILLIS_MAX
                : Math.min(INTERVAL_MILLIS_MAX, Math.max(INTERVAL_MILLIS_MIN, wantedMillis));
    }

    /**
     * The next message, which may say nothing.
     *
     * @param standing how all ready versions stand now
     */
    WorkerTurn next(List<HopStatus> standing, long nowNanos) {
        WorkerTurn.Builder turn = WorkerTurn.newBuilder();
        int bytes = 0;
        int begin = standing.isEmpty() ? 0 : first % standing.size();
        first = 0;
        for (int i = 0; i < standing.size(); i++) {
            int at = (begin + i) % standing.size();
            HopStatus status = standing.get(at);
            Told before = told.get(Name.of(status));
            int size = status.getSerializedSize() + FIELD_BYTES_MAX;
            boolean news =
                    before == null || nowNanos - before.atNanos() >= AGAIN_NANOS || !status.equals(before.status());
            if (!news || size > bytesMax) {
                continue;
            }
            if (turn.getStatusesCount() == VERSIONS_MAX || bytes + size > bytesMax) {
                first = at;
                break;
            }
            bytes += size;
            turn.addStatuses(status);
            told.put(Name.of(status), new Told(status, nowNanos));
        }
        forgetOthers(standing);
        return turn.build();
    }

    private void forgetOthers(List<HopStatus> standing) {
        if (told.size() > standing.size()) {
            Set<Name> known = new HashSet<>();
            standing.forEach(status -> known.add(Name.of(status)));
            told.keySet().retainAll(known);
        }
    }
}
