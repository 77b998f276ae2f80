package io.bellwether.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MonitoringConfigTest {
    @Test
    void theDefaultsAreTheseAndNoOthers() throws ReflectiveOperationException {
        Map<String, Object> defaults = new TreeMap<>();
        flatten("monitoring", config(Map.of()), MonitoringConfig.class, defaults);

        assertThat(defaults)
                .isEqualTo(new TreeMap<>(Map.ofEntries(
                        Map.entry("monitoring.id", "monitoring-1"),
                        Map.entry("monitoring.stateDir", "/folder/bellwether-monitoring"),
                        Map.entry("monitoring.insecureAllowUnauthenticatedRemoteAccess", false),
                        Map.entry("monitoring.kafka.bootstrap", "127.0.0.1:9092"),
                        Map.entry("monitoring.kafka.applicationId", "bellwether-monitoring"),
                        Map.entry("monitoring.kafka.partitions", 4),
                        Map.entry("monitoring.kafka.threads", 1),
                        Map.entry("monitoring.kafka.sessionTimeout", Duration.ofSeconds(6)),
                        Map.entry("monitoring.kafka.standbyReplicas", 0),
                        Map.entry("monitoring.slots.liveTimeout", Duration.ofSeconds(2)),
                        Map.entry("monitoring.slots.waitMax", Duration.ofSeconds(13)),
                        Map.entry("monitoring.slots.freshSecondsMax", 10),
                        Map.entry("monitoring.slots.processesMax", 64),
                        Map.entry("monitoring.slots.openCellsMax", 50_000),
                        Map.entry("monitoring.slots.modelsMax", 1_000),
                        Map.entry("monitoring.verdicts.intervalMin", Duration.ofMillis(500)),
                        Map.entry("monitoring.verdicts.intervalMax", Duration.ofSeconds(1)),
                        Map.entry("monitoring.verdicts.resendAfter", Duration.ofSeconds(2)),
                        Map.entry("monitoring.verdicts.pooledSecondsMax", 10),
                        Map.entry("monitoring.verdicts.pooledRequestsMin", 20))));
    }

    @Test
    void everyPropertyCanBeSet() throws ReflectiveOperationException {
        Map<String, String> given = Map.ofEntries(
                Map.entry("monitoring.id", "other"),
                Map.entry("monitoring.state-dir", "/other"),
                Map.entry("monitoring.insecure-allow-unauthenticated-remote-access", "true"),
                Map.entry("monitoring.kafka.bootstrap", "broker:1"),
                Map.entry("monitoring.kafka.application-id", "other"),
                Map.entry("monitoring.kafka.partitions", "8"),
                Map.entry("monitoring.kafka.threads", "2"),
                Map.entry("monitoring.kafka.session-timeout", "20s"),
                Map.entry("monitoring.kafka.standby-replicas", "1"),
                Map.entry("monitoring.slots.live-timeout", "4s"),
                Map.entry("monitoring.slots.wait-max", "9s"),
                Map.entry("monitoring.slots.fresh-seconds-max", "15"),
                Map.entry("monitoring.slots.processes-max", "5"),
                Map.entry("monitoring.slots.open-cells-max", "6"),
                Map.entry("monitoring.slots.models-max", "7"),
                Map.entry("monitoring.verdicts.interval-min", "600ms"),
                Map.entry("monitoring.verdicts.interval-max", "900ms"),
                Map.entry("monitoring.verdicts.resend-after", "3s"),
                Map.entry("monitoring.verdicts.pooled-seconds-max", "11"),
                Map.entry("monitoring.verdicts.pooled-requests-min", "30"));
        Map<String, Object> defaults = new TreeMap<>();
        Map<String, Object> set = new TreeMap<>();
        flatten("monitoring", config(Map.of()), MonitoringConfig.class, defaults);
        flatten("monitoring", config(given), MonitoringConfig.class, set);

        assertThat(set).hasSameSizeAs(given);
        assertThat(set).allSatisfy((name, value) -> assertThat(value).isNotEqualTo(defaults.get(name)));
    }

    @Test
    void anUnknownKeyIsRefused() {
        assertThatThrownBy(() -> config(Map.of("monitoring.kafka.bootstraps", "broker:1")))
                .hasStackTraceContaining("monitoring.kafka.bootstraps");
    }

    private static MonitoringConfig config(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(given);
        all.put("java.io.tmpdir", "/folder");
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(MonitoringConfig.class)
                .withSources(new PropertiesConfigSource(all, "test", 500))
                .build();
        return config.getConfigMapping(MonitoringConfig.class);
    }

    private static void flatten(String path, Object group, Class<?> type, Map<String, Object> into)
            throws ReflectiveOperationException {
        for (Method method : type.getDeclaredMethods()) {
            Object value = method.invoke(group);
            String name = path + "." + method.getName();
            if (method.getReturnType().getEnclosingClass() == MonitoringConfig.class) {
                flatten(name, value, method.getReturnType(), into);
            } else {
                into.put(name, value);
            }
        }
    }
}
