package io.bellwether.benchmark.judge;

import io.bellwether.benchmark.trace.TraceSlot;
import java.util.Optional;

/** Watches one rollout from its first second on, until it gives a verdict. */
public sealed interface Judge permits FlaggerJudge, ArgoJudge, KayentaJudge, GrowthBookJudge, BellwetherJudge {
    /** Takes the next second; a verdict is final, and nothing may be handed over after it. */
    Optional<Verdict> observe(TraceSlot slot);

    /** The rollout's time is over and no verdict was given. */
    Verdict atHorizon();
}
