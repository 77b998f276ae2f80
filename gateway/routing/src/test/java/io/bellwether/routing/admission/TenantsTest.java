package io.bellwether.routing.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TenantsTest {
    private static final TenantQuota SLOW = new TenantQuota(1, 1, 1, 3);

    @Test
    void whoeverIsNotDeclaredIsTheDefaultTenant() {
        // Given
        Tenants tenants = new Tenants(Map.of("ada", SLOW));

        // Then
        assertThat(tenants.areSeveral()).isTrue();
        assertThat(tenants.number("ada")).isEqualTo(1);
        assertThat(tenants.name(1)).isEqualTo("ada");
        assertThat(tenants.quota(1)).isEqualTo(SLOW);
        assertThat(tenants.number("")).isZero();
        assertThat(tenants.number("Ada")).isZero();
        assertThat(tenants.number("default")).isZero();
        assertThat(tenants.name(0)).isEqualTo("default");
        assertThat(tenants.quota(0)).isEqualTo(TenantQuota.UNLIMITED);
        assertThat(tenants.weights()).containsExactly(1, 3);
    }

    @Test
    void theDefaultTenantMayHaveAQuotaToo() {
        // Given
        Tenants tenants = new Tenants(Map.of("default", SLOW));

        // Then
        assertThat(tenants.areSeveral()).isFalse();
        assertThat(tenants.quota(0)).isEqualTo(SLOW);
    }

    @Test
    void namesAndNumbersOfTenantsAreBounded() {
        // Given
        Map<String, TenantQuota> many = new TreeMap<>();
        for (int i = 0; i < Tenants.COUNT_MAX; i++) {
            many.put("t" + i, SLOW);
        }

        // Then
        assertThatThrownBy(() -> new Tenants(many)).hasMessageContaining("257 with the default one");
        many.remove("t0");
        assertThat(new Tenants(many).count()).isEqualTo(Tenants.COUNT_MAX);
        assertThatThrownBy(() -> new Tenants(Map.of("a b", SLOW))).hasMessageContaining("'a b'");
        assertThatThrownBy(() -> new Tenants(Map.of("", SLOW))).hasMessageContaining("''");
        assertThatThrownBy(() -> new Tenants(Map.of("x".repeat(65), SLOW))).hasMessageContaining("1 to 64");
    }
}
