package io.bellwether.loadtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenarioFileTest {
    @TempDir
    Path folder;

    @Test
    void theScenariosThatWeShipAreRightAndTheirSamplesAreThere() throws Exception {
        try (var files = Files.list(Path.of("scenarios"))) {
            for (Path file : files.sorted().toList()) {
                Scenario scenario = ScenarioFile.read(file, Map.of());
                assertThat(scenario.name()).matches("[0-9]{2}-.*");
                assertThat(Samples.read(scenario.inputFile()).width()).isEqualTo(64);
                scenario.target().requireLoopback();
            }
        }
    }

    @Test
    void scenariosAreFoundByNameAndByNumber() throws Exception {
        assertThat(Home.scenario("01-digits-rest-200")).isEqualTo(Home.scenario("01"));
        assertThat(Home.scenario("digits-rest-200")).isEqualTo(Home.scenario("01"));
        assertThatThrownBy(() -> Home.scenario("nothing")).hasMessageContaining("there is no scenario 'nothing'");
    }

    @Test
    void tellsAllProblemsAtOnce() throws Exception {
        // Given
        Path file = Files.writeString(
                folder.resolve("s.yaml"),
                "protocol: http\nrates: [0]\nduration_seconds: -1\nseed: x\ntarget: nowhere\nspeed: 7\ninput_file: a.csv\n");

        // When / Then
        assertThatThrownBy(() -> ScenarioFile.read(file, Map.of()))
                .isInstanceOf(LoadProblem.class)
                .hasMessageContaining("'speed' is no key")
                .hasMessageContaining("model is missing")
                .hasMessageContaining("protocol must be one of [rest, binary, grpc], is http")
                .hasMessageContaining("rates must be a list")
                .hasMessageContaining("duration_seconds must be an integer from 0 to 86400, is -1")
                .hasMessageContaining("seed must be an integer")
                .hasMessageContaining("'nowhere' must be host:port");
    }

    @Test
    void whatIsGivenOnTheCommandLineWins() throws Exception {
        // Given
        Path file = Path.of("scenarios/01-digits-rest-200.yaml");

        // When
        Scenario scenario = ScenarioFile.read(
                file,
                Map.of(
                        "protocol",
                        "grpc",
                        "rates",
                        List.of(7.5),
                        "duration_seconds",
                        0,
                        "tenant",
                        "ada",
                        "input_file",
                        "/x.csv"));

        // Then
        assertThat(scenario.protocol()).isEqualTo(Scenario.Protocol.GRPC);
        assertThat(scenario.target()).isEqualTo(new Scenario.Target("127.0.0.1", 8001));
        assertThat(scenario.rates()).containsExactly(7.5);
        assertThat(scenario.durationSeconds()).isZero();
        assertThat(scenario.tenant()).isEqualTo("ada");
        assertThat(scenario.inputFile()).isEqualTo(Path.of("/x.csv"));
    }

    @Test
    void otherMachinesAreRefusedUnlessMeant() {
        assertThatThrownBy(() -> Scenario.Target.parse("192.0.2.7:8000").requireLoopback())
                .hasMessageContaining("--allow-remote");
        assertThatCode(() -> Scenario.Target.parse("127.0.0.1:8000").requireLoopback())
                .doesNotThrowAnyException();
    }

    @Test
    void brokenSamplesNameTheLine() throws Exception {
        Path file = Files.writeString(folder.resolve("s.csv"), "a,label\n1,2\n1,x\n");
        assertThatThrownBy(() -> Samples.read(file)).hasMessageContaining("line 3 column 2 is no number");
    }
}
