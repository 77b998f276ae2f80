package io.bellwether.protocol;

/** Names on the wire besides the protobuf: HTTP headers, gRPC metadata keys and parameters with a fixed meaning. */
public final class WireNames {
    /** Bytes of the JSON part of a body that goes on with raw tensors (binary tensor extension). */
    public static final String HEADER_JSON_LENGTH = "Inference-Header-Content-Length";

    public static final String HEADER_REQUEST_ID = "Bellwether-Request-Id";
    public static final String HEADER_MODEL_VERSION = "Bellwether-Model-Version";
    public static final String HEADER_ARM = "Bellwether-Arm";
    public static final String HEADER_ROLLOUT = "Bellwether-Rollout";
    public static final String HEADER_ROUTE_VERSION = "Bellwether-Route-Version";
    public static final String HEADER_REASON = "Bellwether-Reason";
    /** Milliseconds until another attempt makes sense; {@code Retry-After} counts whole seconds. */
    public static final String HEADER_RETRY_AFTER_MILLIS = "Retry-After-Ms";

    /** Where the tenant of a request is named unless a gateway is told another header. */
    public static final String HEADER_TENANT = "Bellwether-Tenant";

    /** The same in gRPC metadata, where keys are lower case. */
    public static final String METADATA_REQUEST_ID = "bellwether-request-id";

    public static final String METADATA_MODEL_VERSION = "bellwether-model-version";
    public static final String METADATA_ARM = "bellwether-arm";
    public static final String METADATA_ROLLOUT = "bellwether-rollout";
    public static final String METADATA_ROUTE_VERSION = "bellwether-route-version";
    public static final String TRAILER_REASON = "bellwether-reason";
    /** Milliseconds until another attempt makes sense (gRFC A6). */
    public static final String TRAILER_PUSHBACK = "grpc-retry-pushback-ms";

    /** Size in bytes of a tensor that follows the JSON part. */
    public static final String PARAMETER_BINARY_DATA_SIZE = "binary_data_size";
    /** On a requested output: answer it as raw bytes. */
    public static final String PARAMETER_BINARY_DATA = "binary_data";
    /** On a requested output: answer so many of the highest values of a row, each as text {@code value:index}. */
    public static final String PARAMETER_CLASSIFICATION = "classification";
    /** On a request: answer every output as raw bytes unless the output itself says otherwise. */
    public static final String PARAMETER_BINARY_DATA_OUTPUT = "binary_data_output";

    /** On a request: 1 for the most important, more for less. */
    public static final String PARAMETER_PRIORITY = "priority";

    /** On a request of a stream: mark its answer as the last one, as models with several answers need it. */
    public static final String PARAMETER_MARK_FINAL = "triton_enable_empty_final_response";
    /** On an answer of a stream: nothing more comes for this request. */
    public static final String PARAMETER_FINAL = "triton_final_response";
    /** On an answer of a stream that is an error: the {@link FailureReason}, where the stream has no trailer for it. */
    public static final String PARAMETER_REASON = "bellwether_reason";
    /** On an answer of a stream: what the metadata of a single call say. */
    public static final String PARAMETER_ARM = "bellwether_arm";

    public static final String PARAMETER_ROLLOUT = "bellwether_rollout";
    public static final String PARAMETER_ROUTE_VERSION = "bellwether_route_version";

    /** Beside {@link #PARAMETER_REASON}: milliseconds until another attempt makes sense, if that is known. */
    public static final String PARAMETER_RETRY_AFTER = "bellwether_retry_after_ms";

    private WireNames() {}
}
