package io.bellwether.protocol;

import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which outputs a REST client wants as raw bytes behind the JSON.
 *
 * @param binaryByDefault the request's {@code binary_data_output}
 * @param binaryByOutput the {@code binary_data} of single outputs, by name; it overrides the default
 */
public record OutputPreferences(boolean binaryByDefault, Map<String, Boolean> binaryByOutput) {

    /** Everything as JSON. */
    public static final OutputPreferences JSON = new OutputPreferences(false, Map.of());

    public OutputPreferences {
        binaryByOutput = Map.copyOf(binaryByOutput);
    }

    public static OutputPreferences of(ModelInferRequest request) {
        boolean byDefault = isTrue(request.getParametersMap().get(WireNames.PARAMETER_BINARY_DATA_OUTPUT));
        Map<String, Boolean> byOutput = new HashMap<>();
        for (ModelInferRequest.InferRequestedOutputTensor output : request.getOutputsList()) {
            InferParameter binary = output.getParametersMap().get(WireNames.PARAMETER_BINARY_DATA);
            if (binary != null) {
                byOutput.put(output.getName(), binary.getBoolParam());
            }
        }
        return byDefault || !byOutput.isEmpty() ? new OutputPreferences(byDefault, byOutput) : JSON;
    }

    public boolean binary(String output) {
        return binaryByOutput.getOrDefault(output, binaryByDefault);
    }

    private static boolean isTrue(@Nullable InferParameter parameter) {
        return parameter != null && parameter.getBoolParam();
    }
}
