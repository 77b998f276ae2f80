package io.bellwether.protocol;

import io.bellwether.protocol.oip.InferParameter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The parameters of a request that the protocol itself gives a meaning. All others are the model's. */
final class ReservedParameters {
    /** Longest wait for an answer, in microseconds; and the level of a request in the queue, of which there is one. */
    private static final List<String> WHOLE_NUMBERS = List.of("timeout", "priority");

    private static final String TRITON = "triton_";

    private ReservedParameters() {}

    /** Why the parameters of a request are refused; empty when they are not. */
    static Optional<Refusal> check(Map<String, InferParameter> parameters) {
        for (String name : WHOLE_NUMBERS) {
            InferParameter value = parameters.get(name);
            boolean fits =
                    value == null || value.hasUint64Param() || (value.hasInt64Param() && value.getInt64Param() >= 0);
            if (!fits) {
                return Optional.of(Refusal.invalid(
                        "parameter '" + name + "' of the request is not valid; expected a whole number of 0 or more"));
            }
        }
        return parameters.keySet().stream()
                .filter(name -> name.startsWith(TRITON) && !name.equals(WireNames.PARAMETER_MARK_FINAL))
                .findFirst()
                .map(name -> Refusal.invalid("parameter '" + TensorHead.shortened(name)
                        + "' of the request is reserved; leave out parameters that begin with " + TRITON));
    }
}
