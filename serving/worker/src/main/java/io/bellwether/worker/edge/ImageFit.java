package io.bellwether.worker.edge;

import com.google.protobuf.ByteString;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.Refusal;
import io.bellwether.worker.image.ImageDecoder;
import io.bellwether.worker.lane.FittedRequest;
import io.bellwether.worker.model.ModelKind.ImageClassification;
import io.bellwether.worker.model.ModelSpec;
import java.util.List;
import java.util.Optional;

/** Looks at the heads of the encoded pictures of a request. They are decoded when they run. */
final class ImageFit {
    private final String model;
    private final ImageDecoder decoder;

    ImageFit(String model, ModelSpec spec, ImageClassification kind) {
        this.model = model;
        this.decoder = new ImageDecoder(kind.input(), spec.inputs().get(0).itemShape());
    }

    /**
     * @param pictures one a row
     * @param outputs outputs that the answer carries
     */
    Decoded<FittedRequest> fit(List<ByteString> pictures, List<FittedRequest.Wanted> outputs) {
        for (int row = 0; row < pictures.size(); row++) {
            Optional<Refusal> problem = decoder.check(pictures.get(row));
            if (problem.isPresent()) {
                return ImageDecoder.inRow(model, row, problem.get()).as();
            }
        }
        return Decoded.valid(new FittedRequest(pictures.size(), 0, pictures, outputs, 0, true));
    }
}
