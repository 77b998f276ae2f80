package io.bellwether.helm;

import static io.bellwether.helm.Rendered.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The rules over time, by Prometheus' own tool where it is installed. */
class RuleTest {
    private static final Path RULES = Chart.FOLDER.resolve("files/rules/bellwether.yaml");
    private static final Path CASES = Chart.FOLDER.resolveSibling("src/test/promtool/rules.yaml");
    private static final long SECONDS_MAX = 60;

    @Test
    void theRulesAreWellFormed() throws IOException, InterruptedException {
        assertSucceeds("check", "rules", RULES.toString());
    }

    @Test
    void theAlertsFireAndEndWhenTheyShould() throws IOException, InterruptedException {
        assertSucceeds("test", "rules", CASES.toString());
    }

    @Test
    void everyAlertIsSeenToFireAndToStaySilent() {
        // Given
        Set<String> alerts = new TreeSet<>();
        for (Map<String, Object> group : Rendered.<List<Map<String, Object>>>at(Chart.yaml(RULES), "groups")) {
            for (Map<String, Object> rule : Rendered.<List<Map<String, Object>>>at(group, "rules")) {
                Optional.<String>ofNullable(at(rule, "alert")).ifPresent(alerts::add);
            }
        }

        // When
        Set<String> firing = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        for (Map<String, Object> world : Rendered.<List<Map<String, Object>>>at(Chart.yaml(CASES), "tests")) {
            for (Map<String, Object> test : Rendered.<List<Map<String, Object>>>at(world, "alert_rule_test")) {
                List<Object> expected = at(test, "exp_alerts");
                (expected.isEmpty() ? silent : firing).add(at(test, "alertname"));
            }
        }

        // Then
        assertThat(alerts).hasSizeGreaterThan(5);
        assertThat(firing).isEqualTo(alerts);
        assertThat(silent).isEqualTo(alerts);
    }

    private static void assertSucceeds(String... arguments) throws IOException, InterruptedException {
        Optional<Path> promtool = promtool();
        assumeTrue(
                promtool.isPresent(),
                "skipped: promtool is not on the PATH; Debian's package prometheus brings it, for instance");
        Path log = Files.createTempFile("promtool", ".log");
        try {
            ProcessBuilder command = new ProcessBuilder(promtool.orElseThrow().toString());
            command.command().addAll(List.of(arguments));
            Process process = command.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            assertThat(process.waitFor())
                    .as("promtool %s: %s", String.join(" ", arguments), Files.readString(log, StandardCharsets.UTF_8))
                    .isZero();
        } finally {
            Files.delete(log);
        }
    }

    private static Optional<Path> promtool() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Arrays.stream(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
