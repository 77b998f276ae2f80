package io.bellwether.gateway.inference;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.metrics.GatewayMetrics;
import io.bellwether.gateway.worker.Reply;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.routing.Route;
import io.bellwether.routing.admission.Admission;
import io.bellwether.routing.admission.AdmissionControl;
import io.bellwether.routing.admission.AdmissionControl.Lane;
import io.bellwether.routing.admission.AdmissionControl.Reading;
import io.bellwether.routing.admission.TenantQuota;
import io.bellwether.routing.admission.Tenants;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks whether a routed request comes in, in words for its client, and reports how it ended. Safe for any number of threads;
 * never blocks for long.
 */
public final class RequestAdmission {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final String ADMITTED = "admitted";

    /** So many times the mean wait that is allowed is more than a request has to wait where the limit works. */
    private static final int WAITS_OF_PATIENCE = 4;

    private final AdmissionControl control;
    private final String tenantHeader;
    private final long patienceNanos;
    private final GatewayMetrics metrics;
    private final Timekeeper time;

    /**
     * @param tenantHeader whose value names the tenant of a request; not looked at while there is only the default one
     * @param allowedWaitNanos mean wait that the limits allow
     */
    public RequestAdmission(
            AdmissionControl control,
            String tenantHeader,
            long allowedWaitNanos,
            GatewayMetrics metrics,
            Timekeeper time) {
        this.control = control;
        this.tenantHeader = tenantHeader;
        this.patienceNanos = WAITS_OF_PATIENCE * allowedWaitNanos;
        this.metrics = metrics;
        this.time = time;
    }

    /** How the limits stand. */
    public List<Reading> readings() {
        return control.readings();
    }

    /** Names of the tenants that are declared, {@link Tenants#DEFAULT} included. */
    public List<String> tenants() {
        return control.tenants().names();
    }

    /**
     * A request that is in.
     *
     * @param patienceNanos whoever got no answer in so much time had to wait too long
     */
    record Entered(AdmissionControl control, Lane lane, int tenant, long atNanos, long patienceNanos) {

        /**
         * It has ended; to be called once.
         *
         * @param budgetNanos time that it had
         */
        void ended(@Nullable Reply reply, long budgetNanos, long nowNanos) {
            long flight = nowNanos - atNanos;
            // A worker that says nothing of a batch says nothing of waits either.
            if (reply instanceof Reply.Answered answered && answered.account().batch() > 0) {
                long wait = Math.max(0, Math.min(flight, answered.account().queueNanos()));
                control.answered(lane, tenant, wait, Math.min(flight - wait, service(answered.account())), nowNanos);
            } else if (reply instanceof Reply.Failed failed && isOverload(failed.reason(), flight, budgetNanos)) {
                control.dropped(lane, tenant, flight, nowNanos);
            } else {
                control.ignored(lane, tenant);
            }
        }

        /** Whether its lane is nearly full. */
        boolean isBusy() {
            return control.isBusy(lane);
        }

        /** Of the whole batch: the parts of its requests add up to it. */
        private static long service(Account account) {
            long batch = Math.min(account.batch(), Integer.MAX_VALUE);
            return account.deviceNanos() > Long.MAX_VALUE / batch ? Long.MAX_VALUE : account.deviceNanos() * batch;
        }

        /** A caller with little time can be too late for reasons of its own, and must not shrink the limit for others. */
        private boolean isOverload(FailureReason reason, long flightNanos, long budgetNanos) {
            return switch (reason) {
                case QUEUE_FULL -> true;
                case SLO_UNATTAINABLE -> budgetNanos >= patienceNanos;
                case DEADLINE_EXCEEDED, CANCELLED -> flightNanos >= patienceNanos;
                default -> false;
            };
        }
    }

    /** Lets a request in that has a route, or refuses it; then nothing is charged and nothing was done for it. */
    Decoded<Entered> enter(InferenceCall call, ModelInferRequest request, Route.Routed route) {
        int tenant = tenantNumber(call);
        long now = time.nanos();
        long elements = TensorElements.of(request);
        Lane lane = control.lane(request.getModelName(), route, now);
        if (call.kind() == InferenceCall.Kind.PART) {
            control.admitPart(lane, tenant, elements, now);
        } else if (control.admit(lane, tenant, elements, now) instanceof Admission.Refused refused) {
            String name = control.tenants().name(tenant);
            metrics.onAdmission(name, refused.reason().name().toLowerCase(Locale.ROOT));
            return refusal(request.getModelName(), tenant, refused).as();
        }
        metrics.onAdmission(control.tenants().name(tenant), ADMITTED);
        return Decoded.valid(new Entered(control, lane, tenant, now, patienceNanos));
    }

    /** The declared tenant that a request belongs to; {@link Tenants#DEFAULT} for everybody else. */
    String tenant(InferenceCall call) {
        return control.tenants().name(tenantNumber(call));
    }

    private int tenantNumber(InferenceCall call) {
        return control.tenants().areSeveral()
                ? control.tenants().number(call.header().apply(tenantHeader))
                : Tenants.DEFAULT_NUMBER;
    }

    private Refusal refusal(String model, int tenant, Admission.Refused refused) {
        FailureReason reason = refused.reason().isQuota() ? FailureReason.OVER_QUOTA : FailureReason.QUEUE_FULL;
        long millis = Math.max(1, refused.retryAfterNanos() / NANOS_PER_MILLI);
        return new Refusal(
                reason,
                why(model, tenant, refused.reason()) + "; try again in " + millis + " ms",
                refused.retryAfterNanos());
    }

    private String why(String model, int tenant, Admission.Reason reason) {
        String name = control.tenants().name(tenant);
        TenantQuota quota = control.tenants().quota(tenant);
        return switch (reason) {
            case LIMIT_REACHED ->
                "Exceeds maximum queue size of model '" + model
                        + "' at this gateway: as many requests are in flight as are answered without long waits";
            case SHARE_REACHED ->
                "Exceeds maximum queue size of model '" + model + "' for tenant '" + name
                        + "': the model is busy, and this tenant has its share of it";
            case REQUESTS_OVER_QUOTA ->
                "tenant '" + name + "' is over its quota of " + number(quota.requestsPerSecond())
                        + " requests per second";
            case ELEMENTS_OVER_QUOTA ->
                "tenant '" + name + "' is over its quota of " + number(quota.elementsPerSecond())
                        + " tensor elements per second";
        };
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString(Math.round(value)) : Double.toString(value);
    }
}
