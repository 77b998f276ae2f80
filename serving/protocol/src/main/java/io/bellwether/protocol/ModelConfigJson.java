package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bellwether.protocol.oip.InferBatchStatistics;
import io.bellwether.protocol.oip.InferStatistics;
import io.bellwether.protocol.oip.ModelConfig;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelInput;
import io.bellwether.protocol.oip.ModelInstanceGroup;
import io.bellwether.protocol.oip.ModelOutput;
import io.bellwether.protocol.oip.ModelStatistics;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.StatisticDuration;
import java.io.IOException;
import java.util.List;

/**
 * Writes what clients of Triton read about a model over REST: its configuration and its statistics. Names are those of the
 * gRPC messages, whole numbers are numbers.
 */
public final class ModelConfigJson {
    private static final int BYTES_EXPECTED = 1024;

    private ModelConfigJson() {}

    /** Body of {@code GET /v2/models/M[/versions/V]/config}. */
    public static byte[] config(ModelConfigResponse response) {
        return JsonText.write(BYTES_EXPECTED, json -> write(response.getConfig(), json))
                .toByteArray();
    }

    /** Body of {@code GET /v2/models[/M[/versions/V]]/stats}. */
    public static byte[] statistics(ModelStatisticsResponse response) {
        return JsonText.write(BYTES_EXPECTED, json -> {
                    json.writeStartObject();
                    json.writeArrayFieldStart("model_stats");
                    for (ModelStatistics model : response.getModelStatsList()) {
                        write(model, json);
                    }
                    json.writeEndArray();
                    json.writeEndObject();
                })
                .toByteArray();
    }

    private static void write(ModelConfig config, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", config.getName());
        json.writeStringField("platform", config.getPlatform());
        json.writeStringField("backend", config.getBackend());
        json.writeObjectFieldStart("version_policy");
        json.writeObjectFieldStart("specific");
        numbers("versions", config.getVersionPolicy().getSpecific().getVersionsList(), json);
        json.writeEndObject();
        json.writeEndObject();
        json.writeNumberField("max_batch_size", config.getMaxBatchSize());
        json.writeArrayFieldStart("input");
        for (ModelInput input : config.getInputList()) {
            tensor(input.getName(), input.getDataType().name(), input.getDimsList(), json);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("output");
        for (ModelOutput output : config.getOutputList()) {
            tensor(output.getName(), output.getDataType().name(), output.getDimsList(), json);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("instance_group");
        for (ModelInstanceGroup group : config.getInstanceGroupList()) {
            json.writeStartObject();
            json.writeStringField("name", group.getName());
            json.writeStringField("kind", group.getKind().name());
            json.writeNumberField("count", group.getCount());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("default_model_filename", config.getDefaultModelFilename());
        if (config.hasDynamicBatching()) {
            json.writeObjectFieldStart("dynamic_batching");
            json.writeArrayFieldStart("preferred_batch_size");
            json.writeEndArray();
            json.writeNumberField(
                    "max_queue_delay_microseconds", config.getDynamicBatching().getMaxQueueDelayMicroseconds());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void tensor(String name, String dataType, List<Long> dims, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", name);
        json.writeStringField("data_type", dataType);
        numbers("dims", dims, json);
        json.writeEndObject();
    }

    private static void write(ModelStatistics model, JsonGenerator json) throws IOException {
        InferStatistics stats = model.getInferenceStats();
        json.writeStartObject();
        json.writeStringField("name", model.getName());
        json.writeStringField("version", model.getVersion());
        json.writeNumberField("last_inference", model.getLastInference());
        json.writeNumberField("inference_count", model.getInferenceCount());
        json.writeNumberField("execution_count", model.getExecutionCount());
        json.writeObjectFieldStart("inference_stats");
        duration("success", stats.getSuccess(), json);
        duration("fail", stats.getFail(), json);
        duration("queue", stats.getQueue(), json);
        duration("compute_input", stats.getComputeInput(), json);
        duration("compute_infer", stats.getComputeInfer(), json);
        duration("compute_output", stats.getComputeOutput(), json);
        duration("cache_hit", stats.getCacheHit(), json);
        duration("cache_miss", stats.getCacheMiss(), json);
        json.writeEndObject();
        json.writeArrayFieldStart("batch_stats");
        for (InferBatchStatistics batch : model.getBatchStatsList()) {
            json.writeStartObject();
            json.writeNumberField("batch_size", batch.getBatchSize());
            duration("compute_input", batch.getComputeInput(), json);
            duration("compute_infer", batch.getComputeInfer(), json);
            duration("compute_output", batch.getComputeOutput(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void duration(String name, StatisticDuration duration, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("count", duration.getCount());
        json.writeNumberField("ns", duration.getNs());
        json.writeEndObject();
    }

    private static void numbers(String name, List<Long> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (long value : values) {
            json.writeNumber(value);
        }
        json.writeEndArray();
    }
}
