package io.bellwether.monitoring.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The whole topology, from snapshots to commands, in virtual time. */
class MonitoringTopologyTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    @Test
    void aFailingCandidateIsTakenBackOnceWithItsEvidence() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given a rollout of a candidate that fails
            SimulatedFleet fleet = fleet(Behaviour.FAILING);
            world.run(fleet, 10);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 5));
            fleet.route("r1", 0.2);

            // When
            world.run(fleet, 30);

            // Then there is one command, with the verdict behind it
            assertThat(world.commands).hasSize(1);
            Command command = world.commands.get(0);
            assertThat(command.getActionCase()).isEqualTo(Command.ActionCase.ROLL_BACK);
            assertThat(command.getId()).isEqualTo("r1/v1/rollback");
            assertThat(command.getActor()).isEqualTo("monitoring");
            assertThat(command.getBasedOnVersion()).isEqualTo(1);
            assertThat(command.getEvidenceJson())
                    .contains("\"conclusion\":\"ROLL_BACK\"")
                    .contains("\"errors\"");
            assertThat(world.lastVerdict().getConclusion()).isEqualTo(Verdict.Conclusion.ROLL_BACK);
            assertThat(world.lastVerdict().getExposedRequests()).isPositive();
            assertThat(world.lastVerdict().getExposedCostPicoUsd()).isPositive();
        }
    }

    @Test
    void aSplitByClientIsJudgedByClientsAndAGatewayThatStartsAgainBeginsAnEvidenceOfItsOwn() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given a rollout split by client: 20,000 of them, a fifth in each compared arm
            SimulatedFleet fleet = fleet(Behaviour.EQUAL).ofClients(20_000);
            world.run(fleet, 10);
            world.command(ControlCommands.createByClient("r1", world.nowMillis(), true, 3_600));
            fleet.route("r1", 0.2);
            world.run(fleet, 5);

            // Then nothing is judged by too few of them
            Verdict few = world.lastVerdict();
            assertThat(few.getUnit()).isEqualTo("client");
            assertThat(few.getClientsMin()).isEqualTo(200);
            assertThat(few.getConclusion()).isEqualTo(Verdict.Conclusion.HOLD);
            assertThat(few.getReason()).contains("too few clients");

            // When it goes on, and then gateway, worker and monitoring start again
            world.run(fleet, 60);
            Verdict before = world.lastVerdict();
            fleet.restart();
            world.killAndStart();
            world.run(fleet, 20);

            // Then each client was counted once, and those who are seen again are in another evidence
            assertThat(before.getClientMemories()).isEqualTo(1);
            assertThat(before.getCandidateClients()).isBetween(200L, before.getCandidateRequests() - 1);
            assertThat(before.getControlAssigned()).isBetween(before.getControlClients(), 4_300L);
            Verdict after = world.lastVerdict();
            assertThat(after.getClientMemories()).isEqualTo(2);
            assertThat(after.getCandidateClients()).isBetween(200L, before.getCandidateClients());
            assertThat(after.getConclusion()).isEqualTo(Verdict.Conclusion.HOLD);
            assertThat(world.commands).isEmpty();
        }
    }

    @Test
    void aFailingCandidateOfASplitByClientIsTakenBack() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given
            SimulatedFleet fleet = fleet(Behaviour.FAILING).ofClients(20_000);
            world.run(fleet, 10);
            world.command(ControlCommands.createByClient("r1", world.nowMillis(), true, 5));
            fleet.route("r1", 0.2);

            // When
            world.run(fleet, 30);

            // Then
            assertThat(world.commands).extracting(Command::getActionCase).containsExactly(Command.ActionCase.ROLL_BACK);
            assertThat(world.lastVerdict().getReason()).contains("of candidate clients fail");
            assertThat(world.lastVerdict().getCandidateClients()).isGreaterThanOrEqualTo(200);
        }
    }

    @Test
    void verdictsComeAtLeastOnceASecondAndNewsAtMostTwice() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given
            SimulatedFleet fleet = fleet(Behaviour.EQUAL);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 3_600));
            fleet.route("r1", 0.2);

            // When
            world.run(fleet, 60);

            // Then
            assertThat(world.verdicts).hasSizeBetween(60, 121);
            long newsAtMillis = 0;
            for (int i = 1; i < world.verdicts.size(); i++) {
                Verdict verdict = world.verdicts.get(i);
                Verdict before = world.verdicts.get(i - 1);
                assertThat(verdict.getAtMillis() - before.getAtMillis()).isBetween(0L, 1_250L);
                if (verdict.getSlot() > before.getSlot()) {
                    assertThat(verdict.getAtMillis() - newsAtMillis).isGreaterThanOrEqualTo(500);
                    newsAtMillis = verdict.getAtMillis();
                }
            }
        }
    }

    @Test
    void silenceIsJudgedBlindAndPromotesNothing() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given a rollout with some evidence
            SimulatedFleet fleet = fleet(Behaviour.EQUAL);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 0));
            fleet.route("r1", 0.2);
            world.run(fleet, 5);
            world.commands.clear();

            // When nothing is heard for a minute
            for (int i = 0; i < 60; i++) {
                world.advanceTo(world.nowMillis() + 1_000);
            }

            // Then
            assertThat(world.lastVerdict().getConclusion()).isEqualTo(Verdict.Conclusion.BLIND);
            assertThat(world.commands).isEmpty();
        }
    }

    @Test
    void aRolloutOfAModelThatNobodyReportsAboutIsJudgedBlind() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 0));

            world.advanceTo(world.nowMillis() + 2_000);

            assertThat(world.lastVerdict().getRolloutId()).isEqualTo("r1");
            assertThat(world.lastVerdict().getConclusion()).isEqualTo(Verdict.Conclusion.BLIND);
        }
    }

    @Test
    void aRolloutThatIsNotAutomaticIsJudgedButNotCommanded() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            SimulatedFleet fleet = fleet(Behaviour.FAILING);
            world.run(fleet, 10);
            world.command(ControlCommands.create("r1", world.nowMillis(), false, 5));
            fleet.route("r1", 0.2);

            world.run(fleet, 30);

            assertThat(world.lastVerdict().getConclusion()).isEqualTo(Verdict.Conclusion.ROLL_BACK);
            assertThat(world.commands).isEmpty();
        }
    }

    @Test
    void anEqualCandidateIsPromotedStepByStep() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given an equal candidate
            SimulatedFleet fleet = new SimulatedFleet(5, Behaviour.EQUAL, 200, START_MILLIS);
            world.run(fleet, 20);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 5));
            fleet.route("r1", 0.2);

            // When a lot of evidence comes in
            world.run(fleet, 120);

            // Then it goes through its two steps, each decision once and based on the state before it
            assertThat(world.commands).extracting(Command::getId).containsExactly("r1/v1/advance", "r1/v2/promote");
            assertThat(world.commands).extracting(Command::getBasedOnVersion).containsExactly(1L, 2L);
            assertThat(world.commands.get(0).getAdvance().getToStep()).isEqualTo(1);
        }
    }

    @Test
    void atAManualGateAnEqualCandidateWaitsForAPersonInEachStep() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given an equal candidate whose steps end at gates
            SimulatedFleet fleet = new SimulatedFleet(5, Behaviour.EQUAL, 200, START_MILLIS);
            world.run(fleet, 20);
            world.command(ControlCommands.createGated("r1", world.nowMillis()));
            fleet.route("r1", 0.2);

            // When a lot of evidence comes in
            world.run(fleet, 120);

            // Then it waits, and says for what
            Verdict first = world.lastVerdict();
            assertThat(first.getConclusion()).isEqualTo(Verdict.Conclusion.ADVANCE);
            assertThat(first.getWaitingAtGate()).isTrue();
            assertThat(first.getReason())
                    .startsWith("waiting at the manual gate of step 1, say bellwether rollout advance r1; ");
            assertThat(waitingGauge(world)).isEqualTo(1);

            // When a person lets it pass
            world.command(ControlCommands.advance("r1", 1, 1, world.nowMillis()));
            world.run(fleet, 1);

            // Then the next step bakes first
            assertThat(world.lastVerdict().getStep()).isEqualTo(1);
            assertThat(world.lastVerdict().getWaitingAtGate()).isFalse();
            assertThat(waitingGauge(world)).isZero();

            // When it has
            world.run(fleet, 20);

            // Then it waits at the gate of the last step, and monitoring has given no command at all
            assertThat(world.lastVerdict().getConclusion()).isEqualTo(Verdict.Conclusion.PROMOTE);
            assertThat(world.lastVerdict().getReason()).contains("of step 2, say bellwether rollout promote r1; ");
            assertThat(world.commands).isEmpty();
        }
    }

    @Test
    void aGateKeepsNoCandidateThatFails() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given
            SimulatedFleet fleet = fleet(Behaviour.FAILING);
            world.run(fleet, 10);
            world.command(ControlCommands.createGated("r1", world.nowMillis()));
            fleet.route("r1", 0.2);

            // When
            world.run(fleet, 30);

            // Then
            assertThat(world.commands).extracting(Command::getActionCase).containsExactly(Command.ActionCase.ROLL_BACK);
        }
    }

    @Test
    void aHeldRolloutIsNeverPromoted() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given an equal candidate, held by a person
            SimulatedFleet fleet = new SimulatedFleet(5, Behaviour.EQUAL, 200, START_MILLIS);
            world.run(fleet, 20);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 5));
            world.command(ControlCommands.hold("r1", 1, world.nowMillis()));
            fleet.route("r1", 0.2);

            // When a lot of evidence comes in
            world.run(fleet, 120);

            // Then nothing moves
            assertThat(world.commands).isEmpty();
        }
    }

    @Test
    void duplicatedAndInterleavedSnapshotsGiveTheSameVerdicts() {
        // Given the same traffic
        List<Verdict> plain = run(1, false);
        for (long seed = 2; seed < 6; seed++) {
            // When every snapshot may come several times, old ones again, and processes in any order
            List<Verdict> disturbed = run(seed, true);

            // Then what is known of each slot is the same
            assertThat(evidence(disturbed)).as("seed=%d", seed).isEqualTo(evidence(plain));
        }
    }

    @Test
    void aKillInTheMiddleLosesAndRepeatsNothing() {
        for (int killAtSecond = 1; killAtSecond < 20; killAtSecond += 3) {
            try (MonitoringWorld whole = new MonitoringWorld(START_MILLIS);
                    MonitoringWorld killed = new MonitoringWorld(START_MILLIS)) {
                // Given the same traffic for both
                SimulatedFleet one = fleet(Behaviour.FAILING);
                SimulatedFleet other = fleet(Behaviour.FAILING);
                whole.command(ControlCommands.create("r1", START_MILLIS, true, 5));
                killed.command(ControlCommands.create("r1", START_MILLIS, true, 5));
                one.route("r1", 0.05);
                other.route("r1", 0.05);

                // When one is killed in the middle
                whole.run(one, 40);
                killed.run(other, killAtSecond);
                killed.killAndStart();
                killed.run(other, 40 - killAtSecond);

                // Then
                assertThat(killed.commands)
                        .extracting(Command::getId)
                        .as("killed at second %d", killAtSecond)
                        .isEqualTo(whole.commands.stream().map(Command::getId).toList());
                assertThat(killed.commands).hasSize(1);
                assertThat(killed.lastVerdict().getLogECombined())
                        .isEqualTo(whole.lastVerdict().getLogECombined());
            }
        }
    }

    @Test
    void recordsThatCannotBeReadAreCountedAndChangeNothing() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            Snapshot good = fleet(Behaviour.EQUAL).tick().get(0);

            world.deliver("digits", new byte[] {1, 2, 3});
            world.deliver("other", good.toByteArray());
            world.deliver("digits", null);
            for (String model : List.of("a", "b", "c", "d")) {
                world.deliver(good.toBuilder().setModel(model).build());
            }

            assertThat(refused(world, "unreadable_snapshot")).isEqualTo(3);
            assertThat(refused(world, "too_many_models")).isEqualTo(1);
        }
    }

    @Test
    void gaugesAboutARolloutGoWithIt() {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given
            SimulatedFleet fleet = fleet(Behaviour.EQUAL);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 3_600));
            fleet.route("r1", 0.2);
            world.run(fleet, 5);
            assertThat(world.registry
                            .find("bellwether.monitoring.evidence.combined.log.e")
                            .gauges())
                    .hasSize(1);

            // When
            world.command(ControlCommands.abort("r1", world.nowMillis()));
            world.run(fleet, 2);
            int verdicts = world.verdicts.size();
            world.run(fleet, 2);

            // Then
            assertThat(world.registry
                            .find("bellwether.monitoring.evidence.combined.log.e")
                            .gauges())
                    .isEmpty();
            assertThat(world.verdicts).hasSize(verdicts);
        }
    }

    private static double waitingGauge(MonitoringWorld world) {
        return world.registry
                .get("bellwether.monitoring.evidence.waiting.at.gate")
                .gauge()
                .value();
    }

    private static List<Verdict> run(long seed, boolean disturbed) {
        Random random = new Random(seed);
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            SimulatedFleet fleet = fleet(Behaviour.EQUAL);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 3_600));
            fleet.route("r1", 0.2);
            List<Snapshot> past = new ArrayList<>();
            for (int i = 0; i < 80; i++) {
                List<Snapshot> now = new ArrayList<>(fleet.tick());
                if (disturbed) {
                    Collections.shuffle(now, random);
                    now.addAll(List.copyOf(now));
                    if (!past.isEmpty()) {
                        now.add(past.get(random.nextInt(past.size())));
                    }
                }
                now.forEach(world::deliver);
                past.addAll(now);
                world.advanceTo(fleet.nowMillis());
            }
            return world.verdicts;
        }
    }

    /** What the verdicts say, apart from when they were given. */
    private static List<Verdict> evidence(List<Verdict> verdicts) {
        return verdicts.stream()
                .map(MonitoringTopologyTest::withoutItsMoment)
                .distinct()
                .toList();
    }

    private static Verdict withoutItsMoment(Verdict verdict) {
        Verdict.Builder evidence = verdict.toBuilder()
                .clearAtMillis()
                .clearSnapshotsUntil()
                .clearByClock()
                .clearPastSlots();
        evidence.getGuardrailsBuilderList().forEach(guardrail -> guardrail
                .clearPastLogEHarm()
                .clearPastLogESafe()
                .clearHarmedSinceSlot()
                .clearSafeSinceSlot());
        return evidence.build();
    }

    private static double refused(MonitoringWorld world, String reason) {
        return world.registry
                .get("bellwether.monitoring.records.refused")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private static SimulatedFleet fleet(Behaviour candidate) {
        return new SimulatedFleet(7, candidate, 50, START_MILLIS);
    }
}
