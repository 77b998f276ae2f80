package io.bellwether.gateway.inference;

import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.routing.Audience;
import io.bellwether.routing.ComparedClient;
import io.bellwether.routing.Route;
import io.bellwether.routing.RouteTable;
import io.bellwether.routing.ShadowCopy;
import java.util.Optional;
import java.util.Set;

/**
 * By what a request is routed.
 *
 * @param model its name
 * @param version that the client named; empty when it named none
 * @param key by which it falls to an arm
 * @param inside whether the rollout of the model is about it
 * @param drawn whether its key decides anything: not where the client named the version, nor in the warm-up
 */
record Lot(String model, String version, String key, boolean inside, boolean drawn) {

    static Lot of(InferenceCall call, ModelInferRequest request, RouteTable table, RequestAdmission admission) {
        String model = request.getModelName();
        String keyHeader = table.keyHeader(model);
        String value = keyHeader.isEmpty() ? "" : call.header().apply(keyHeader);
        boolean inside = isInside(table.audience(model), call, admission);
        return new Lot(
                model,
                request.getModelVersion(),
                value.isEmpty() ? call.requestId() : value,
                inside,
                inside && !call.synthetic() && request.getModelVersion().isEmpty());
    }

    private static boolean isInside(Audience audience, InferenceCall call, RequestAdmission admission) {
        if (audience instanceof Audience.OfTenants tenants) {
            return tenants.names().contains(admission.tenant(call));
        }
        return !(audience instanceof Audience.OfHeader header)
                || header.values().contains(call.header().apply(header.name()));
    }

    Route route(RouteTable table, Set<String> readyVersions) {
        return inside || !version.isEmpty()
                ? table.route(model, version, key, readyVersions)
                : table.routeOutside(model, readyVersions);
    }

    /** Whose request it is, if clients are compared. */
    Optional<ComparedClient> client(RouteTable table) {
        return drawn ? table.comparedClient(model, key) : Optional.empty();
    }

    /** Its copy for a candidate that serves nobody. */
    Optional<ShadowCopy> copy(RouteTable table, Set<String> readyVersions) {
        return drawn ? table.shadow(model, key, readyVersions) : Optional.empty();
    }
}
