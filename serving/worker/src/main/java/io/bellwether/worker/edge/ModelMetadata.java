package io.bellwether.worker.edge;

import io.bellwether.engine.TensorSpec;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelMetadataResponse.TensorMetadata;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import java.util.Optional;

/** Describes a model as the protocol wants it: the batch dimension first, as -1, where there is one. */
final class ModelMetadata {
    private ModelMetadata() {}

    static ModelMetadataResponse of(ServedVersion version, ServedModels models) {
        ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                .setName(version.files().model())
                .setPlatform(version.files().platform());
        models.versionsOf(version.files().model())
                .forEach(one -> response.addVersions(one.files().version()));
        Optional<String> encoded = version.files().spec().kind().encodedInput();
        if (encoded.isPresent()) {
            response.addInputs(TensorMetadata.newBuilder()
                    .setName(encoded.get())
                    .setDatatype("BYTES")
                    .addShape(-1)
                    .addShape(1));
        } else {
            version.files().spec().inputs().forEach(input -> response.addInputs(tensor(input)));
        }
        version.files().spec().answers().forEach(output -> response.addOutputs(tensor(output)));
        return response.build();
    }

    private static TensorMetadata tensor(TensorSpec tensor) {
        return TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.type().name())
                .addAllShape(tensor.shape(-1))
                .build();
    }
}
