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
        if (parameters.isEmpty()) {
            return Optional.empty();
        }
        for (String name : WHOLE_NUMBERS) {
            InferParameter value = parameters.get(name);
            // An unsigned value from 2^63 on is negative to Java.
            boolean fits = value == null
                    || (value.hasInt64Param() && value.getInt64Param() >= 0)
                    || (value.hasUint64Param() && value.getUint64Param() >= 0);
            if (!fits) {
                return Optional.of(Refusal.invalid("parameter '" + name
                        + "' of the request is not valid; expected a whole number from 0 to " + Long.MAX_VALUE));
            }
        }
        return parameters.keySet().stream()
                .filter(name -> name.startsWith(TRITON) && !name.equals(WireNames.PARAMETER_MARK_FINAL))
                .findFirst()
                .map(name -> Refusal.invalid("parameter '" + TensorHead.shortened(name)
                        + "' of the request is reserved; leave out parameters that begin with " + TRITON));
    }

    /** Why the parameters of a requested output are refused; empty when they are not. */
    static Optional<Refusal> checkOutput(String label, Map<String, InferParameter> parameters) {
        InferParameter classes = parameters.get(WireNames.PARAMETER_CLASSIFICATION);
        if (classes == null) {
            return Optional.empty();
        }
        long top = Math.max(classes.getInt64Param(), classes.getUint64Param());
        return top >= 1 && top <= Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(Refusal.invalid("parameter 'classification' of " + label
                        + " is not a number of classes; expected a whole number from 1 to " + Integer.MAX_VALUE));
    }
}
