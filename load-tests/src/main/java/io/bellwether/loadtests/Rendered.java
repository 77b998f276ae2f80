package io.bellwether.loadtests;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Requests that were made once and are sent again and again. What no longer fits is made each time it is sent. */
final class Rendered<T> {
    private static final int KEPT_MAX = 10_000;

    private final Map<Ask, T> kept = new ConcurrentHashMap<>();
    private final Function<Ask, T> render;

    /** Makes the plain request of every row at once, so that the making does not count as sending. */
    Rendered(int rows, Function<Ask, T> render) {
        this.render = render;
        for (int row = 0; row < Math.min(rows, KEPT_MAX); row++) {
            of(Ask.of(row));
        }
    }

    T of(Ask ask) {
        T made = kept.get(ask);
        if (made == null) {
            made = render.apply(ask);
            if (kept.size() < KEPT_MAX) {
                kept.put(ask, made);
            }
        }
        return made;
    }
}
