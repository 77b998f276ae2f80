package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineTest {
    private static final long MILLI = 1_000_000L;

    @TempDir
    Path folder;

    private final VirtualTime time = new VirtualTime();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private Scenario scenario;
    private Samples samples;

    @BeforeEach
    void readScenario() throws Exception {
        Files.writeString(folder.resolve("s.csv"), "a,b,label\n1,2,0\n3,4,1\n");
        scenario = ScenarioFile.read(
                Files.writeString(folder.resolve("s.yaml"), "{model: m, input: x, input_file: s.csv, rates: [1]}"),
                Map.of("arrivals", "uniform"));
        samples = Samples.read(scenario.inputFile());
    }

    @Test
    void waysAlternateAndEachRoundHasItsOwnRatio() throws Exception {
        // Given
        List<Baseline.Way> ways = List.of(way("off", 2, Outcome.OK), way("on", 3, Outcome.OK));

        // When
        List<Baseline.Measured> measured = measure(ways);

        // Then
        assertThat(measured)
                .filteredOn(one -> one.mode() == Baseline.Mode.ONE_AT_A_TIME)
                .extracting(Baseline.Measured::way)
                .containsExactly("on", "off", "off", "on");
        Baseline.Summary alone = Baseline.summarise(ways, measured).get(1);
        assertThat(alone.first()).isEqualTo("off");
        assertThat(alone.spread(Baseline.Measured::requestsPerSecond).median()).isCloseTo(333.3, within(1.0));
        assertThat(alone.ratios()).hasSize(2).allSatisfy(ratio -> {
            assertThat(ratio.p50()).isCloseTo(1.5, within(0.01));
            assertThat(ratio.requestsPerSecond()).isCloseTo(1 / 1.5, within(0.01));
        });
        Baseline.Summary byRate = Baseline.summarise(ways, measured).get(3);
        assertThat(byRate.mode()).isEqualTo(Baseline.Mode.OPEN_LOOP);
        assertThat(byRate.ratio(Baseline.Ratio::requestsPerSecond).median()).isCloseTo(1, within(0.01));
    }

    @Test
    void aWayThatAnswersNothingIsNamed() {
        assertThatThrownBy(() -> measure(List.of(way("off", 2, Outcome.OK), way("on", 3, Outcome.UNAVAILABLE))))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("on answered nothing");
    }

    private List<Baseline.Measured> measure(List<Baseline.Way> ways) throws LoadProblem {
        return new Baseline(time, samples, scenario, new AtomicBoolean())
                .run(ways, new Baseline.Settings(2, 1, 50), new PrintStream(out, true, StandardCharsets.UTF_8));
    }

    private Baseline.Way way(String name, long millis, Outcome outcome) {
        return new Baseline.Way(name, new Sender() {
            @Override
            public void send(Ask ask, Consumer<Answer> answered) {
                time.sleepUntil(time.nowNanos() + millis * MILLI);
                answered.accept(new Answer(outcome, "1", 0));
            }

            @Override
            public void close() {}
        });
    }
}
