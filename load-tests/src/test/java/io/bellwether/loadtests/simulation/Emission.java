package io.bellwether.loadtests.simulation;

import io.bellwether.controlapi.log.Command;
import io.bellwether.telemetry.events.Verdict;

/**
 * Monitoring concluded something.
 *
 * @param atNanos of virtual time
 */
record Emission(Command command, Verdict verdict, long atNanos) {
    /** Whether the verdict, on what was seen until a moment ago, says that the candidate does no harm. */
    boolean isFreshAndHealthy(long skewSeconds, int freshSlotsMax) {
        boolean healthy = verdict.getHarmedCount() == 0
                && verdict.getStepProblem().isEmpty()
                && !verdict.getWaitingAtGate()
                && verdict.getArm().equals(command.getPromote().getVersion())
                && (command.hasAdvance() || command.hasPromote())
                && verdict.getConclusion()
                        == (command.hasAdvance() ? Verdict.Conclusion.ADVANCE : Verdict.Conclusion.PROMOTE);
        long second = Host.BEGIN_MILLIS / 1_000 + atNanos / Agenda.SECOND;
        return healthy
                && verdict.getRolloutVersion() == command.getBasedOnVersion()
                && second - verdict.getSlot() <= freshSlotsMax + skewSeconds;
    }
}
