package io.bellwether.routing;

import java.util.Set;

/**
 * What there is at a gateway that a command may name. The fold does not ask for it, so that every replica folds alike.
 *
 * @param versions of the command's model that some worker has, ready or not
 * @param tenants that are declared, the default one included
 */
public record Known(Set<String> versions, Set<String> tenants) {
    public Known {
        versions = Set.copyOf(versions);
        tenants = Set.copyOf(tenants);
    }
}
