package io.bellwether.monitoring.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.MonitoringConfig;
import io.bellwether.monitoring.evaluation.EvaluationSettings;
import io.bellwether.monitoring.folding.FoldSettings;
import io.bellwether.monitoring.judging.JudgeSettings;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MonitoringSettingsTest {
    @Test
    void theDefaultsStart() {
        assertThat(MonitoringSettings.problems(config(Map.of()), "127.0.0.1")).isEmpty();
        assertThat(MonitoringSettings.problems(config(Map.of()), "::1")).isEmpty();
        assertThat(MonitoringSettings.problems(config(Map.of()), "localhost")).isEmpty();
    }

    @Test
    void anAddressThatOthersReachIsRefusedUnlessSaidOtherwise() {
        assertThat(MonitoringSettings.problems(config(Map.of()), "0.0.0.0"))
                .singleElement()
                .asString()
                .contains("quarkus.management.host", "monitoring.insecure-allow-unauthenticated-remote-access=true");
        assertThat(MonitoringSettings.problems(
                        config(Map.of("monitoring.insecure-allow-unauthenticated-remote-access", "true")), "0.0.0.0"))
                .isEmpty();
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThat(MonitoringSettings.problems(
                        config(Map.of(
                                "monitoring.id", "two words",
                                "monitoring.kafka.bootstrap", " ",
                                "monitoring.kafka.partitions", "0",
                                "monitoring.slots.wait-max", "10m",
                                "monitoring.verdicts.interval-min", "100ms")),
                        "127.0.0.1"))
                .hasSize(5)
                .anySatisfy(problem -> assertThat(problem).contains("monitoring.id", "two words"))
                .anySatisfy(problem -> assertThat(problem).contains("monitoring.kafka.bootstrap"))
                .anySatisfy(
                        problem -> assertThat(problem).contains("monitoring.kafka.partitions must be between 1 and 64"))
                .anySatisfy(problem -> assertThat(problem).contains("monitoring.slots.wait-max"))
                .anySatisfy(problem -> assertThat(problem).contains("interval-min"));
    }

    @Test
    void theTopologyGetsWhatIsConfigured() {
        var settings = MonitoringSettings.topology(config(Map.of()), 3);

        assertThat(settings.fold()).isEqualTo(FoldSettings.DEFAULTS);
        assertThat(settings.judge())
                .isEqualTo(new JudgeSettings(new EvaluationSettings(10, 10, 20), 500, 1_000, 2_000));
        assertThat(settings.partitions()).isEqualTo(3);
        assertThat(settings.modelsMax()).isEqualTo(1_000);
    }

    @Test
    void streamsTakesTheNameOfTheProcessAsItsMembership() {
        var properties = StreamsProperties.of(config(Map.of("monitoring.id", "m2")));

        assertThat(properties).containsEntry("main.consumer.group.instance.id", "m2");
        assertThat(properties).containsEntry("commit.interval.ms", 200).containsEntry("statestore.cache.max.bytes", 0);
    }

    private static MonitoringConfig config(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(given);
        all.put("java.io.tmpdir", "/folder");
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(MonitoringConfig.class)
                .withSources(new PropertiesConfigSource(all, "test", 500))
                .build()
                .getConfigMapping(MonitoringConfig.class);
    }
}
