package io.bellwether.gateway.capacity;

import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.capacity.VersionCapacity;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks the workers what they can promise. Never blocks. */
public final class FleetCapacity {
    private final WorkerDirectory directory;

    public FleetCapacity(WorkerDirectory directory) {
        this.directory = directory;
    }

    /**
     * What each version of a model can promise over all workers that answer, by rising version number. Never completes
     * exceptionally: a worker that is away has nothing to add.
     */
    public CompletionStage<List<VersionTotal>> of(String model) {
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
