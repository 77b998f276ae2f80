package io.bellwether.benchmark.trace;

/**
 * One second of a rollout.
 *
 * @param second since the rollout began, from 0
 * @param control the stable version's arm with the candidate's share of the traffic and a queue of its own
 * @param candidate the candidate's arm
 * @param rest what else the stable version answered
 * @param matched the share of the traffic that candidate and control get each
 * @param harm what the candidate has done in this second that the stable version would not have
 */
public record TraceSlot(long second, ArmSlot control, ArmSlot candidate, ArmSlot rest, double matched, Harm harm) {
    /**
     * Known exactly, because each request is also answered as the stable version would have answered it.
     *
     * @param badRequests failed, or slower than the objective, because of the candidate
     * @param costMicroUsd cost because of the candidate, in millionths of a dollar
     */
    public record Harm(long badRequests, double costMicroUsd) {}
}
