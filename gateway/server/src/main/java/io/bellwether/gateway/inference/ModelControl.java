package io.bellwether.gateway.inference;

import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.gateway.worker.WorkerLink;
import io.bellwether.gateway.worker.WorkerReport;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Loads and unloads models on every worker that is up. The same for both edges; never blocks. It is off unless it was
 * switched on: the public ports authenticate nobody.
 */
public final class ModelControl {
    private final WorkerDirectory directory;
    private final boolean enabled;

    public ModelControl(WorkerDirectory directory, boolean enabled) {
        this.directory = directory;
        this.enabled = enabled;
    }

    /** Whether models can be loaded and unloaded by request. */
    public boolean enabled() {
        return enabled;
    }

    /**
     * Has every worker load, or load anew, what its repository holds of the model.
     *
     * @param parameters how many the request brings; none is offered
     * @return empty when it is served by every worker that has it, else why not; never completes exceptionally
     */
    public CompletionStage<Optional<Refusal>> load(String model, int parameters) {
        if (enabled && parameters > 0) {
            return refused(Refusal.unsupported("a load takes no parameters here (config, file:...); change the model's"
                    + " files in the repository, then load it"));
        }
        return onAll(link -> link.load(model));
    }

    /** Has every worker unload the model; as {@link #load}. */
    public CompletionStage<Optional<Refusal>> unload(String model) {
        return onAll(link -> link.unload(model));
    }

    private CompletionStage<Optional<Refusal>> onAll(Function<WorkerLink, CompletionStage<Optional<Refusal>>> change) {
        if (!enabled) {
            return refused(Refusal.unsupported("loading and unloading models by request is switched off;"
                    + " it is switched on with gateway.model-control-enabled=true"));
        }
        List<CompletableFuture<Optional<Refusal>>> asked = new ArrayList<>();
        for (WorkerReport report : directory.reports()) {
            if (report.up()) {
                asked.add(change.apply(report.worker().link()).toCompletableFuture());
            }
        }
        if (asked.isEmpty()) {
            return refused(new Refusal(FailureReason.WORKER_UNAVAILABLE, "no worker is reachable; try again"));
        }
        // Whoever is told of the success must find the model changed: the fleet is looked at again first.
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenCompose(all -> directory.refresh())
                .thenApply(seen ->
                        together(asked.stream().map(CompletableFuture::join).toList()));
    }

    /** A worker whose repository lacks the model does not matter as long as another has it. */
    private static Optional<Refusal> together(List<Optional<Refusal>> outcomes) {
        boolean someSucceeded = outcomes.stream().anyMatch(Optional::isEmpty);
        return outcomes.stream()
                .flatMap(Optional::stream)
                .filter(refusal -> !(someSucceeded && refusal.reason() == FailureReason.MODEL_NOT_FOUND))
                .findFirst();
    }

    private static CompletionStage<Optional<Refusal>> refused(Refusal refusal) {
        return CompletableFuture.completedFuture(Optional.of(refusal));
    }
}
