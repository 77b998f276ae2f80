package io.bellwether.deploy;

import io.bellwether.deploy.platform.Role;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** How often a process may be started again: three times in any five minutes. */
final class RestartBudget {
    static final String WORDS = "three times in five minutes";

    private static final int STARTS_MAX = 3;
    private static final long WINDOW_NANOS = 300_000_000_000L;

    private final Map<Role, Deque<Long>> starts = new EnumMap<>(Role.class);

    /** Whether it may be started again now; counts the start if so. */
    boolean allows(Role role, long nowNanos) {
        var recent = starts.computeIfAbsent(role, unused -> new ArrayDeque<>());
        while (!recent.isEmpty() && nowNanos - recent.peekFirst() > WINDOW_NANOS) {
            recent.removeFirst();
        }
        if (recent.size() == STARTS_MAX) {
            return false;
        }
        recent.addLast(nowNanos);
        return true;
    }
}
