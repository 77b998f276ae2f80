package io.bellwether.gateway.control;

import io.bellwether.gateway.control.WriteResult.Reason;
import io.bellwether.gateway.control.WriteResult.Refused;
import io.bellwether.gateway.worker.Fleet;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether the workers can serve a version that a person wants to send traffic to. The control log itself does not care, so
 * that every replica folds it alike; this is asked once, where the command comes in.
 */
final class Servability {
    private final Supplier<Fleet> fleet;

    Servability(Supplier<Fleet> fleet) {
        this.fleet = fleet;
    }

    /** Why the version cannot be served now; empty when it can, or when the model or version is unknown altogether. */
    Optional<Refused> problem(String model, String version) {
        Fleet.Model known = fleet.get().models().get(model);
        Fleet.Version wanted = known == null ? null : known.versions().get(version);
        if (wanted == null || !wanted.ready().isEmpty()) {
            return Optional.empty();
        }
        String why = wanted.reason().isEmpty() ? wanted.state() : wanted.state() + ": " + wanted.reason();
        return Optional.of(new Refused(
                Reason.CONFLICT,
                "version '" + version + "' of model '" + model + "' is not ready on any worker (" + why
                        + "); wait or mend that, then repeat the command"));
    }
}
