package io.bellwether.gateway.evidence;

import io.bellwether.telemetry.events.ToldNumbers;
import java.util.Map;
import java.util.TreeMap;

/** Cumulative counts of the numbers of one name. Guarded like its {@link Cell}. */
final class NumberCell {
    private final Map<Integer, Long> countByStep = new TreeMap<>();
    private long beyond;

    void count(Told told) {
        countByStep.merge(told.step(), 1L, Long::sum);
        beyond += told.beyond() ? 1 : 0;
    }

    ToldNumbers toCounts(String name) {
        return ToldNumbers.newBuilder()
                .setName(name)
                .addAllStep(countByStep.keySet())
                .addAllCount(countByStep.values())
                .setBeyond(beyond)
                .build();
    }
}
