package io.bellwether.benchmark.judge;

import java.util.List;
import java.util.function.Function;

/**
 * A judge before it has seen a rollout.
 *
 * @param name short, for tables and files
 * @param settings in one line
 * @param judge a new judge for a rollout
 */
public record Contestant(String name, String settings, Function<Watch, Judge> judge) {
    /** Name of the one with our defaults. */
    public static final String OURS = "Bellwether";

    /** All of them, ours last. */
    public static List<Contestant> all() {
        return List.of(
                new Contestant(
                        "Flagger",
                        "each minute success >= 99 % and p99 <= 500 ms; 10 failed checks",
                        FlaggerJudge::documented),
                new Contestant(
                        "Argo",
                        "each 5 min errors <= 1 % and p99 <= 1.25 x stable; 3 failures forgiven",
                        ArgoJudge::asWritten),
                new Contestant(
                        "Kayenta",
                        "4 metrics, looks at 60, 120, 180 min, 75/95, baseline of the canary's size",
                        KayentaJudge::againstBaseline),
                new Contestant(
                        "Kayenta, production",
                        "the same against all of the stable traffic",
                        KayentaJudge::againstProduction),
                new Contestant(
                        "GrowthBook",
                        "one-sided confidence sequences at 5 %, each minute, ships at the end",
                        GrowthBookJudge::everyMinute),
                new Contestant(OURS, "default margins, alpha 1 %, beta 5 %", BellwetherJudge::withDefaults),
                new Contestant(
                        OURS + ", narrow",
                        "odds 1.05 above 0.05 %, 2 % on latency and cost, alpha 1 %",
                        BellwetherJudge::withNarrowMargins),
                new Contestant(
                        OURS + ", no margin",
                        "odds 1.05 above 0.05 %, none on latency and cost, alpha 1 %",
                        BellwetherJudge::withoutMargins));
    }
}
