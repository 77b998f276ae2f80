package io.bellwether.helm;

import static io.bellwether.helm.Rendered.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every scenario and every component. */
class ChartTest {
    private static final Map<String, Integer> MANAGEMENT_PORTS =
            Map.of("gateway", 8002, "worker", 8101, "monitoring", 8200);
    private static final Map<String, Set<Integer>> PORTS =
            Map.of("gateway", Set.of(8000, 8001, 8002, 8003), "worker", Set.of(8100, 8101), "monitoring", Set.of(8200));

    static Stream<Arguments> workloads() {
        return Chart.scenarios().stream().flatMap(scenario -> Chart.render(scenario).ofKind("StatefulSet").stream()
                .map(workload -> Arguments.argumentSet(
                        scenario + " " + component(workload), scenario, component(workload), workload)));
    }

    private static String component(Map<String, Object> resource) {
        return at(resource, "metadata/labels/app.kubernetes.io|component");
    }

    private static List<String> scenarios() {
        return Chart.scenarios();
    }

    private static Object container(Map<String, Object> workload) {
        return at(workload, "spec/template/spec/containers/0");
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void hasEveryComponentOnceAndNoNameTwice(String scenario) {
        // When
        Rendered rendered = Chart.render(scenario);

        // Then
        assertThat(rendered.ofKind("StatefulSet"))
                .extracting(ChartTest::component)
                .containsExactlyInAnyOrder("gateway", "worker", "monitoring");
        assertThat(new HashSet<>(rendered.names())).hasSameSizeAs(rendered.names());
        assertThat(rendered.resources()).allSatisfy(resource -> {
            assertThat(Rendered.<String>at(resource, "metadata/labels/app.kubernetes.io|managed-by"))
                    .isEqualTo("Helm");
            assertThat(Rendered.<String>at(resource, "metadata/labels/app.kubernetes.io|part-of"))
                    .isEqualTo("bellwether");
            assertThat(Rendered.<String>at(resource, "metadata/name")).hasSizeLessThanOrEqualTo(63);
        });
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void probesAskTheManagementPort(String scenario, String component, Map<String, Object> workload) {
        Object container = container(workload);
        Map<String, String> paths = Map.of(
                "startupProbe", "/health/started",
                "readinessProbe", "/health/ready",
                "livenessProbe", "/health/live");
        paths.forEach((probe, path) -> {
            assertThat(Rendered.<String>at(container, probe + "/httpGet/path")).isEqualTo(path);
            assertThat(Rendered.<String>at(container, probe + "/httpGet/port")).isEqualTo("management");
        });
        List<Map<String, Object>> ports = at(container, "ports");
        assertThat(ports).anySatisfy(port -> assertThat(port)
                .containsEntry("name", "management")
                .containsEntry("containerPort", MANAGEMENT_PORTS.get(component)));
        int startupSeconds = Rendered.<Integer>at(container, "startupProbe/failureThreshold")
                * Rendered.<Integer>at(container, "startupProbe/periodSeconds");
        Map<String, Object> values = Chart.yaml(Chart.values(scenario));
        Integer asked = at(values, component + "/startupSeconds");
        Integer usual = at(Chart.yaml(Chart.FOLDER.resolve("values.yaml")), component + "/startupSeconds");
        assertThat(startupSeconds).isGreaterThanOrEqualTo(asked != null ? asked : usual);
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void runsWithTheFewestRights(String scenario, String component, Map<String, Object> workload) {
        Object pod = at(workload, "spec/template/spec");
        assertThat(Rendered.<Object>at(pod, "automountServiceAccountToken")).isEqualTo(false);
        assertThat(Rendered.<Object>at(pod, "enableServiceLinks")).isEqualTo(false);
        assertThat(Rendered.<Object>at(pod, "securityContext/runAsNonRoot")).isEqualTo(true);
        assertThat(Rendered.<Object>at(pod, "securityContext/seccompProfile/type"))
                .isEqualTo("RuntimeDefault");
        Object context = at(container(workload), "securityContext");
        assertThat(Rendered.<Object>at(context, "readOnlyRootFilesystem")).isEqualTo(true);
        assertThat(Rendered.<Object>at(context, "allowPrivilegeEscalation")).isEqualTo(false);
        assertThat(Rendered.<Object>at(context, "capabilities/drop")).isEqualTo(List.of("ALL"));

        Map<String, Object> account = Chart.render(scenario).get("ServiceAccount", at(pod, "serviceAccountName"));
        assertThat(account).containsEntry("automountServiceAccountToken", false);
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void everyMountHasAVolumeAndTmpIsWritable(String scenario, String component, Map<String, Object> workload) {
        List<Map<String, Object>> mounts = at(container(workload), "volumeMounts");
        List<Map<String, Object>> volumes = at(workload, "spec/template/spec/volumes");
        List<Map<String, Object>> claims = at(workload, "spec/volumeClaimTemplates");
        Set<Object> names = new HashSet<>();
        volumes.forEach(volume -> names.add(volume.get("name")));
        if (claims != null) {
            claims.forEach(claim -> names.add(at(claim, "metadata/name")));
        }
        assertThat(mounts).allSatisfy(mount -> assertThat(names).contains(mount.get("name")));
        assertThat(mounts).anySatisfy(mount -> assertThat(mount).containsEntry("mountPath", "/tmp"));
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void asksForResourcesAndLimitsMemory(String scenario, String component, Map<String, Object> workload) {
        Object resources = at(container(workload), "resources");
        assertThat(Rendered.<Object>at(resources, "requests/cpu")).isNotNull();
        assertThat(Rendered.<Object>at(resources, "requests/memory"))
                .isNotNull()
                .isEqualTo(at(resources, "limits/memory"));
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void thePodLivesLongerThanItsDrain(String scenario, String component, Map<String, Object> workload) {
        int grace = at(workload, "spec/template/spec/terminationGracePeriodSeconds");
        Integer preStop = at(container(workload), "lifecycle/preStop/sleep/seconds");
        Map<String, String> environment = environment(scenario, workload);
        int drain = seconds(environment, "GATEWAY_DRAIN_TIMEOUT")
                + seconds(environment, "GATEWAY_DRAIN_TELEMETRY_TIMEOUT")
                + seconds(environment, "WORKER_DRAIN_TIME_MAX")
                + seconds(environment, "WORKER_DRAIN_TELEMETRY_TIME_MAX")
                + seconds(environment, "QUARKUS_SHUTDOWN_TIMEOUT");
        assertThat(drain).isPositive();
        assertThat(grace).isGreaterThan(drain + (preStop == null ? 0 : preStop));
    }

    private static int seconds(Map<String, String> environment, String name) {
        return Integer.parseInt(environment.getOrDefault(name, "0s").replace("s", ""));
    }

    private static Map<String, String> environment(String scenario, Map<String, Object> workload) {
        String name = at(container(workload), "envFrom/0/configMapRef/name");
        return at(Chart.render(scenario).get("ConfigMap", name), "data");
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void listensOnThePortsThatItOpens(String scenario, String component, Map<String, Object> workload) {
        List<Map<String, Object>> ports = at(container(workload), "ports");
        assertThat(ports)
                .extracting(port -> (Integer) port.get("containerPort"))
                .containsExactlyInAnyOrderElementsOf(PORTS.get(component));
        assertThat(environment(scenario, workload).values())
                .contains(String.valueOf(MANAGEMENT_PORTS.get(component)), "0.0.0.0");
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void isKnownByThePodsNameAndReachesKafka(String scenario, String component, Map<String, Object> workload) {
        String prefix = component.toUpperCase(java.util.Locale.ROOT);
        List<Map<String, Object>> variables = at(container(workload), "env");
        assertThat(variables).anySatisfy(variable -> {
            assertThat(variable).containsEntry("name", prefix + "_ID");
            assertThat(Rendered.<String>at(variable, "valueFrom/fieldRef/fieldPath"))
                    .isEqualTo("metadata.name");
        });
        String bootstrap = at(Chart.yaml(Chart.values(scenario)), "kafka/bootstrap");
        assertThat(environment(scenario, workload))
                .containsEntry(prefix + "_KAFKA_BOOTSTRAP", bootstrap)
                .containsEntry(prefix + "_INSECURE_ALLOW_UNAUTHENTICATED_REMOTE_ACCESS", "true");
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void itsServiceIsHeadlessAndSelectsIt(String scenario, String component, Map<String, Object> workload) {
        Map<String, Object> service = Chart.render(scenario).get("Service", at(workload, "spec/serviceName"));
        assertThat(Rendered.<String>at(service, "spec/clusterIP")).isEqualTo("None");
        Map<String, String> selector = at(service, "spec/selector");
        Map<String, String> labels = at(workload, "spec/template/metadata/labels");
        assertThat(labels).containsAllEntriesOf(selector);
        Map<String, String> matched = at(workload, "spec/selector/matchLabels");
        assertThat(matched).isEqualTo(selector);
    }

    @ParameterizedTest
    @MethodSource("scenarios")
    void disruptionsAreLimitedUnlessThatIsSwitchedOff(String scenario) {
        Rendered rendered = Chart.render(scenario);
        for (Map<String, Object> workload : rendered.ofKind("StatefulSet")) {
            Boolean enabled =
                    at(Chart.yaml(Chart.values(scenario)), component(workload) + "/podDisruptionBudget/enabled");
            var budget = rendered.find("PodDisruptionBudget", at(workload, "metadata/name"));
            if (Boolean.FALSE.equals(enabled)) {
                assertThat(budget).isEmpty();
            } else {
                assertThat(Rendered.<Object>at(budget.orElseThrow(), "spec/selector/matchLabels"))
                        .isEqualTo(at(workload, "spec/selector/matchLabels"));
                assertThat(Rendered.<Integer>at(budget.orElseThrow(), "spec/maxUnavailable"))
                        .isEqualTo(1);
            }
        }
    }

    @Test
    void aChangedSettingRestartsThePods() {
        // When
        Object before = checksum(Rendered.parse(Chart.command("minimal").call()));
        Object after = checksum(Rendered.parse(Chart.command("minimal")
                .set("gateway.drain.requestsSeconds", 33)
                .call()));

        // Then
        assertThat(before).isNotNull().isNotEqualTo(after);
    }

    private static Object checksum(Rendered rendered) {
        return at(
                rendered.get("StatefulSet", "demo-bellwether-gateway"),
                "spec/template/metadata/annotations/checksum|config");
    }
}
