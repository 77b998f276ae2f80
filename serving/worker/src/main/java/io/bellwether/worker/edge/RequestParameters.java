package io.bellwether.worker.edge;

import io.bellwether.protocol.WireNames;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.OptionalLong;

/** What a request says of itself in its parameters, and how that goes with what the transport says. */
final class RequestParameters {
    private static final String TIMEOUT = "timeout";

    private RequestParameters() {}

    /** Whether it is one of our own synthetic requests. */
    static boolean isWarmUp(ModelInferRequest request, String token) {
        InferParameter given = request.getParametersMap().get(RequestAdmission.WARM_UP_PARAMETER);
        return given != null && given.getStringParam().equals(token);
    }

    /** Its {@code priority}; 0 without one. */
    static long priority(ModelInferRequest request) {
        return wholeNumber(request, WireNames.PARAMETER_PRIORITY);
    }

    /**
     * The least of the transport's deadline, the request's own {@code timeout} (microseconds) and the longest.
     *
     * @param callNanosLeft what the transport's deadline leaves; empty without one
     * @param usualNanos counts when it brings neither
     * @param nanosMax the longest
     */
    static long timeLeftNanos(ModelInferRequest request, OptionalLong callNanosLeft, long usualNanos, long nanosMax) {
        long left = nanosMax;
        long timeoutMicros = wholeNumber(request, TIMEOUT);
        if (timeoutMicros > 0) {
            left = Math.min(left, Math.min(timeoutMicros, left / 1_000) * 1_000);
        }
        if (callNanosLeft.isPresent()) {
            return Math.min(left, callNanosLeft.getAsLong());
        }
        return timeoutMicros > 0 ? left : Math.min(left, usualNanos);
    }

    /** A parameter that holds a whole number of either type; 0 when it is absent. */
    private static long wholeNumber(ModelInferRequest request, String name) {
        InferParameter given = request.getParametersMap().get(name);
        return given == null ? 0 : Math.max(given.getInt64Param(), given.getUint64Param());
    }
}
