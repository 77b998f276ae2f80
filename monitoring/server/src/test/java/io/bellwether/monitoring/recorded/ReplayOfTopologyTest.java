package io.bellwether.monitoring.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.monitoring.replay.Recorded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.topology.MonitoringWorld;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.StepProblem;
import io.bellwether.telemetry.events.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the whole topology published is what comes out of a file of its input, byte for byte. */
class ReplayOfTopologyTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"11,EQUAL,0", "12,FAILING,0", "13,SLOW,0", "14,EQUAL,5000", "15,FAILING,5000"})
    void theVerdictsOfALifeAreTheVerdictsOfItsRecording(long seed, String behaviour, int clients) throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given rollouts with repeated and missing snapshots, silence, a person who holds, and an end
            live(world, seed, behaviour(behaviour), clients);
            Path file = Recordings.write(folder.resolve("t.jsonl.gz"), world, START_MILLIS, true);

            // When
            Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString(), "--output", "json");

            // Then
            List<Concluded> published = world.concluded();
            assertThat(published).hasSizeGreaterThan(5);
            assertThat(ran.out().lines().skip(published.size()))
                    .containsExactly("{\"summary\":{\"identical\":" + published.size()
                            + ",\"different\":0,\"notCompared\":0,\"new\":0}}");
            assertThat(ran.code()).isZero();
        }
    }

    /** Harm of one arm, a person who takes another back, and the promotion of the last one. */
    @Test
    void theVerdictsOnEveryArmOfAnAbAreThoseOfItsRecording() throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given
            Random random = new Random(16);
            SimulatedFleet fleet = new SimulatedFleet(16, Behaviour.EQUAL, 100, START_MILLIS)
                    .beside("3", Behaviour.FAILING)
                    .beside("4", Behaviour.EQUAL);
            run(world, fleet, 20, random);
            world.command(ControlCommands.createAb("ab", world.nowMillis(), 3, 0.01));
            fleet.route("ab", 0.1);
            run(world, fleet, 60, random);
            world.command(ControlCommands.rollBackArm("ab", "4", world.nowMillis()));
            run(world, fleet, 60, random);
            Path file = Recordings.write(folder.resolve("t.jsonl.gz"), world, START_MILLIS, true);

            // When
            Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString());

            // Then
            List<Verdict> published =
                    world.concluded().stream().map(Concluded::verdict).toList();
            assertThat(published).extracting(Verdict::getArm).contains("2", "3", "4");
            assertThat(published)
                    .anyMatch(verdict ->
                            verdict.getArm().equals("3") && verdict.getConclusion() == Verdict.Conclusion.ROLL_BACK);
            assertThat(published)
                    .anyMatch(verdict ->
                            verdict.getArm().equals("2") && verdict.getConclusion() == Verdict.Conclusion.PROMOTE);
            assertThat(ran.out())
                    .contains(published.size() + " verdicts are as published, byte for byte; 0 differ; 0 are not");
            assertThat(ran.code()).isZero();
        }
    }

    @Test
    void aStepThatWaitedForCapacityWaitsInTheReplayToo() throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given
            SimulatedFleet fleet = new SimulatedFleet(17, Behaviour.EQUAL, 200, START_MILLIS);
            world.run(fleet, 5);
            world.command(ControlCommands.createQuick("r1", world.nowMillis()));
            fleet.route("r1", 0.2);
            fleet.says(StepProblem.newBuilder()
                    .setRolloutId("r1")
                    .setRolloutVersion(1)
                    .setProblem("too slow")
                    .build());
            world.run(fleet, 30);
            fleet.says();
            world.run(fleet, 5);
            Path file = Recordings.write(folder.resolve("t.jsonl"), world, START_MILLIS, true);

            // When
            Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString());

            // Then
            List<Verdict> published =
                    world.concluded().stream().map(Concluded::verdict).toList();
            assertThat(published).anyMatch(verdict -> verdict.getReason().startsWith("step 2 of 50 % waits: too slow"));
            assertThat(published).anyMatch(verdict -> verdict.getConclusion() == Verdict.Conclusion.ADVANCE);
            assertThat(ran.out())
                    .contains(published.size() + " verdicts are as published, byte for byte; 0 differ; 0 are not");
        }
    }

    @Test
    void tenMinutesBeforeARolloutAreEnough() throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given a quarter of an hour before the rollout, of which the file has ten minutes
            SimulatedFleet fleet = new SimulatedFleet(21, Behaviour.SLOW, 10, START_MILLIS);
            world.run(fleet, 900);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 5));
            long since = world.nowMillis() - TelemetryExport.LEAD_MILLIS;
            fleet.route("r1", 0.2);
            world.run(fleet, 60);
            Path file = Recordings.write(folder.resolve("t.jsonl"), world, since, true);

            // When
            Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString());

            // Then
            assertThat(ran.out())
                    .contains(world.concluded().size()
                            + " verdicts are as published, byte for byte; 0 differ; 0 are not");
        }
    }

    @Test
    void aRolloutThatBeganBeforeTheFileIsNotCompared() throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given
            SimulatedFleet fleet = new SimulatedFleet(22, Behaviour.EQUAL, 20, START_MILLIS);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 3_600));
            fleet.route("r1", 0.2);
            world.run(fleet, 30);
            Path file = Recordings.write(folder.resolve("t.jsonl"), world, START_MILLIS + 20_000, true);

            // When
            Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString());

            // Then
            assertThat(ran.code()).isZero();
            assertThat(ran.out()).contains("0 verdicts are as published, byte for byte; 0 differ;");
        }
    }

    @Test
    void aVerdictThatWasChangedIsFound() throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given a recording in which a count is another one
            live(world, 23, Behaviour.EQUAL, 0);
            List<Recorded> entries = new ArrayList<>(Recordings.inOrder(world, START_MILLIS, true));
            int last = -1;
            for (int i = 0; i < entries.size(); i++) {
                last = entries.get(i) instanceof Concluded ? i : last;
            }
            Concluded honest = (Concluded) entries.get(last);
            entries.set(
                    last,
                    new Concluded(
                            honest.place(),
                            honest.verdict().toBuilder().setExposedRequests(1).build(),
                            ""));
            Path file = Recordings.write(
                    folder.resolve("t.jsonl"), Recordings.header(world.nowMillis(), START_MILLIS), entries);

            // When
            Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString());

            // Then
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.out()).contains("; 1 differ; ", "in exposedRequests.");
        }
    }

    @Test
    void withoutVerdictsItJudgesByItsOwnClock() throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            // Given telemetry from elsewhere
            SimulatedFleet fleet = new SimulatedFleet(24, Behaviour.FAILING, 50, START_MILLIS);
            world.run(fleet, 10);
            world.command(ControlCommands.create("r1", world.nowMillis(), false, 5));
            fleet.route("r1", 0.2);
            world.run(fleet, 30);
            Path file = Recordings.write(folder.resolve("t.jsonl"), world, START_MILLIS, false);

            // When
            Recordings.Ran ran = Recordings.run("rollout", "replay", file.toString());

            // Then
            assertThat(ran.out()).contains("ROLL_BACK", "No verdicts were recorded to compare with");
            assertThat(ran.code()).isZero();
        }
    }

    private static void live(MonitoringWorld world, long seed, Behaviour behaviour, int clients) {
        Random random = new Random(seed);
        SimulatedFleet fleet = new SimulatedFleet(seed, behaviour, 50, START_MILLIS);
        if (clients > 0) {
            fleet.ofClients(clients);
        }
        run(world, fleet, 20, random);
        world.command(
                clients > 0
                        ? ControlCommands.createByClient("r1", world.nowMillis(), true, 5)
                        : ControlCommands.create("r1", world.nowMillis(), true, 5));
        fleet.route("r1", 0.2);
        run(world, fleet, 45, random);
        world.command(ControlCommands.hold("r1", 1, world.nowMillis()));
        for (int i = 0; i < 20; i++) {
            world.advanceTo(world.nowMillis() + 250);
        }
        run(world, fleet, 20, random);
        world.command(ControlCommands.abort("r1", world.nowMillis()));
        run(world, fleet, 5, random);
        world.command(ControlCommands.create("r2", world.nowMillis(), true, 3_600));
        fleet.route("r2", 0.3);
        run(world, fleet, 30, random);
    }

    /** Some snapshots come twice, some late, some never. */
    private static void run(MonitoringWorld world, SimulatedFleet fleet, int seconds, Random random) {
        for (int i = 0; i < seconds * 4; i++) {
            for (Snapshot snapshot : fleet.tick()) {
                int fate = random.nextInt(20);
                if (fate != 0) {
                    world.deliver(snapshot);
                }
                if (fate == 1) {
                    world.deliver(snapshot);
                }
            }
            world.advanceTo(Math.max(world.nowMillis(), fleet.nowMillis()));
        }
    }

    private static Behaviour behaviour(String name) {
        return switch (name) {
            case "FAILING" -> Behaviour.FAILING;
            case "SLOW" -> Behaviour.SLOW;
            default -> Behaviour.EQUAL;
        };
    }
}
