package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.ArmSlot;
import java.util.List;

/**
 * What a judge knows before a rollout.
 *
 * @param horizonMinutes planned length
 * @param sticky the split is by client
 * @param sliced part of the traffic is a declared slice
 * @param history what the stable version answered in the minutes before
 */
public record Watch(int horizonMinutes, boolean sticky, boolean sliced, List<ArmSlot> history) {
    public Watch {
        history = List.copyOf(history);
    }
}
