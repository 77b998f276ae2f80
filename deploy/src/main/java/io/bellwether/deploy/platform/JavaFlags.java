package io.bellwether.deploy.platform;

import java.util.ArrayList;
import java.util.List;

/** Flags of the JVM that keep small processes small, and that newer JDKs want for native libraries. */
final class JavaFlags {
    private static final int NATIVE_ACCESS_SINCE = 22;
    private static final int UNSAFE_MEMORY_ACCESS_SINCE = 24;

    private JavaFlags() {}

    /** The flags for a JDK with this feature version. */
    static List<String> of(int feature) {
        var flags = new ArrayList<>(List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-Xss512k"));
        if (feature >= NATIVE_ACCESS_SINCE) {
            flags.add("--enable-native-access=ALL-UNNAMED");
        }
        if (feature >= UNSAFE_MEMORY_ACCESS_SINCE) {
            flags.add("--sun-misc-unsafe-memory-access=allow");
        }
        return flags;
    }
}
