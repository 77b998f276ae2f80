package io.bellwether.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BooleanSupplier;

/** Waits for a condition that another thread brings about. */
public final class Await {
    private static final long NANOS_MAX = 20_000_000_000L;

    private Await() {}

    public static void until(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + NANOS_MAX;
        while (!condition.getAsBoolean() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(condition.getAsBoolean()).as(what).isTrue();
    }
}
