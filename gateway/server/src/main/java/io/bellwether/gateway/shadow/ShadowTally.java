package io.bellwether.gateway.shadow;

import java.util.concurrent.atomic.LongAdder;

/** Counts the copies of one shadow. Safe for any number of threads. */
final class ShadowTally {
    private final Side candidate = new Side();
    private final Side twin = new Side();
    private final LongAdder dropped = new LongAdder();

    private static final class Side {
        private final LongAdder agree = new LongAdder();
        private final LongAdder differ = new LongAdder();
        private final LongAdder incomparable = new LongAdder();
        private final LongAdder failed = new LongAdder();

        ShadowCounts.Answers read() {
            return new ShadowCounts.Answers(agree.sum(), differ.sum(), incomparable.sum(), failed.sum());
        }
    }

    void compared(boolean isTwin, Agreement agreement) {
        Side side = isTwin ? twin : candidate;
        LongAdder count =
                switch (agreement) {
                    case AGREES -> side.agree;
                    case DIFFERS -> side.differ;
                    case INCOMPARABLE -> side.incomparable;
                };
        count.increment();
    }

    void failed(boolean isTwin) {
        (isTwin ? twin : candidate).failed.increment();
    }

    void dropped() {
        dropped.increment();
    }

    ShadowCounts read() {
        return new ShadowCounts(candidate.read(), twin.read(), dropped.sum());
    }
}
