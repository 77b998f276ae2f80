package io.bellwether.protocol;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The names of fields that one object has had. Mostly they are few, and comparing them costs less than a set. */
final class SeenNames {
    private static final int FEW = 6;

    private final @Nullable String[] few = new @Nullable String[FEW];
    private int count;
    private @Nullable Set<String> others;

    /** Adds a name; false if it was there. */
    boolean add(String name) {
        for (int i = 0; i < count; i++) {
            if (name.equals(few[i])) {
                return false;
            }
        }
        if (count < FEW) {
            few[count++] = name;
            return true;
        }
        Set<String> set = others == null ? new HashSet<>() : others;
        others = set;
        return set.add(name);
    }
}
