package io.bellwether.protocol;

import com.fasterxml.jackson.core.JsonGenerator;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse.TensorMetadata;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.protocol.oip.ServerMetadataResponse;
import java.io.IOException;
import java.util.List;

/** Writes the small JSON bodies of the REST edge, as UTF-8. */
public final class MetadataJson {
    private static final int BYTES_EXPECTED = 256;

    private MetadataJson() {}

    /** Body of {@code GET /v2}. */
    public static byte[] server(ServerMetadataResponse metadata) {
        return object(json -> {
            json.writeStringField("name", metadata.getName());
            json.writeStringField("version", metadata.getVersion());
            strings("extensions", metadata.getExtensionsList(), json);
        });
    }

    /** Body of {@code GET /v2/models/M[/versions/V]}. */
    public static byte[] model(ModelMetadataResponse metadata) {
        return object(json -> {
            json.writeStringField("name", metadata.getName());
            strings("versions", metadata.getVersionsList(), json);
            json.writeStringField("platform", metadata.getPlatform());
            tensors("inputs", metadata.getInputsList(), json);
            tensors("outputs", metadata.getOutputsList(), json);
        });
    }

    /** Body of {@code GET /v2/models/M[/versions/V]/ready}. */
    public static byte[] modelReady(String model, boolean ready) {
        return object(json -> {
            json.writeStringField("name", model);
            json.writeBooleanField("ready", ready);
        });
    }

    /** Body of {@code GET /v2/health/live}. */
    public static byte[] live(boolean live) {
        return object(json -> json.writeBooleanField("live", live));
    }

    /** Body of {@code GET /v2/health/ready}. */
    public static byte[] ready(boolean ready) {
        return object(json -> json.writeBooleanField("ready", ready));
    }

    /** Body of {@code POST /v2/repository/index}. */
    public static byte[] repositoryIndex(RepositoryIndexResponse index) {
        return JsonText.write(BYTES_EXPECTED, json -> {
                    json.writeStartArray();
                    for (RepositoryIndexResponse.ModelIndex model : index.getModelsList()) {
                        json.writeStartObject();
                        json.writeStringField("name", model.getName());
                        json.writeStringField("version", model.getVersion());
                        json.writeStringField("state", model.getState());
                        json.writeStringField("reason", model.getReason());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                })
                .toByteArray();
    }

    /** Body of every answer that is an error. */
    public static byte[] error(String message) {
        return object(json -> json.writeStringField("error", message));
    }

    private static byte[] object(JsonText.Content fields) {
        return JsonText.write(BYTES_EXPECTED, json -> {
                    json.writeStartObject();
                    fields.write(json);
                    json.writeEndObject();
                })
                .toByteArray();
    }

    private static void strings(String name, List<String> values, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private static void tensors(String name, List<TensorMetadata> tensors, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart(name);
        for (TensorMetadata tensor : tensors) {
            json.writeStartObject();
            json.writeStringField("name", tensor.getName());
            json.writeStringField("datatype", tensor.getDatatype());
            json.writeArrayFieldStart("shape");
            for (long dimension : tensor.getShapeList()) {
                json.writeNumber(dimension);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
