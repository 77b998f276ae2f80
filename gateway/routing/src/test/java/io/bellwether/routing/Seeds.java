package io.bellwether.routing;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/** Runs a property for many seeds. A failure names its seed; {@code -Dseed=} runs that one alone. */
public final class Seeds {
    private Seeds() {}

    public static void forEach(int count, LongConsumer property) {
        Long only = Long.getLong("seed");
        LongStream seeds = only != null ? LongStream.of(only) : LongStream.range(0, count);
        seeds.forEach(seed -> {
            try {
                property.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        });
    }
}
