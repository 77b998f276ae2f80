package io.bellwether.helm;

import static io.bellwether.helm.Rendered.at;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What single values do. */
class ScenarioTest {
    private static final String POD = "spec/template/spec/";

    @Test
    void theGatewayFindsTheWorkersByTheNameOfTheirService() {
        Rendered rendered = Chart.render("minimal");
        assertThat(Rendered.<String>at(rendered.get("ConfigMap", "demo-bellwether-gateway"), "data/GATEWAY_WORKERS"))
                .isEqualTo("dns:demo-bellwether-worker.ml.svc:8100");
        assertThat(Rendered.<Integer>at(rendered.get("StatefulSet", "demo-bellwether-worker"), "spec/replicas"))
                .isEqualTo(2);
    }

    @Test
    void clientsHaveAServiceThatDoesNotLeadToTheControlApi() {
        Rendered rendered = Chart.render("full");
        Map<String, Object> clients = rendered.get("Service", "serving");
        assertThat(Rendered.<String>at(clients, "spec/type")).isEqualTo("LoadBalancer");
        assertThat(Rendered.<List<Map<String, Object>>>at(clients, "spec/ports"))
                .extracting(port -> port.get("port"))
                .containsExactly(8000, 8001);
        Map<String, Object> control = rendered.get("Service", "serving-control");
        assertThat(Rendered.<String>at(control, "spec/type")).isEqualTo("ClusterIP");
        assertThat(Rendered.<Integer>at(control, "spec/ports/0/port")).isEqualTo(8003);
    }

    @Test
    void anImageIsPinnedByDigestOrNamedByTagOrFollowsTheChart() {
        Rendered full = Chart.render("full");
        assertThat(image(full, "serving-gateway"))
                .isEqualTo("bellwether/gateway@sha256:0123456789abcdef0123456789abcdef"
                        + "0123456789abcdef0123456789abcdef");
        assertThat(image(full, "serving-worker")).isEqualTo("registry.example.com/bellwether/worker:1.2.3");
        String appVersion = at(Chart.yaml(Chart.FOLDER.resolve("Chart.yaml")), "appVersion");
        assertThat(image(full, "serving-monitoring")).isEqualTo("bellwether/monitoring:" + appVersion);
        assertThat(Rendered.<String>at(full.get("StatefulSet", "serving-gateway"), POD + "imagePullSecrets/0/name"))
                .isEqualTo("registry");
    }

    private static String image(Rendered rendered, String workload) {
        return at(rendered.get("StatefulSet", workload), POD + "containers/0/image");
    }

    @Test
    void furtherSettingsBecomeVariablesAndNumbersStayWhole() {
        Map<String, String> data = at(Chart.render("full").get("ConfigMap", "serving-gateway"), "data");
        assertThat(data)
                .containsEntry("GATEWAY_LIMITS_IN_FLIGHT_MAX", "512")
                .containsEntry("GATEWAY_LIMITS_BODY_BYTES_MAX", "16777216")
                .containsEntry("GATEWAY_WORKER_LINK_RETRY_RATIO", "0.05")
                .containsEntry("GATEWAY_LIMITS_DEADLINE_DEFAULT", "2s")
                .containsEntry("GATEWAY_KAFKA_REPLICATION_FACTOR", "2");
    }

    @Test
    void routesLiveOnAVolumeOfTheirOwnWhenAsked() {
        Map<String, Object> persistent = Chart.render("full").get("StatefulSet", "serving-gateway");
        assertThat(Rendered.<String>at(persistent, "spec/volumeClaimTemplates/0/spec/storageClassName"))
                .isEqualTo("fast");
        Map<String, Object> passing = Chart.render("minimal").get("StatefulSet", "demo-bellwether-gateway");
        assertThat(Rendered.<Object>at(passing, "spec/volumeClaimTemplates")).isNull();
        assertThat(Rendered.<List<Object>>at(passing, POD + "volumes"))
                .anySatisfy(volume -> assertThat(Rendered.<Object>at(volume, "emptyDir/sizeLimit"))
                        .isEqualTo("64Mi"));
    }

