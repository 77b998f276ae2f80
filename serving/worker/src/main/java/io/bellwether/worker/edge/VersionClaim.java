package io.bellwether.worker.edge;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import java.util.function.Supplier;

/** Finds the version of a request while versions come and go. */
final class VersionClaim {
    private static final int CLAIMS_MAX = 8;

    private VersionClaim() {}

    /**
     * The version that a request means, with its gate held open: until {@code leave} it does not close its queues. A
     * version that was replaced between the look and the gate is not taken; the picture is looked at again.
     */
    static Decoded<ServedVersion> of(Supplier<ServedModels> models, ModelInferRequest request, boolean warmUp) {
        Decoded<ServedVersion> found = find(models.get(), request, warmUp);
        for (int look = 0; look < CLAIMS_MAX && found instanceof Decoded.Valid<ServedVersion> valid; look++) {
            ServedVersion version = valid.value();
            version.gate().enter();
            Decoded<ServedVersion> again = find(models.get(), request, warmUp);
            if (again instanceof Decoded.Valid<ServedVersion> same && same.value() == version) {
                return found;
            }
            version.gate().leave();
            found = again;
        }
        return found instanceof Decoded.Refused<ServedVersion>
                ? found
                : new Refusal(
                                FailureReason.NOT_READY,
                                "model '" + request.getModelName() + "' is being replaced again and again; try again")
                        .as();
    }

    private static Decoded<ServedVersion> find(ServedModels models, ModelInferRequest request, boolean warmUp) {
        return warmUp
                ? models.findForWarmUp(request.getModelName(), request.getModelVersion())
                : models.find(request.getModelName(), request.getModelVersion());
    }
}
