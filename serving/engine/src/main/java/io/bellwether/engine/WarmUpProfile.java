package io.bellwether.engine;

import java.util.List;

/** What a program takes at each warmed batch size, smallest first. */
public record WarmUpProfile(List<SizeTiming> timings) {
    public WarmUpProfile {
        timings = List.copyOf(timings);
    }

    /**
     * One size.
     *
     * @param items batch size
     * @param firstWallNanos the first run, which compiles
     * @param bestWallNanos the fastest run
     * @param bestDeviceNanos the least device time of a run
     */
    public record SizeTiming(int items, long firstWallNanos, long bestWallNanos, long bestDeviceNanos) {}
}
