package io.bellwether.monitoring.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.telemetry.events.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Slots are seconds on the gateway's clock. Where it disagrees with monitoring's, age and bake time mean nothing. */
class ClockSkewTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    @ParameterizedTest
    @CsvSource({"30, ahead of monitoring's", "6, ahead of monitoring's", "-30, stale", "-15, stale"})
    void aGatewayWhoseClockIsWrongMakesBlindAndMovesNothing(long aheadSeconds, String reason) {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given an equal candidate that would be promoted, and a gateway on another time
            run(world, aheadSeconds, Behaviour.EQUAL);

            // Then
            assertThat(world.lastVerdict().getConclusion()).isEqualTo(Verdict.Conclusion.BLIND);
            assertThat(world.lastVerdict().getReason()).contains(reason);
            assertThat(world.lastVerdict().getCandidateRequests()).isPositive();
            assertThat(world.commands).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "-1"})
    void aSecondMoreOrLessDoesNotMatter(long aheadSeconds) {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            run(world, aheadSeconds, Behaviour.EQUAL);

            assertThat(world.commands)
                    .extracting(Command::getActionCase)
                    .containsExactly(Command.ActionCase.ADVANCE, Command.ActionCase.PROMOTE);
        }
    }

    @Test
    void harmIsTakenBackWhateverTheClockSays() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            run(world, -30, Behaviour.FAILING);

            assertThat(world.commands).extracting(Command::getActionCase).containsOnly(Command.ActionCase.ROLL_BACK);
        }
    }

    private static void run(MonitoringWorld world, long aheadSeconds, Behaviour candidate) {
        long aheadMillis = aheadSeconds * 1_000;
        SimulatedFleet fleet = new SimulatedFleet(5, candidate, 200, START_MILLIS + aheadMillis);
        world.command(ControlCommands.create("r1", START_MILLIS, true, 5));
        fleet.route("r1", 0.2);
        for (int i = 0; i < 120 * 4; i++) {
            fleet.tick().forEach(world::deliver);
            world.advanceTo(fleet.nowMillis() - aheadMillis);
        }
    }
}
