package io.bellwether.gateway.inference;

import io.bellwether.protocol.oip.InferParameter;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How long a request may take: the shortest of what its transport and its parameter {@code timeout} say, else the
 * default, and never more than the maximum.
 *
 * @param defaultNanos of a request that says nothing
 * @param maxNanos whatever it says
 */
public record Deadlines(long defaultNanos, long maxNanos) {
    /** Parameter of the protocol: microseconds. */
    public static final String PARAMETER = "timeout";

    private static final long NANOS_PER_MICRO = 1_000;

    public Deadlines {
        if (defaultNanos <= 0 || maxNanos < defaultNanos) {
            throw new IllegalArgumentException(
                    "gateway.limits: deadline-default must be more than zero and at most deadline-max, got "
                            + defaultNanos + " ns and " + maxNanos + " ns");
        }
    }

    /**
     * @param transportNanos what the transport says; 0 if nothing
     * @param parameters of the request; a {@code timeout} that is not a positive number says nothing
     * @return more than 0; empty if neither says anything, and the default counts
     */
    public OptionalLong askedNanos(long transportNanos, Map<String, InferParameter> parameters) {
        long parameterNanos = parameterNanos(parameters.get(PARAMETER));
        long budget = Long.MAX_VALUE;
        if (transportNanos > 0) {
            budget = transportNanos;
        }
        if (parameterNanos > 0) {
            budget = Math.min(budget, parameterNanos);
        }
        return budget == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.min(maxNanos, budget));
    }

    private static long parameterNanos(@Nullable InferParameter parameter) {
        if (parameter == null) {
            return 0;
        }
        long micros =
                switch (parameter.getParameterChoiceCase()) {
                    case INT64_PARAM -> parameter.getInt64Param();
                    case UINT64_PARAM -> Math.max(0, parameter.getUint64Param());
                    default -> 0;
                };
        return micros <= 0 ? 0 : Math.min(micros, Long.MAX_VALUE / NANOS_PER_MICRO) * NANOS_PER_MICRO;
    }
}
