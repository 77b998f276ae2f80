package io.bellwether.gateway.inference;

import io.bellwether.gateway.inference.InferenceCall.Kind;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.List;
import java.util.Map;

/**
 * Which requests may be computed twice. One that stands for itself: not of a stream and not of a sequence, where the model may
 * remember what came before. And none of an arm that is compared: a copy would hide what the version does to its slowest
 * requests, and what a client saw would be the work of two runs.
 */
final class Copying {
    private static final List<String> SEQUENCE = List.of("sequence_id", "sequence_start", "sequence_end");

    private Copying() {}

    static boolean isAllowed(InferenceCall call, ModelInferRequest request, Way way) {
        return (call.kind() == Kind.WHOLE || call.kind() == Kind.PART)
                && !way.isCompared()
                && standsAlone(request.getParametersMap());
    }

    private static boolean standsAlone(Map<String, InferParameter> parameters) {
        return parameters.isEmpty() || SEQUENCE.stream().noneMatch(parameters::containsKey);
    }
}
