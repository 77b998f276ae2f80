package io.bellwether.gateway.inference;

import io.bellwether.gateway.worker.Fleet;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import org.jspecify.annotations.Nullable;

/** What to say about a model or version that cannot be served. */
public final class ModelLookup {
    private ModelLookup() {}

    /**
     * The model, or the version of it, is in no worker's repository.
     *
     * @param version empty if the client named none
     */
    static Refusal unknown(Fleet fleet, String model, String version) {
        if (!fleet.everAnswered()) {
            return new Refusal(
                    FailureReason.WORKER_UNAVAILABLE,
                    "no worker has been reached since the gateway started, so it is not known which models exist; try again");
        }
        return version.isEmpty() ? Refusal.unknownModel(model) : Refusal.unknownVersion(model, version);
    }

    private static String why(Fleet.@Nullable Version version) {
        if (version == null) {
            return "";
        }
        return " (" + version.state() + (version.reason().isEmpty() ? "" : ": " + version.reason()) + ")";
    }

    /**
     * The version is known and no worker serves it.
     *
     * @param version the one that was wanted; empty if the model has none
     */
    static Refusal notReady(String model, String version, Fleet.Model known) {
        String subject = "model '" + model + "'" + (version.isEmpty() ? "" : " version '" + version + "'");
        Fleet.Version wanted = known.versions().get(version);
        boolean unreachable = wanted == null ? known.unreachable() : wanted.unreachable();
        return unreachable
                ? new Refusal(
                        FailureReason.WORKER_UNAVAILABLE,
                        "no worker that serves " + subject + " is reachable; try again")
                : new Refusal(
                        FailureReason.NOT_READY,
                        "Request for " + subject + " cannot be served: it is not ready" + why(wanted));
    }
}
