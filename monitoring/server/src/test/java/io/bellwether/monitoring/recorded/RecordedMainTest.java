package io.bellwether.monitoring.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedMainTest {
    @ParameterizedTest
    @ValueSource(strings = {"telemetry export", "rollout replay", "rollout backtest"})
    void everyCommandHasAHelpTextWithAnExample(String command) {
        Recordings.Ran ran = Recordings.run((command + " --help").split(" "));

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("Usage: bellwether " + command, "Example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"telemetry", "rollout", "rollout rewind", "rollout replay", "telemetry export file"})
    void whatIsNoCommandIsMisuse(String line) {
        Recordings.Ran ran = Recordings.run(line.split(" "));

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).startsWith("bellwether: ").contains("--help'.");
    }

    @ParameterizedTest
    @CsvSource({
        "90m, 94600000",
        "2h, 92800000",
        "7d, -504800000",
        "10s, 99990000",
        "1970-01-02T00:00:00Z, 86400000",
        "1970-01-02T01:00:00.5+00:00, 90000500"
    })
    void aTimeIsOneOrHowLongAgoItIs(String text, long millis) {
        assertThat(Times.parse(text, 100_000_000)).isEqualTo(OptionalLong.of(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "90", "-5m", "1234567s", "2026-03-01", "+1000000000-12-31T23:59:59Z"})
    void whatIsNoTimeIsNone(String text) {
        assertThat(Times.parse(text, 0)).isEmpty();
    }

    @Test
    void kafkaThatDoesNotAnswerIsNamedWithWhatToDo() {
        // Given an address at which there is nobody
        Recordings.Ran ran = Recordings.run("telemetry", "export", "--model", "m", "--kafka", "nobody:x", "file");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .contains("Kafka does not answer at nobody:x; start the platform, or name a broker with --kafka");
    }
}
