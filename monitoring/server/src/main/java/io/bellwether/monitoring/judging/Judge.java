package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.folding.ClosedSlot;
import io.bellwether.monitoring.folding.StepKey;
import io.bellwether.monitoring.folding.VersionHistories;
import io.bellwether.routing.Rollout;
import java.util.Optional;
import java.util.function.Function;

/** Judges one live rollout, one arm of an A/B/n, or one shadow, by the slots of its model. Not thread-safe; deterministic. */
interface Judge {
    /**
     * Continues from what the journal kept.
     *
     * @return false if it cannot be continued; the evidence then begins anew, which never promotes by itself
     */
    boolean resume(byte[] memory);

    /** What is judged. */
    String rolloutId();

    /** Name by which the journal keeps the evidence. */
    String memoryName();

    /** The rollout has moved. */
    void follow(Rollout.Live now);

    /** A slot has closed; one that was added before is ignored. */
    void add(ClosedSlot slot, VersionHistories histories);

    /** The last slot that is part of the evidence; -1 before the first. */
    long lastSlot();

    /**
     * A verdict, if one is due.
     *
     * @param says what gateways say against a step
     */
    Optional<Judged> judge(Moment now, Function<StepKey, Optional<String>> says);

    /** The evidence is not needed any more. */
    void forget();
}
