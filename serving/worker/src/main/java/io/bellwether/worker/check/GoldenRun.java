package io.bellwether.worker.check;

import io.bellwether.engine.InferenceEngine;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.worker.cost.PriceSheet;
import io.bellwether.worker.edge.InFlight;
import io.bellwether.worker.edge.RequestAdmission;
import io.bellwether.worker.golden.GoldenCheck;
import io.bellwether.worker.lane.Reply;
import io.bellwether.worker.metrics.WorkerMetrics;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.serving.ServedModels;
import io.bellwether.worker.serving.ServedVersion;
import io.bellwether.worker.serving.Surroundings;
import io.bellwether.worker.survival.Survival;
import io.bellwether.worker.telemetry.ModelCells;
import io.bellwether.worker.telemetry.Tally;
import io.bellwether.worker.warmup.OwnRequests;
import io.bellwether.worker.warmup.SampleCheck;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the warm-up samples and the golden requests of one version as a worker would, on the way of every request, but for the network. */
final class GoldenRun {
    private static final long ANSWER_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);
    private static final int IN_FLIGHT_MAX = 16;

    private final RequestAdmission admission;

    private GoldenRun(ServedVersion version, WorkerMetrics metrics, String token) {
        ServedModels models = new ServedModels(List.of(version), List.of(), List.of());
        ProtocolLimits protocol = ProtocolLimits.DEFAULT;
        this.admission = new RequestAdmission(
                () -> models,
                wanted -> CompletableFuture.completedFuture(null),
                new InFlight(IN_FLIGHT_MAX, (long) IN_FLIGHT_MAX * protocol.bodyBytesMax()),
                metrics,
                new RequestAdmission.Limits(protocol, ANSWER_NANOS_MAX, token, 1, 1),
                new RequestAdmission.Clocks(System::nanoTime, () -> 0));
    }

    /** The first sample that is not answered, the first answer that is not the expected one, or why there is none; empty when all are as expected. */
    static Optional<String> firstFailure(Loadable files, InferenceEngine engine) throws InterruptedException {
        WorkerMetrics metrics = WorkerMetrics.unread();
        Surroundings surroundings = new Surroundings(
                metrics, new PriceSheet(0, 0), System::nanoTime, false, 1, 0, Survival.forgetful(), at -> {});
        ServedVersion version = new ServedVersion(
                files,
                new Fingerprint(List.of()),
                new ModelCells(files.model(), new Tally(files.spec()), new ModelCells.Limits(1, ANSWER_NANOS_MAX)),
                surroundings);
        String token = UUID.randomUUID().toString();
        try {
            version.load(engine, false);
            version.ready();
            GoldenRun run = new GoldenRun(version, metrics, token);
            OwnRequests requests = new OwnRequests(run::infer, token, ANSWER_NANOS_MAX);
            Optional<String> unanswered = new SampleCheck(requests).firstFailure(files);
            return unanswered.isPresent()
                    ? unanswered
                    : new GoldenCheck(requests, ProtocolLimits.DEFAULT).firstFailure(files);
        } finally {
            version.close(System.nanoTime() + CLOSE_NANOS_MAX);
        }
    }

    private CompletableFuture<ModelInferResponse> infer(ModelInferRequest request) {
        CompletableFuture<ModelInferResponse> answer = new CompletableFuture<>();
        RequestAdmission.Cancellation unused =
                admission.inferDirect(request, OptionalLong.of(ANSWER_NANOS_MAX), new Reply() {
                    @Override
                    public void succeeded(ModelInferResponse response, Account account) {
                        answer.complete(response);
                    }

                    @Override
                    public void refused(Refusal refusal) {
                        answer.completeExceptionally(new IllegalStateException(refusal.message()));
                    }
                });
        return answer;
    }
}
