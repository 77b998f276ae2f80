package io.bellwether.routing;

import java.util.Set;

/** Order of version texts: positive integers without leading zeros, so the shorter text is the smaller number. */
final class Versions {

    private Versions() {}

    /** The lowest of the versions; empty when there is none. */
    static String lowest(Set<String> versions) {
        String lowest = "";
        for (String version : versions) {
            if (lowest.isEmpty() || compare(version, lowest) < 0) {
                lowest = version;
            }
        }
        return lowest;
    }

    private static int compare(String one, String other) {
        int byLength = Integer.compare(one.length(), other.length());
        return byLength != 0 ? byLength : one.compareTo(other);
    }
}
