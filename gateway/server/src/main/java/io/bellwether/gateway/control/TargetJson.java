package io.bellwether.gateway.control;

import io.bellwether.controlapi.log.Target;
import io.bellwether.routing.Audience;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** Whose requests a rollout is about, in the control API. */
final class TargetJson {
    private TargetJson() {}

    static Target read(JsonFields fields) {
        Target target = Target.newBuilder()
                .addAllTenants(fields.texts("tenants"))
                .setHeader(fields.text("header"))
                .addAllValues(fields.texts("values"))
                .build();
        fields.noMore();
        return target;
    }

    /** Empty for everybody. */
    static Optional<JsonObject> of(Audience audience) {
        if (audience instanceof Audience.OfTenants tenants) {
            return Optional.of(new JsonObject().put("tenants", new JsonArray(tenants.names())));
        }
        return audience instanceof Audience.OfHeader header
                ? Optional.of(
                        new JsonObject().put("header", header.name()).put("values", new JsonArray(header.values())))
                : Optional.empty();
    }
}
