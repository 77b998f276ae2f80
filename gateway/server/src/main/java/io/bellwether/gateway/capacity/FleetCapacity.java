package io.bellwether.gateway.capacity;

import io.bellwether.gateway.capacity.ModelProjection.Planned;
import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Asks the workers what they can promise. Never blocks. */
public final class FleetCapacity {
    private final WorkerDirectory directory;
    private final Executor projector;

    /**
     * @param projector runs projections; may reject them when there are too many
     */
    public FleetCapacity(WorkerDirectory directory, Executor projector) {
        this.directory = directory;
        this.projector = projector;
    }

    /**
     * What workers said, and what follows from it.
     *
     * @param versions by rising version number
     */
    public record Known(List<VersionTotal> versions, ModelProjection projection) {
        public Known {
            versions = List.copyOf(versions);
        }
    }

    /**
     * What a model can promise, and its projection; empty when too many are asked for at once. Never blocks.
     */
    public CompletionStage<Optional<Known>> of(String model, Planned planned) {
        return projected(model, versions -> new Known(versions, ModelProjection.of(versions, planned)));
    }

    /**
     * What two versions of a model would do with shares of its present traffic; empty when too many are asked for at once.
     */
    public CompletionStage<Optional<ModelProjection>> between(
            String model, String stable, String candidate, List<Integer> weightsPercent) {
        return projected(model, versions -> ModelProjection.between(versions, stable, candidate, weightsPercent));
    }

    private <T> CompletionStage<Optional<T>> projected(String model, Function<List<VersionTotal>, T> projection) {
        return totals(model).thenCompose(versions -> {
            try {
                return CompletableFuture.supplyAsync(() -> Optional.of(projection.apply(versions)), projector);
            } catch (RejectedExecutionException e) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
        });
    }

    /**
     * What each version of a model can promise over all workers that answer, by rising version number. Never completes
     * exceptionally: a worker that is away has nothing to add.
     */
    private CompletionStage<List<VersionTotal>> totals(String model) {
        CapacityRequest request = CapacityRequest.newBuilder()
                .setModel(model)
                .setWithArrivals(true)
                .build();
        CompletionStage<TreeMap<String, List<VersionTotal.OnWorker>>> all =
                CompletableFuture.completedFuture(new TreeMap<>(Fleet.VERSION_ORDER));
        for (Worker worker : directory.workers()) {
            CompletionStage<CapacityResponse> one =
                    worker.link().capacity(request).exceptionally(failure -> CapacityResponse.getDefaultInstance());
            all = all.thenCombine(one, (sum, said) -> {
                for (VersionCapacity version : said.getVersionsList()) {
                    sum.computeIfAbsent(version.getVersion(), number -> new ArrayList<>())
                            .add(new VersionTotal.OnWorker(worker.name(), version));
                }
                return sum;
            });
        }
        return all.thenApply(sum -> sum.entrySet().stream()
                .map(entry -> new VersionTotal(entry.getKey(), entry.getValue()))
                .toList());
    }
}
