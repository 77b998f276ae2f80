package io.bellwether.benchmark.run;

import io.bellwether.benchmark.judge.Verdict;

/**
 * How one judge ended one rollout, and what the candidate had done by then.
 *
 * @param scenario its name
 * @param seed of the trace
 * @param judge its name
 * @param verdict how it ended
 * @param second when, since the rollout began
 * @param candidateRequests requests that the candidate had answered
 * @param badRequests requests that were bad because of the candidate
 * @param costMicroUsd cost because of the candidate, in millionths of a dollar
 * @param sufficedSecond when evidence for a promotion sufficed for the first time; -1: never, or the judge does not say
 */
public record RolloutResult(
        String scenario,
        long seed,
        String judge,
        Verdict verdict,
        long second,
        long candidateRequests,
        long badRequests,
        double costMicroUsd,
        long sufficedSecond) {}