    @Test
    void theModelRepositoryIsReadOnly() {
        Map<String, Object> claimed = Chart.render("minimal").get("StatefulSet", "demo-bellwether-worker");
        assertThat(Rendered.<List<Map<String, Object>>>at(claimed, POD + "volumes"))
                .contains(Map.of(
                        "name", "models", "persistentVolumeClaim", Map.of("claimName", "models", "readOnly", true)));
        Map<String, Object> other = Chart.render("full").get("StatefulSet", "serving-worker");
        assertThat(Rendered.<List<Map<String, Object>>>at(other, POD + "volumes"))
                .contains(
                        Map.of("name", "models", "image", Map.of("reference", "registry.example.com/models/digits:7")));
        assertThat(Rendered.<List<Map<String, Object>>>at(other, POD + "containers/0/volumeMounts"))
                .contains(Map.of("name", "models", "mountPath", "/models", "readOnly", true));
    }

    @Test
    void onlyGatewaysMayCallWorkersAndNobodyTheControlApiUnlessNamed() {
        Rendered minimal = Chart.render("minimal");
        Map<String, Object> worker = minimal.get("NetworkPolicy", "demo-bellwether-worker");
        assertThat(Rendered.<String>at(
                        worker, "spec/ingress/0/from/0/podSelector/matchLabels/app.kubernetes.io|component"))
                .isEqualTo("gateway");
        assertThat(controlRules(minimal.get("NetworkPolicy", "demo-bellwether-gateway")))
                .isEmpty();
        List<Map<String, Object>> named = controlRules(Chart.render("full").get("NetworkPolicy", "serving-gateway"));
        assertThat(named).hasSize(1);
        assertThat(Rendered.<String>at(named.get(0), "from/0/podSelector/matchLabels/app"))
                .isEqualTo("operator");
        assertThat(Chart.render("gpu").ofKind("NetworkPolicy")).isEmpty();
    }

    private static List<Map<String, Object>> controlRules(Map<String, Object> policy) {
        return Rendered.<List<Map<String, Object>>>at(policy, "spec/ingress").stream()
                .filter(rule -> Rendered.<List<Object>>at(rule, "ports").contains(Map.of("port", "control")))
                .toList();
    }

    @Test
    void metricsResourcesAreMadeOnlyWhenAskedFor() {
        assertThat(Chart.render("minimal").resources())
                .extracting(resource -> resource.get("kind"))
                .doesNotContain("ServiceMonitor", "PrometheusRule");
        Rendered full = Chart.render("full");
        Map<String, Object> monitor = full.get("ServiceMonitor", "serving");
        assertThat(Rendered.<String>at(monitor, "metadata/labels/release")).isEqualTo("prometheus");
        assertThat(Rendered.<String>at(monitor, "spec/endpoints/0/interval")).isEqualTo("5s");
        Map<String, String> selector = at(monitor, "spec/selector/matchLabels");
        assertThat(full.ofKind("Service").stream()
                        .filter(service -> Rendered.<Map<String, String>>at(service, "metadata/labels")
                                .entrySet()
                                .containsAll(selector.entrySet())))
                .extracting(service -> at(service, "metadata/name"))
                .containsExactlyInAnyOrder("serving-gateway", "serving-worker", "serving-monitoring");
    }

    @Test
    void theRulesAndTheDashboardArriveUnchanged() {
        Rendered full = Chart.render("full");
        assertThat(Rendered.<Object>at(full.get("PrometheusRule", "serving"), "spec/groups"))
                .isEqualTo(at(Chart.yaml(Chart.FOLDER.resolve("files/rules/bellwether.yaml")), "groups"));
        String dashboard = at(full.get("ConfigMap", "serving-dashboard"), "data/bellwether.json");
        assertThat(Chart.load().loadFromString(dashboard))
                .isEqualTo(Chart.yaml(Chart.FOLDER.resolve("files/dashboards/bellwether.json")));
    }

    @Test
    void aGpuIsAskedForAsAResource() {
        Map<String, Object> worker = Chart.render("gpu").get("StatefulSet", "demo-bellwether-worker");
        assertThat(Rendered.<String>at(worker, POD + "containers/0/resources/limits/nvidia.com|gpu"))
                .isEqualTo("1");
    }
}
