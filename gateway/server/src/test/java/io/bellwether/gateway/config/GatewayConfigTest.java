package io.bellwether.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.bellwether.routing.admission.Tenants;
import io.bellwether.routing.guard.GuardSettings;
import io.bellwether.routing.hedge.HedgeSettings;
import io.bellwether.routing.hedge.HedgeTerms;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pins every default: a changed one is a visible difference here. */
class GatewayConfigTest {

    @Test
    void defaults() {
        // When
        GatewayConfig config = config(Map.of());

        // Then
        assertThat(config.id()).isEqualTo("gateway-0");
        assertThat(config.workers()).containsExactly("127.0.0.1:8100");
        assertThat(config.stateDir()).isEqualTo(Path.of(".bellwether/gateway"));
        assertThat(config.insecureAllowUnauthenticatedRemoteAccess()).isFalse();
        assertThat(config.limits().bodyBytesMax()).isEqualTo(16 << 20);
        assertThat(config.limits().bodyBytesHeldMax()).isEmpty();
        assertThat(config.limits().pathCharactersMax()).isEqualTo(4_096);
        assertThat(config.limits().deadlineDefault()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.limits().deadlineMax()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.limits().inFlightMax()).isEqualTo(4_096);
        assertThat(config.limits().streamsMax()).isEqualTo(256);
        assertThat(config.limits().streamRequestsMax()).isEqualTo(64);
        assertThat(config.telemetry().feedback().labelsAwaitedMax()).isEqualTo(50_000);
        assertThat(config.telemetry().feedback().labelWaitMax()).isEqualTo(Duration.ofHours(1));
        assertThat(config.telemetry().feedback().outcomesAwaitedMax()).isEqualTo(100_000);
        assertThat(config.telemetry().feedback().outcomeWaitMax()).isEqualTo(Duration.ofHours(1));
        assertThat(config.limits().callsPerConnectionMax()).isEqualTo(1_024);
        AdmissionConfig terms = admission(Map.of());
        assertThat(terms.admission().waitMean()).isEqualTo(Duration.ofMillis(100));
        assertThat(terms.admission().inFlightLeast()).isEqualTo(16);
        assertThat(terms.admission().inFlightInitial()).isEqualTo(512);
        assertThat(terms.tenantHeader()).isEqualTo("Bellwether-Tenant");
        assertThat(terms.tenants()).isEmpty();
        assertThat(config.workerLink().streamCallsMax()).isEqualTo(2048);
        assertThat(config.workerLink().streamBytesMax()).isEqualTo(64 << 20);
        assertThat(config.workerLink().pollInterval()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.workerLink().pollTimeout()).isEqualTo(Duration.ofMillis(800));
        assertThat(config.workerLink().keepAliveInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.workerLink().keepAliveTimeout()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.workerLink().answerBytesMax()).isEqualTo(64 << 20);
        assertThat(config.workerLink().modelsMax()).isEqualTo(1_024);
        assertThat(config.workerLink().retryRatio()).isEqualTo(0.1);
        assertThat(config.workerLink().retryBurst()).isEqualTo(10);
        assertThat(config.workerLink().retryLostWork()).isFalse();
        assertThat(config.telemetry().interval()).isEqualTo(Duration.ofMillis(250));
        assertThat(config.telemetry().cellsMax()).isEqualTo(20_000);
        assertThat(config.telemetry().clientMemoriesMax()).isEqualTo(16);
        assertThat(config.kafka().bootstrap()).isEmpty();
        assertThat(config.kafka().replicationFactor()).isEqualTo((short) 1);
        assertThat(config.kafka().callTimeout()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.control().host()).isEqualTo("127.0.0.1");
        assertThat(config.control().port()).isEqualTo(8003);
        assertThat(config.control().bodyBytesMax()).isEqualTo(65_536);
        assertThat(config.control().writesMax()).isEqualTo(32);
        assertThat(config.control().applyTimeout()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.control().verdictsMax()).isEqualTo(1_024);
        assertThat(config.warmUp().enabled()).isTrue();
        assertThat(config.warmUp().durationMax()).isEqualTo(Duration.ofSeconds(12));
        assertThat(config.warmUp().roundRequests()).isEqualTo(200);
        assertThat(config.drain().delay()).isEqualTo(Duration.ZERO);
        assertThat(config.drain().timeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(config.drain().telemetryTimeout()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void workersAreFoundAndEjectedAsTheReadmeSays() {
        // When
        FleetConfig fleet = mapped(Map.of()).getConfigMapping(FleetConfig.class);

        // Then
        assertThat(fleet.resolveInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(fleet.workersMax()).isEqualTo(256);
        assertThat(fleet.slowStart()).isEqualTo(Duration.ofSeconds(10));
        assertThat(fleet.statusInterval()).isEqualTo(Duration.ofMillis(50));
        assertThat(fleet.ejectOutliers()).isTrue();
        assertThat(fleet.ejectedShareMax()).isEqualTo(0.5);
    }

    @Test
    void nothingIsHedgedUntilAModelIsNamed() {
        // Then
        HedgeSettings usual = new HedgeSettings(0.95, 10_000_000, 0.02, 10);
        assertThat(HedgingTerms.of(hedging(Map.of()))).isEqualTo(new HedgeTerms(Set.of(), usual));
        assertThat(HedgingTerms.of(hedging(Map.of("gateway.hedging.models", "a,b"))))
                .isEqualTo(new HedgeTerms(Set.of("a", "b"), usual));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "delay-quantile | 0.4 | gateway.hedging: delay-quantile is 0.4, expected 0.5 to 0.999",
                "delay-min | 100us | gateway.hedging: delay-min is 100000 ns, expected at least 1000000 ns, 1 ms",
                "share-max | 0 | gateway.hedging: share-max is 0.0, expected 0.001 to 0.2",
                "share-max | 0.5 | gateway.hedging: share-max is 0.5, expected 0.001 to 0.2",
                "burst | 0 | gateway.hedging: burst is 0, expected 1 to 1000",
                "models | digits,* | gateway.hedging.models is [digits, *], but * names all models; leave the other",
                "model | digits | gateway.hedging.model"
            })
    void wrongTermsOfHedgingAreRefusedWithWhatIsExpected(String key, String value, String words) {
        // Then
        assertThatThrownBy(() ->
                        HedgingTerms.of(hedging(Map.of("gateway.hedging." + key, value.replace("100us", "PT0.0001S")))))
                .hasMessageContaining(words);
    }

    @Test
    void defaultsOfTheGuard() {
        // When
        GuardConfig guard = mapped(Map.of()).getConfigMapping(GuardConfig.class);

        // Then
        assertThat(guard.enabled()).isTrue();
        assertThat(guard.interval()).isEqualTo(Duration.ofMillis(50));
        assertThat(guard.alpha()).isEqualTo(GuardSettings.DEFAULT.alpha());
        assertThat(guard.failureFloor()).isEqualTo(GuardSettings.DEFAULT.failureFloor());
        assertThat(guard.sliceRequestsMin()).isEqualTo(GuardSettings.DEFAULT.sliceRequestsMin());
        assertThat(guard.keysMin()).isEqualTo(GuardSettings.DEFAULT.keysMin());
        assertThat(guard.rolloutsMax()).isEqualTo(GuardSettings.DEFAULT.rolloutsMax());
        assertThat(mapped(Map.of("gateway.guard.enabled", "false"))
                        .getConfigMapping(GuardConfig.class)
                        .enabled())
                .isFalse();
        assertThatThrownBy(() -> config(Map.of("gateway.guard.alfa", "1"))).hasMessageContaining("gateway.guard.alfa");
    }

    @Test
    void anUnknownKeyIsRefused() {
        // Then
        assertThatThrownBy(() -> config(Map.of("gateway.limits.body-byte-max", "1")))
                .hasMessageContaining("gateway.limits.body-byte-max");
    }

    @Test
    void workersAreAList() {
        // Then
        assertThat(config(Map.of("gateway.workers", "a:1,b:2")).workers()).isEqualTo(List.of("a:1", "b:2"));
    }

    @Test
    void limitsAreCutToWhatMayBeInFlight() {
        // When
        LimitSettings usual = AdmissionTerms.limits(admission(Map.of()), 4_096);
        LimitSettings small = AdmissionTerms.limits(admission(Map.of()), 8);

        // Then
        assertThat(usual).isEqualTo(new LimitSettings(16, 4_096, 512, 1, 100_000_000, 1_000_000_000, 100_000_000));
        assertThat(small).isEqualTo(new LimitSettings(8, 8, 8, 1, 100_000_000, 1_000_000_000, 100_000_000));
    }

    @Test
    void tenantsAreDeclaredByName() {
        // When
        Tenants tenants = AdmissionTerms.tenants(admission(Map.of(
                "gateway.tenants.ada.requests-per-second", "0.5",
                "gateway.tenants.ada.burst", "10s",
                "gateway.tenants.\"b.c\".elements-per-second", "1e6",
                "gateway.tenants.\"b.c\".weight", "3",
                "gateway.tenants.default.requests-per-second", "100")));

        // Then
        double none = Double.POSITIVE_INFINITY;
        assertThat(tenants.quota(tenants.number("ada"))).isEqualTo(new TenantQuota(0.5, none, 10, 1));
        assertThat(tenants.quota(tenants.number("b.c"))).isEqualTo(new TenantQuota(none, 1e6, 1, 3));
        assertThat(tenants.quota(tenants.number("stranger"))).isEqualTo(new TenantQuota(100, none, 1, 1));
    }

    @Test
    void wrongTermsAreRefusedByTheNameOfTheirProperty() {
        // Then
        assertThatThrownBy(
                        () -> AdmissionTerms.tenants(admission(Map.of("gateway.tenants.ada.requests-per-second", "0"))))
                .hasMessageContaining("gateway.tenants.ada")
                .hasMessageContaining("requests-per-second is 0.0");
        assertThatThrownBy(() -> AdmissionTerms.tenants(admission(Map.of("gateway.tenants.\"a b\".weight", "1"))))
                .hasMessageContaining("gateway.tenants")
                .hasMessageContaining("'a b'");
        assertThatThrownBy(() -> config(Map.of("gateway.tenants.ada.request-per-second", "1")))
                .hasMessageContaining("gateway.tenants.ada.request-per-second");
        assertThatThrownBy(() -> AdmissionTerms.tenantHeader(admission(Map.of("gateway.tenant-header", "X Tenant"))))
                .hasMessageContaining("gateway.tenant-header is 'X Tenant'");
        assertThatThrownBy(
                        () -> AdmissionTerms.limits(admission(Map.of("gateway.admission.in-flight-initial", "8")), 64))
                .hasMessageContaining("in-flight-initial 8");
    }

    @Test
    void onlyLoopbackIsAllowedWithoutTheWordOfTheOperator() {
        // Given
        Map<String, String> open = Map.of("gateway.control.host", "0.0.0.0");

        // Then
        assertThat(BindCheck.problems(Map.of("a", "127.0.0.1", "b", "::1", "c", "localhost"), false))
                .isEmpty();
        assertThat(BindCheck.problems(open, true)).isEmpty();
        assertThat(BindCheck.problems(open, false))
                .singleElement()
                .asString()
                .contains("gateway.control.host=0.0.0.0")
                .contains("gateway.insecure-allow-unauthenticated-remote-access=true");
        assertThat(BindCheck.problems(Map.of("a", "", "b", "192.0.2.1", "c", "no such host"), false))
                .hasSize(3);
    }

    private static GatewayConfig config(Map<String, String> properties) {
        return mapped(properties).getConfigMapping(GatewayConfig.class);
    }

    private static HedgingConfig hedging(Map<String, String> properties) {
        return mapped(properties).getConfigMapping(HedgingConfig.class);
    }

    private static AdmissionConfig admission(Map<String, String> properties) {
        return mapped(properties).getConfigMapping(AdmissionConfig.class);
    }

    private static SmallRyeConfig mapped(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withMapping(GatewayConfig.class)
                .withMapping(GuardConfig.class)
                .withMapping(FleetConfig.class)
                .withMapping(HedgingConfig.class)
                .withMapping(AdmissionConfig.class)
                .withConverter(Duration.class, 200, new DurationConverter())
                .withSources(new PropertiesConfigSource(properties, "test", 500))
                .build();
    }
}
