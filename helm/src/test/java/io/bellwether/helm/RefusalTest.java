package io.bellwether.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.Release;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;

/** What the chart refuses, what lint says, and the schema. */
class RefusalTest {
    @TempDir
    Path folder;

    static Stream<Arguments> missing() {
        return Stream.of(
                Arguments.argumentSet(
                        "exposure not acknowledged",
                        "insecureAllowUnauthenticatedRemoteAccess",
                        false,
                        "authenticates callers"),
                Arguments.argumentSet("no Kafka", "kafka.bootstrap", "", "kafka.bootstrap is empty"),
                Arguments.argumentSet("no models", "worker.models.existingClaim", "", "The workers have no models"),
                Arguments.argumentSet("models twice", "worker.models.volume.hostPath.path", "/models", "are both set"));
    }

    @ParameterizedTest
    @MethodSource("missing")
    void saysWhatIsMissingAndHowToGiveIt(String key, Object value, String expected) {
        assertThatThrownBy(() -> Chart.command("minimal").set(key, value).call())
                .hasMessageContaining(expected)
                .hasMessageContaining("et ");
    }

    @Test
    void theDefaultsDoNotRender() {
        assertThatThrownBy(() -> new Helm(Chart.FOLDER)
                        .template()
                        .withKubeVersion("1.32.0")
                        .call())
                .hasMessageContaining("set insecureAllowUnauthenticatedRemoteAccess=true");
    }

    static Stream<Arguments> againstTheSchema() {
        return Stream.of(
                Arguments.of("gatway.replicas", 1, "gatway"),
                Arguments.of("gateway.replica", 1, "replica"),
                Arguments.of("gateway.replicas", 0, "replicas"),
                Arguments.of("gateway.replicas", "two", "replicas"),
                Arguments.of("gateway.image.digest", "sha256:abc", "digest"),
                Arguments.of("gateway.image.pullPolicy", "Sometimes", "pullPolicy"),
                Arguments.of("gateway.service.type", "ExternalName", "type"),
                Arguments.of("worker.drain.requestsSeconds", 0, "requestsSeconds"),
                Arguments.of("worker.models.claim", "models", "claim"),
                Arguments.of("monitoring.startupSeconds", 1, "startupSeconds"),
                Arguments.of("metrics.serviceMonitor.intervalSeconds", 0, "intervalSeconds"),
                Arguments.of("kafka.replicationFactor", 9, "replicationFactor"),
                Arguments.of("insecureAllowUnauthenticatedRemoteAccess", "yes", "insecureAllow"));
    }

    @ParameterizedTest
    @MethodSource("againstTheSchema")
    void theSchemaRefuses(String key, Object value, String expected) {
        assertThatThrownBy(() -> Chart.command("minimal").set(key, value).call())
                .hasMessageContaining("values don't meet the specifications of the schema")
                .hasMessageContaining(expected);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void lintsWithoutAnyComplaint(String scenario) throws IOException {
        // Given: a copy of the chart whose defaults are those of the scenario
        Path copy = folder.resolve("bellwether");
        copyChart(copy);
        Map<String, Object> values =
                merged(Chart.yaml(Chart.FOLDER.resolve("values.yaml")), Chart.yaml(Chart.values(scenario)));
        Files.writeString(
                copy.resolve("values.yaml"), new Dump(DumpSettings.builder().build()).dumpToString(values));

        // When
        LintResult result = new Helm(copy).lint().strict().call();

        // Then
        assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
        assertThat(result.getMessages()).noneMatch(message -> message.contains("WARNING") || message.contains("ERROR"));
    }

    private static List<String> scenarios() {
        return Chart.scenarios();
    }

    private static void copyChart(Path target) throws IOException {
        try (Stream<Path> files = Files.walk(Chart.FOLDER)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(Chart.FOLDER.relativize(file).toString()));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> merged(Map<String, Object> base, Map<String, Object> over) {
        Map<String, Object> all = new HashMap<>(base);
        over.forEach((key, value) -> all.merge(
                key,
                value,
                (old, fresh) -> old instanceof Map && fresh instanceof Map
                        ? merged((Map<String, Object>) old, (Map<String, Object>) fresh)
                        : fresh));
        return all;
    }

    @Test
    void everyKeyIsDescribedAndUnknownOnesAreRefused() {
        describe("values", Chart.yaml(Chart.FOLDER.resolve("values.schema.json")));
    }

    private static void describe(String path, Map<String, Object> schema) {
        assertThat(schema).as(path).containsKey("description");
        Map<String, Map<String, Object>> properties = Rendered.at(schema, "properties");
        if (properties != null) {
            assertThat(schema).as(path).containsEntry("additionalProperties", false);
            properties.forEach((key, value) -> describe(path + "." + key, value));
        }
    }

    @Test
    void theNotesNameTheFirstRequestAndTheMissingAuthentication() throws IOException {
        // Given: a copy for any version of Kubernetes, as an installation without a cluster pretends to be an old one
        Path copy = folder.resolve("bellwether");
        copyChart(copy);
        String metadata = Files.readString(copy.resolve("Chart.yaml"));
        Files.writeString(copy.resolve("Chart.yaml"), metadata.replaceAll("kubeVersion: .*", ""));

        // When
        Release release = new Helm(copy)
                .install()
                .clientOnly()
                .dryRun()
                .withName("demo")
                .withNamespace("ml")
                .withValuesFile(Chart.values("minimal"))
                .call();

        // Then
        assertThat(release.getOutput())
                .contains("NOTHING AUTHENTICATES CALLERS")
                .contains("kubectl --namespace ml port-forward service/demo-bellwether 8000")
                .contains("curl http://127.0.0.1:8000/v2/models/MODEL")
                .contains("service/demo-bellwether-control 8003");
    }
}
