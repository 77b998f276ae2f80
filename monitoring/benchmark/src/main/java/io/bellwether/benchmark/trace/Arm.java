package io.bellwether.benchmark.trace;

/** One arm: takes the requests that arrive in a second and gives the answers of that second. */
sealed interface Arm permits IndependentArm, BatchedArm {
    ArmSlot answer(Moment moment, int arrivals);

    /** What the effect of this arm has done since the last time that this was asked. */
    TraceSlot.Harm takeHarm();
}
