package io.bellwether.protocol;

import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.util.Map;
import java.util.Optional;

/**
 * What the gateway tells the worker about a request, and the worker tells the gateway about its answer, beside the
 * inference itself. It travels in OIP parameters whose names begin with {@value #PREFIX}. Public clients may not send
 * such names, and the gateway takes them out of public answers.
 */
public final class HopParameters {
    public static final String PREFIX = "bellwether_";

    public static final String SLOT = PREFIX + "slot";
    public static final String ARM = PREFIX + "arm";
    public static final String ROLLOUT = PREFIX + "rollout";
    public static final String SEGMENT = PREFIX + "segment";

    public static final String WITNESS = PREFIX + "witness";
    public static final String BATCH = PREFIX + "batch";
    public static final String QUEUE_NANOS = PREFIX + "queue_nanos";
    public static final String DEVICE_NANOS = PREFIX + "device_nanos";
    public static final String COST_PICO_USD = PREFIX + "cost_pico_usd";

    /**
     * The cell of telemetry that a request counts in, decided once at the gateway's edge.
     *
     * @param slot epoch second of arrival at the gateway's edge
     * @param arm name of the telemetry arm
     * @param rollout id of the rollout; empty without one
     * @param segment name of the segment; empty without one
     */
    public record Origin(long slot, String arm, String rollout, String segment) {}

    /**
     * What the worker measured for one answered request.
     *
     * @param witness true if this request stands for its batch where latency and cost are judged
     * @param batch number of requests in its batch
     * @param queueNanos time from admission to the start of its batch
     * @param deviceNanos this request's part of the device time of its batch
     * @param costPicoUsd this request's part of the cost of its batch, in 1e-12 USD
     */
    public record Account(boolean witness, long batch, long queueNanos, long deviceNanos, long costPicoUsd) {}

    private HopParameters() {}

    /** Adds the origin to a request that goes to a worker. */
    public static void write(Origin origin, ModelInferRequest.Builder request) {
        request.putParameters(SLOT, integer(origin.slot()));
        request.putParameters(ARM, text(origin.arm()));
        if (!origin.rollout().isEmpty()) {
            request.putParameters(ROLLOUT, text(origin.rollout()));
        }
        if (!origin.segment().isEmpty()) {
            request.putParameters(SEGMENT, text(origin.segment()));
        }
    }

    /** The origin of a request at a worker; empty when it names no slot, as a request that came past no gateway. */
    public static Optional<Origin> origin(ModelInferRequest request) {
        Map<String, InferParameter> parameters = request.getParametersMap();
        if (!parameters.containsKey(SLOT)) {
            return Optional.empty();
        }
        return Optional.of(new Origin(
                number(parameters, SLOT),
                string(parameters, ARM),
                string(parameters, ROLLOUT),
                string(parameters, SEGMENT)));
    }

    /** Adds the account to an answer that goes to a gateway. */
    public static void write(Account account, ModelInferResponse.Builder response) {
        response.putParameters(
                WITNESS,
                InferParameter.newBuilder().setBoolParam(account.witness()).build());
        response.putParameters(BATCH, integer(account.batch()));
        response.putParameters(QUEUE_NANOS, integer(account.queueNanos()));
        response.putParameters(DEVICE_NANOS, integer(account.deviceNanos()));
        response.putParameters(COST_PICO_USD, integer(account.costPicoUsd()));
    }

    /** The account in a worker's answer; empty when there is none. */
    public static Optional<Account> account(ModelInferResponse response) {
        Map<String, InferParameter> parameters = response.getParametersMap();
        if (!parameters.containsKey(BATCH)) {
            return Optional.empty();
        }
        InferParameter witness = parameters.get(WITNESS);
        return Optional.of(new Account(
                witness != null && witness.getBoolParam(),
                number(parameters, BATCH),
                number(parameters, QUEUE_NANOS),
                number(parameters, DEVICE_NANOS),
                number(parameters, COST_PICO_USD)));
    }

    /** The first reserved name among the request's parameters at any level; empty when a public client may send it. */
    public static Optional<String> reserved(ModelInferRequest request) {
        Optional<String> found = firstReserved(request.getParametersMap());
        for (int i = 0; found.isEmpty() && i < request.getInputsCount(); i++) {
            found = firstReserved(request.getInputs(i).getParametersMap());
        }
        for (int i = 0; found.isEmpty() && i < request.getOutputsCount(); i++) {
            found = firstReserved(request.getOutputs(i).getParametersMap());
        }
        return found;
    }

    /** The answer without our parameters, as the public sees it; the same object if it has none. */
    public static ModelInferResponse strip(ModelInferResponse response) {
        if (firstReserved(response.getParametersMap()).isEmpty()) {
            return response;
        }
        ModelInferResponse.Builder stripped = response.toBuilder();
        response.getParametersMap().keySet().stream()
                .filter(name -> name.startsWith(PREFIX))
                .forEach(stripped::removeParameters);
        return stripped.build();
    }

    private static Optional<String> firstReserved(Map<String, InferParameter> parameters) {
        for (String name : parameters.keySet()) {
            if (name.startsWith(PREFIX)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    private static InferParameter integer(long value) {
        return InferParameter.newBuilder().setInt64Param(value).build();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static long number(Map<String, InferParameter> parameters, String name) {
        InferParameter parameter = parameters.get(name);
        return parameter == null ? 0 : parameter.getInt64Param();
    }

    private static String string(Map<String, InferParameter> parameters, String name) {
        InferParameter parameter = parameters.get(name);
        return parameter == null ? "" : parameter.getStringParam();
    }
}
