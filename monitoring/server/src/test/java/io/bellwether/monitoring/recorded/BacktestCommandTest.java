package io.bellwether.monitoring.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.monitoring.topology.MonitoringWorld;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BacktestCommandTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    @TempDir
    private Path folder;

    private String file = "";

    /** A candidate twice as slow was taken back. */
    @BeforeEach
    void slowCandidate() throws IOException {
        try (MonitoringWorld world = new MonitoringWorld(START_MILLIS)) {
            SimulatedFleet fleet = new SimulatedFleet(31, Behaviour.SLOW, 50, START_MILLIS);
            world.run(fleet, 20);
            world.command(ControlCommands.create("r1", world.nowMillis(), true, 5));
            fleet.route("r1", 0.2);
            world.run(fleet, 30);
            assertThat(world.commanded()).hasSize(2);
            file = Recordings.write(folder.resolve("t.jsonl"), world, START_MILLIS, true)
                    .toString();
        }
    }

    @Test
    void theSameGuardrailsGiveTheSameCourse() {
        Recordings.Ran ran = Recordings.run("rollout", "backtest", file, "--guardrails-json", "{}");

        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .containsPattern("ROLL_BACK +01-15 08:00:\\d\\d\\.\\d{3} +01-15 08:00:\\d\\d\\.\\d{3} +0\\.0 s");
    }

    @Test
    void widerMarginsWouldHaveLetItPass() {
        // When latency may grow tenfold
        Recordings.Ran ran = Recordings.run(
                "rollout",
                "backtest",
                file,
                "--guardrails-json",
                "{\"latencyP50Margin\":9,\"latencyP95Margin\":9,\"latencyP99Margin\":9}");

        // Then
        assertThat(ran.out()).containsPattern("ROLL_BACK +01-15 08:00:\\d\\d\\.\\d{3} +not concluded");
        assertThat(ran.code()).isZero();
    }

    @Test
    void programsGetOneObjectARollout() {
        Recordings.Ran ran =
                Recordings.run("rollout", "backtest", file, "--guardrails-json", "{\"beta\":0.1}", "--output", "json");

        assertThat(ran.out().lines())
                .singleElement()
                .asString()
                .startsWith("{\"rolloutId\":\"r1\",\"recorded\":{\"conclusion\":\"ROLL_BACK\",")
                .contains(
                        "\"backtest\":{\"conclusion\":\"ROLL_BACK\",", "\"name\":\"latency_p50\",\"harmedAtMillis\":");
    }

    @Test
    void impossibleGuardrailsAreRefused() {
        Recordings.Ran ran = Recordings.run("rollout", "backtest", file, "--guardrails-json", "{\"alpha\":0.9}");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("alpha is 0.9");
    }

    @Test
    void withoutGuardrailsItSaysWhatIsMissing() {
        assertThat(Recordings.run("rollout", "backtest", file).err()).contains("--guardrails FILE is missing");
        assertThat(Recordings.run("rollout", "backtest", file, "--guardrails-json", "{\"mood\":1}")
                        .code())
                .isEqualTo(2);
    }
}
