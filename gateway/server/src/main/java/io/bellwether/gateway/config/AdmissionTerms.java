package io.bellwether.gateway.config;

import io.bellwether.routing.admission.LimitSettings;
import io.bellwether.routing.admission.TenantQuota;
import io.bellwether.routing.admission.Tenants;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Who may send how much, as configured; what is wrong is refused by the name of its property. */
public final class AdmissionTerms {
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final double NANOS_PER_SECOND = 1e9;
    /** The limit moves once in so much time at most. */
    private static final long WINDOW_NANOS = 100_000_000;
    /** A wait as long as a run is always allowed, up to here: while a batch runs, the next one waits. */
    private static final long WAIT_NANOS_MAX = 1_000_000_000;

    private AdmissionTerms() {}

    /** The declared tenants. */
    public static Tenants tenants(AdmissionConfig config) {
        Map<String, TenantQuota> quotas = new TreeMap<>();
        config.tenants().forEach((name, terms) -> quotas.put(name, quota(name, terms)));
        try {
            return new Tenants(quotas);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("gateway.tenants: " + e.getMessage(), e);
        }
    }

    private static TenantQuota quota(String name, AdmissionConfig.Tenant terms) {
        try {
            return new TenantQuota(
                    terms.requestsPerSecond().orElse(Double.POSITIVE_INFINITY),
                    terms.elementsPerSecond().orElse(Double.POSITIVE_INFINITY),
                    terms.burst().toNanos() / NANOS_PER_SECOND,
                    terms.weight());
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException("gateway.tenants." + name + ": " + e.getMessage(), e);
        }
    }

    /** The header that names the tenant. */
    public static String tenantHeader(AdmissionConfig config) {
        if (!HEADER.matcher(config.tenantHeader()).matches()) {
            throw new IllegalArgumentException("gateway.tenant-header is '" + config.tenantHeader()
                    + "', expected 1 to 64 letters, digits, '-' or '_'");
        }
        return config.tenantHeader();
    }

    /**
     * Settings of the adaptive limits, cut to what may be in flight in all.
     *
     * @param most requests that may be in flight at the gateway
     */
    public static LimitSettings limits(AdmissionConfig config, int most) {
        Duration wait = config.admission().waitMean();
        try {
            return new LimitSettings(
                    Math.min(config.admission().inFlightLeast(), most),
                    most,
                    Math.min(config.admission().inFlightInitial(), most),
                    1,
                    wait.toNanos(),
                    Math.max(wait.toNanos(), WAIT_NANOS_MAX),
                    WINDOW_NANOS);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "gateway.admission: wait-mean " + wait + ", in-flight-least "
                            + config.admission().inFlightLeast() + ", in-flight-initial "
                            + config.admission().inFlightInitial() + ": " + e.getMessage(),
                    e);
        }
    }
}
