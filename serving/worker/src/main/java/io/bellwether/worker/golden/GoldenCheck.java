package io.bellwether.worker.golden;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.InferRequestJson;
import io.bellwether.protocol.InferResponseJson;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.oip.InferParameter;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.warmup.WarmUpTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Sends the golden requests of a version to it and compares the answers with the expected ones. They are pairs of files
 * {@code golden/NAME.request.json} and {@code golden/NAME.response.json} in the folder of the version or else of the model,
 * as a client would send and receive them.
 */
public final class GoldenCheck {
    private static final String FOLDER = "golden";
    private static final String REQUEST = ".request.json";
    private static final String RESPONSE = ".response.json";
    private static final int CASES_MAX = 100;

    private final WarmUpTarget target;
    private final String token;
    private final ProtocolLimits limits;
    private final long nanosMax;

    /**
     * @param token marks the requests as our own
     * @param nanosMax longest wait for one answer
     */
    public GoldenCheck(WarmUpTarget target, String token, ProtocolLimits limits, long nanosMax) {
        this.target = target;
        this.token = token;
        this.limits = limits;
        this.nanosMax = nanosMax;
    }

    /** What is wrong with the first answer that is; empty when all are right or there are none. */
    public Optional<String> firstFailure(Loadable files) throws InterruptedException {
        try {
            for (Path request : requests(files)) {
                Optional<String> failure = failure(files, request);
                if (failure.isPresent()) {
                    return failure.map(text -> "golden request " + name(request) + ": " + text);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("its golden requests cannot be read; check that the files are there and permitted");
        }
    }

    private static List<Path> requests(Loadable files) throws IOException {
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

    private Optional<String> failure(Loadable files, Path requestFile) throws IOException, InterruptedException {
        Path responseFile = requestFile.resolveSibling(name(requestFile) + RESPONSE);
        if (!Files.isRegularFile(responseFile)) {
            return Optional.of("its answer " + name(requestFile) + RESPONSE + " is missing; add it");
        }
        if (Math.max(Files.size(requestFile), Files.size(responseFile)) > limits.bodyBytesMax()) {
            return Optional.of("is larger than " + limits.bodyBytesMax() + " bytes");
        }
        byte[] body = Files.readAllBytes(requestFile);
        Decoded<ModelInferRequest> request = InferRequestJson.decode(
                files.model(), files.version(), body, body.length, InferRequestJson.ALL_JSON, limits);
        Decoded<ModelInferResponse> expected = InferResponseJson.decode(Files.readAllBytes(responseFile), limits);
        if (request instanceof Decoded.Refused<ModelInferRequest> refused) {
            return Optional.of("is no request: " + refused.refusal().message());
        }
        if (expected instanceof Decoded.Refused<ModelInferResponse> refused) {
            return Optional.of(
                    "its expected answer is none: " + refused.refusal().message());
        }
        return compare(
                ((Decoded.Valid<ModelInferRequest>) request).value(),
                ((Decoded.Valid<ModelInferResponse>) expected).value(),
                files.spec().hosting().goldenTolerance());
    }

    private Optional<String> compare(ModelInferRequest request, ModelInferResponse expected, double tolerance)
            throws InterruptedException {
        ModelInferRequest marked = request.toBuilder()
                .putParameters(
                        RequestAdmission.WARM_UP_PARAMETER,
                        InferParameter.newBuilder().setStringParam(token).build())
                .build();
        try {
            ModelInferResponse answer = target.infer(marked).get(nanosMax, TimeUnit.NANOSECONDS);
            return TensorComparison.difference(expected, answer, tolerance);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            return Optional.of("it was refused: " + (cause == null ? "without a reason" : cause.getMessage()));
        } catch (TimeoutException e) {
            return Optional.of("it was not answered in " + TimeUnit.NANOSECONDS.toSeconds(nanosMax) + " s");
        }
    }

    private static String name(Path request) {
        String file = Objects.requireNonNull(request.getFileName()).toString();
        return file.substring(0, file.length() - REQUEST.length());
    }
}
