package io.bellwether.routing;

import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Target;
import java.util.List;
import java.util.Optional;

/**
 * Whose requests a rollout is about. A request outside is served by the stable version, as if there were no rollout: it is
 * in no arm, and no evidence. So both compared arms are drawn from the same requests.
 */
public sealed interface Audience {

    /** All requests that name no version. */
    record Everybody() implements Audience {}

    /**
     * The requests of some tenants.
     *
     * @param names as they are declared at the gateways; the default tenant is who names no declared one
     */
    record OfTenants(List<String> names) implements Audience {
        public OfTenants {
            names = List.copyOf(names);
        }
    }

    /**
     * The requests with one of some values in a header.
     *
     * @param name of the header
     * @param values each equal to the whole value, with upper and lower case
     */
    record OfHeader(String name, List<String> values) implements Audience {
        public OfHeader {
            values = List.copyOf(values);
        }
    }

    /** All requests that name no version. */
    static Audience everybody() {
        return new Everybody();
    }

    /** As the command that creates a rollout says it; a target in it keeps {@link TargetRules}. */
    static Audience of(CreateRollout create) {
        if (!create.hasTarget()) {
            return everybody();
        }
        Target target = create.getTarget();
        return target.getTenantsCount() > 0
                ? new OfTenants(target.getTenantsList())
                : new OfHeader(target.getHeader(), target.getValuesList());
    }

    /** As the control log has it; absent for everybody. */
    default Optional<Target> toMessage() {
        if (this instanceof OfTenants tenants) {
            return Optional.of(
                    Target.newBuilder().addAllTenants(tenants.names()).build());
        }
        return this instanceof OfHeader header
                ? Optional.of(Target.newBuilder()
                        .setHeader(header.name())
                        .addAllValues(header.values())
                        .build())
                : Optional.empty();
    }
}
