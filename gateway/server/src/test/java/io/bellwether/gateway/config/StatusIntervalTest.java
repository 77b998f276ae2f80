package io.bellwether.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusIntervalTest {
    private static FleetConfig configured(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withMapping(FleetConfig.class)
                .withConverter(Duration.class, 100, new DurationConverter())
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .withValidateUnknown(false)
                .build()
                .getConfigMapping(FleetConfig.class);
    }

    private static FleetConfig configured(String interval) {
        return configured(Map.of("gateway.fleet.status-interval", interval));
    }

    @ParameterizedTest
    @CsvSource({"0s, 0", "20ms, 20", "250ms, 250"})
    void whatIsWithinTheLimitsIsTaken(String interval, long expectedMillis) {
        assertThat(StatusInterval.of(configured(interval))).isEqualTo(Duration.ofMillis(expectedMillis));
        assertThat(StatusInterval.silenceMax(configured(interval))).isEqualTo(Duration.ofMillis(4 * expectedMillis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"19ms", "251ms", "1h", "-1s"})
    void anythingElseIsRefusedByItsName(String interval) {
        assertThatThrownBy(() -> StatusInterval.of(configured(interval)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("gateway.fleet.status-interval is ")
                .hasMessageEndingWith("expected 20 to 250 ms, or 0 for never");
    }

    @Test
    void theDefaultIsAllowed() {
        assertThat(StatusInterval.of(configured(Map.of()))).isEqualTo(Duration.ofMillis(50));
    }
}
