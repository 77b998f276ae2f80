package io.bellwether.deploy;

import io.bellwether.deploy.platform.Role;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/**
 * How often a process may be started again within five minutes: three times, and a worker twelve times. A model that crashes
 * it three times is in quarantine then, so that four such models must not stop what serves the others.
 */
final class RestartBudget {
    private static final int STARTS_MAX = 3;
    private static final int STARTS_OF_WORKER_MAX = 12;
    private static final long WINDOW_NANOS = 300_000_000_000L;

    private final Map<Role, Deque<Long>> starts = new EnumMap<>(Role.class);

    /** Whether it may be started again now; counts the start if so. */
    boolean allows(Role role, long nowNanos) {
        var recent = starts.computeIfAbsent(role, unused -> new ArrayDeque<>());
        while (!recent.isEmpty() && nowNanos - recent.peekFirst() > WINDOW_NANOS) {
            recent.removeFirst();
        }
        if (recent.size() == most(role)) {
            return false;
        }
        recent.addLast(nowNanos);
        return true;
    }

    /** The bound in words. */
    static String words(Role role) {
        return most(role) + " times in five minutes";
    }

    private static int most(Role role) {
        return role == Role.WORKER ? STARTS_OF_WORKER_MAX : STARTS_MAX;
    }
}
