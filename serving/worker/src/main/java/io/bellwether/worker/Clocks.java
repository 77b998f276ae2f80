package io.bellwether.worker;

import io.bellwether.worker.edge.RequestAdmission;

/** The clocks of the process. */
final class Clocks {
    static final RequestAdmission.Clocks EDGE = new RequestAdmission.Clocks(System::nanoTime, Clocks::epochSecond);

    private Clocks() {}

    static long epochSecond() {
        return Math.floorDiv(System.currentTimeMillis(), 1000L);
    }
}
