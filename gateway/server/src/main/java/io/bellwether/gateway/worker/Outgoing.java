package io.bellwether.gateway.worker;

import io.bellwether.protocol.Origin;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.Optional;

/**
 * A request as it goes to a worker.
 *
 * @param inference with the model and the version that it goes to
 * @param origin where it counts; empty for one that the gateway does not count
 */
public record Outgoing(ModelInferRequest inference, Optional<Origin> origin) {}
