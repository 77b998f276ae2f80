package io.bellwether.gateway.worker;

import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.Optional;

/**
 * A request as it goes to a worker.
 *
 * @param inference with the model and the version that it goes to
 * @param origin where it counts; empty for one that the gateway does not count
 * @param synthetic whether the gateway warms itself up with it, so that it counts nowhere
 * @param unasked whether the client asked for no time, so that the default of the model counts if it is the shorter one
 */
public record Outgoing(ModelInferRequest inference, Optional<Origin> origin, boolean synthetic, boolean unasked) {

    /** One that counts at the worker as if it had come past no gateway. */
    public static Outgoing uncounted(ModelInferRequest inference) {
        return new Outgoing(inference, Optional.empty(), false, false);
    }
}
