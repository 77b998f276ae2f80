package io.bellwether.worker.survival;

import java.util.ArrayList;
import java.util.List;

/**
 * In which versions processes of this worker ended, and which of them must not run again by themselves. A value: it does
 * not change.
 *
 * @param crashes oldest first
 */
record CrashHistory(List<Crash> crashes) {
    /** So many crashes ... */
    static final int CRASHES_MAX = 3;

    /** ... within this time put a version in quarantine. */
    static final long WITHIN_MILLIS = 300_000;

    private static final int KEPT_MAX = 1_000;

    /** A process ended while it ran the version. */
    record Crash(String label, long atMillis) {}

    CrashHistory {
        crashes = List.copyOf(crashes);
    }

    CrashHistory with(List<String> labels, long atMillis) {
        List<Crash> all = new ArrayList<>(crashes);
        labels.forEach(label -> all.add(new Crash(label, atMillis)));
        return new CrashHistory(all.subList(Math.max(0, all.size() - KEPT_MAX), all.size()));
    }

    /** Without the crashes of a model, all of its versions. */
    CrashHistory without(String model) {
        return new CrashHistory(crashes.stream()
                .filter(crash -> !crash.label().startsWith(model + "/"))
                .toList());
    }

    /** Whether some {@value #CRASHES_MAX} crashes of the version were within {@link #WITHIN_MILLIS}. */
    boolean quarantines(String label) {
        List<Crash> own =
                crashes.stream().filter(crash -> crash.label().equals(label)).toList();
        for (int i = CRASHES_MAX - 1; i < own.size(); i++) {
            if (own.get(i).atMillis() - own.get(i - CRASHES_MAX + 1).atMillis() <= WITHIN_MILLIS) {
                return true;
            }
        }
        return false;
    }
}
