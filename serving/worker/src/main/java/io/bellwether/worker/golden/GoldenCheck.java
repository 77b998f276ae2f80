package io.bellwether.worker.golden;

import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.warmup.OwnRequests;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Sends the golden requests of a version to it and compares the answers with the expected ones.
 */
public final class GoldenCheck {
    private final OwnRequests requests;
    private final ProtocolLimits limits;

    public GoldenCheck(OwnRequests requests, ProtocolLimits limits) {
        this.requests = requests;
        this.limits = limits;
    }

    /** What is wrong with the first answer that is; empty when all are right or there are none. */
    public Optional<String> firstFailure(Loadable files) throws InterruptedException {
        try {
            for (Path request : GoldenCase.requests(files)) {
                Optional<String> failure = failure(files, request);
                if (failure.isPresent()) {
                    return failure.map(text -> "golden request " + GoldenCase.name(request) + ": " + text);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("its golden requests cannot be read; check that the files are there and permitted");
        }
    }

    private Optional<String> failure(Loadable files, Path requestFile) throws IOException, InterruptedException {
        Decoded<GoldenCase> read = GoldenCase.read(files, requestFile, limits);
        if (read instanceof Decoded.Refused<GoldenCase> refused) {
            return Optional.of(refused.refusal().message());
        }
        GoldenCase one = ((Decoded.Valid<GoldenCase>) read).value();
        double tolerance = files.spec().hosting().goldenTolerance();
        return requests.failure(
                one.request().toBuilder(), answer -> TensorComparison.difference(one.expected(), answer, tolerance));
    }
}
