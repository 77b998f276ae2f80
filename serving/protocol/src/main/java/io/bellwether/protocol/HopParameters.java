package io.bellwether.protocol;

import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import java.util.Map;
import java.util.Optional;

/**
 * {@link Origin} and {@link Account} as OIP parameters, for whoever asks a worker without the stream of gateways. Their
 * names begin with {@value #PREFIX}; clients of a gateway may not send such names.
 */
public final class HopParameters {
    public static final String PREFIX = "bellwether_";

    public static final String SLOT = PREFIX + "slot";
    public static final String ARM = PREFIX + "arm";
    public static final String ROLLOUT = PREFIX + "rollout";
    public static final String SEGMENT = PREFIX + "segment";
    public static final String CLIENT_MEMORY = PREFIX + "client_memory";
    public static final String FIRST_OF_CLIENT = PREFIX + "first_of_client";

    public static final String WITNESS = PREFIX + "witness";
    public static final String BATCH = PREFIX + "batch";
    public static final String QUEUE_NANOS = PREFIX + "queue_nanos";
    public static final String DEVICE_NANOS = PREFIX + "device_nanos";
    public static final String COST_PICO_USD = PREFIX + "cost_pico_usd";

    private HopParameters() {}

    /** Adds the origin to a request. */
    public static void write(Origin origin, ModelInferRequest.Builder request) {
        request.putParameters(SLOT, integer(origin.slot()));
        request.putParameters(ARM, text(origin.arm()));
        if (!origin.rollout().isEmpty()) {
            request.putParameters(ROLLOUT, text(origin.rollout()));
        }
        if (!origin.segment().isEmpty()) {
            request.putParameters(SEGMENT, text(origin.segment()));
        }
        if (!origin.client().equals(ClientMark.NONE)) {
            request.putParameters(CLIENT_MEMORY, integer(origin.client().memory()));
            request.putParameters(FIRST_OF_CLIENT, flag(origin.client().first()));
        }
    }

    /** The origin that a request names; empty when it names no slot. */
    public static Optional<Origin> origin(ModelInferRequest request) {
        Map<String, InferParameter> parameters = request.getParametersMap();
        InferParameter slot = parameters.get(SLOT);
        return slot == null
                ? Optional.empty()
                : Optional.of(new Origin(
                        slot.getInt64Param(),
                        string(parameters, ARM),
                        string(parameters, ROLLOUT),
                        string(parameters, SEGMENT),
                        client(parameters)));
    }

    /** The answer with its account. */
    public static ModelInferResponse with(Account account, ModelInferResponse response) {
        return response.toBuilder()
                .putParameters(WITNESS, flag(account.witness()))
                .putParameters(BATCH, integer(account.batch()))
                .putParameters(QUEUE_NANOS, integer(account.queueNanos()))
                .putParameters(DEVICE_NANOS, integer(account.deviceNanos()))
                .putParameters(COST_PICO_USD, integer(account.costPicoUsd()))
                .build();
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

    private static ClientMark client(Map<String, InferParameter> parameters) {
        InferParameter none = InferParameter.getDefaultInstance();
        return new ClientMark(
                parameters.getOrDefault(CLIENT_MEMORY, none).getInt64Param(),
                parameters.getOrDefault(FIRST_OF_CLIENT, none).getBoolParam());
    }

    private static InferParameter flag(boolean value) {
        return InferParameter.newBuilder().setBoolParam(value).build();
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static String string(Map<String, InferParameter> parameters, String name) {
        InferParameter parameter = parameters.get(name);
        return parameter == null ? "" : parameter.getStringParam();
    }
}
