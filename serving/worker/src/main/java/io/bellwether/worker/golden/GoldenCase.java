package io.bellwether.worker.golden;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.InferResponseJson;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.RequestCheck;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.model.ModelRepository.Loadable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A request with a known answer: a pair of files {@code golden/NAME.request.json} and {@code golden/NAME.response.json} in the
 * folder of a version or else of its model, as a client would send and receive them.
 */
record GoldenCase(ModelInferRequest request, ModelInferResponse expected) {
    private static final String FOLDER = "golden";
    private static final String REQUEST = ".request.json";
    private static final String RESPONSE = ".response.json";
    private static final int CASES_MAX = 100;

    /** The files with the requests of a version, by name. */
    static List<Path> requests(Loadable files) throws IOException {
        Path versionFolder =
                Objects.requireNonNull(files.program().toAbsolutePath().getParent());
        Path own = versionFolder.resolve(FOLDER);
        Path folder = Files.isDirectory(own) ? own : versionFolder.resolveSibling(FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(REQUEST))
                    .sorted()
                    .limit(CASES_MAX)
                    .toList();
        }
    }

    /** What a case is called in messages. */
    static String name(Path requestFile) {
        String file = Objects.requireNonNull(requestFile.getFileName()).toString();
        return file.substring(0, file.length() - REQUEST.length());
    }

    /** Reads both files of a case; refused in words that follow its name. */
    static Decoded<GoldenCase> read(Loadable files, Path requestFile, ProtocolLimits limits) throws IOException {
        String response = name(requestFile) + RESPONSE;
        Path responseFile = requestFile.resolveSibling(response);
        if (!Files.isRegularFile(responseFile)) {
            return Refusal.invalid("its answer " + response + " is missing; add it")
                    .as();
        }
        if (Math.max(Files.size(requestFile), Files.size(responseFile)) > limits.bodyBytesMax()) {
            return Refusal.invalid("is larger than " + limits.bodyBytesMax() + " bytes")
                    .as();
        }
        byte[] body = Files.readAllBytes(requestFile);
        Decoded<ModelInferRequest> request = InferRequestJson.decode(
                        files.model(), files.version(), body, body.length, InferRequestJson.ALL_JSON, limits)
                .then(one -> RequestCheck.normalise(one, limits));
        if (request instanceof Decoded.Refused<ModelInferRequest> refused) {
            return Refusal.invalid("is no request: " + refused.refusal().message())
                    .as();
        }
        Decoded<ModelInferResponse> expected = InferResponseJson.decode(Files.readAllBytes(responseFile), limits);
        if (expected instanceof Decoded.Refused<ModelInferResponse> refused) {
            return Refusal.invalid(
                            "its expected answer is none: " + refused.refusal().message())
                    .as();
        }
        return Decoded.valid(new GoldenCase(
                ((Decoded.Valid<ModelInferRequest>) request).value(),
                ((Decoded.Valid<ModelInferResponse>) expected).value()));
    }
}
