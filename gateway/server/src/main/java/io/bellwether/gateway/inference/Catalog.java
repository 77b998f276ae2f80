package io.bellwether.gateway.inference;

import io.bellwether.gateway.worker.Fleet;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.gateway.worker.WorkerLink;
import io.bellwether.protocol.Decoded;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Refusal;
import io.bellwether.protocol.oip.ModelConfigRequest;
import io.bellwether.protocol.oip.ModelConfigResponse;
import io.bellwether.protocol.oip.ModelMetadataRequest;
import io.bellwether.protocol.oip.ModelMetadataResponse;
import io.bellwether.protocol.oip.ModelStatisticsRequest;
import io.bellwether.protocol.oip.ModelStatisticsResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse.ModelIndex;
import io.bellwether.protocol.oip.ServerMetadataResponse;
import io.bellwether.routing.RouteTable;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What there is to ask beside inference: which models, versions and extensions. The same for both edges; never blocks. */
public final class Catalog {
    private static final List<String> EXTENSIONS = List.of(
            "binary_tensor_data",
            "classification",
            "model_configuration",
            "parameters",
            "schedule_policy",
            "statistics");

    private static final List<String> CONTROL_EXTENSIONS =
            List.of("model_repository", "model_repository(unload_dependents)");

    private final WorkerDirectory directory;
    private final Supplier<RouteTable> routes;
    private final String serverVersion;
    private final ModelControl control;

    public Catalog(WorkerDirectory directory, Supplier<RouteTable> routes, String serverVersion, ModelControl control) {
        this.directory = directory;
        this.routes = routes;
        this.serverVersion = serverVersion;
        this.control = control;
    }

    /** What can be changed of it. */
    public ModelControl control() {
        return control;
    }

    public ServerMetadataResponse server() {
        return ServerMetadataResponse.newBuilder()
                .setName("bellwether")
                .setVersion(serverVersion)
                .addAllExtensions(EXTENSIONS)
                .addAllExtensions(control.enabled() ? CONTROL_EXTENSIONS : List.of())
                .build();
    }

    /**
     * @param readyOnly leave out what does not serve
     */
    public RepositoryIndexResponse index(boolean readyOnly) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        new TreeMap<>(directory.fleet().models())
                .forEach((name, model) -> model.versions().forEach((version, status) -> {
                    if (!readyOnly || !status.ready().isEmpty()) {
                        index.addModels(ModelIndex.newBuilder()
                                .setName(name)
                                .setVersion(version)
                                .setState(status.state())
                                .setReason(status.reason()));
                    }
                }));
        return index.build();
    }

    /**
     * Whether a request would be served now.
     *
     * @param version empty: the one that unpinned requests go to
     */
    public Decoded<Boolean> ready(String model, String version) {
        return version(model, version).then(found -> Decoded.valid(isReady(model, found)));
    }

    /** What a version takes and gives, asked of a worker that serves it. Never completes exceptionally. */
    public CompletionStage<Decoded<ModelMetadataResponse>> metadata(String model, String version) {
        return ask(model, version, (link, found) -> link.metadata(ModelMetadataRequest.newBuilder()
                        .setName(model)
                        .setVersion(found)
                        .build())
                .thenApply(metadata -> of(metadata, directory.fleet().models().get(model))));
    }

    /** How a version is configured, asked of a worker that serves it. Never completes exceptionally. */
    public CompletionStage<Decoded<ModelConfigResponse>> config(String model, String version) {
        return ask(model, version, (link, found) -> link.config(ModelConfigRequest.newBuilder()
                        .setName(model)
                        .setVersion(found)
                        .build())
                .thenApply(Decoded::valid));
    }

    /**
     * What versions did so far, over all workers that can be asked. Never completes exceptionally.
     *
     * @param model empty: all models
     * @param version empty: all versions
     */
    public CompletionStage<Decoded<ModelStatisticsResponse>> statistics(String model, String version) {
        Fleet fleet = directory.fleet();
        Fleet.Model known = fleet.models().get(model);
        if (!model.isEmpty()
                && (known == null || (!version.isEmpty() && !known.versions().containsKey(version)))) {
            return CompletableFuture.completedFuture(
                    ModelLookup.unknown(fleet, model, version).as());
        }
        ModelStatisticsRequest request = ModelStatisticsRequest.newBuilder()
                .setName(model)
                .setVersion(version)
                .build();
        CompletionStage<StatisticsSum> sum = CompletableFuture.completedFuture(new StatisticsSum());
        for (Worker worker : directory.workers()) {
            // A worker that is away, or lacks the model, has nothing to add.
            CompletionStage<ModelStatisticsResponse> one = worker.link()
                    .statistics(request)
                    .exceptionally(failure -> ModelStatisticsResponse.getDefaultInstance());
            sum = sum.thenCombine(one, StatisticsSum::add);
        }
        return sum.thenApply(all -> Decoded.valid(all.response()));
    }

    /** Something to ask of a worker about a version. */
    private interface Question<A> {
        CompletionStage<Decoded<A>> ask(WorkerLink link, String version);
    }

    private <A> CompletionStage<Decoded<A>> ask(String model, String version, Question<A> question) {
        Decoded<String> wanted = version(model, version);
        if (wanted instanceof Decoded.Refused<String> refused) {
            return CompletableFuture.completedFuture(refused.refusal().as());
        }
        String found = ((Decoded.Valid<String>) wanted).value();
        Fleet.Model known = directory.fleet().models().get(model);
        Optional<Worker> worker = directory.anyServing(model, found);
        if (known == null || worker.isEmpty()) {
            Refusal refusal = known == null ? Refusal.unknownModel(model) : ModelLookup.notReady(model, found, known);
            return CompletableFuture.completedFuture(refusal.as());
        }
        return question.ask(worker.get().link(), found).exceptionally(failure -> noAnswer(model));
    }

    private static <A> Decoded<A> noAnswer(String model) {
        return new Refusal(
                        FailureReason.WORKER_UNAVAILABLE,
                        "the worker that serves model '" + model + "' did not answer a question about it; try again")
                .as();
    }

    /** The worker's answer, with the versions of all workers. */
    private static Decoded<ModelMetadataResponse> of(ModelMetadataResponse metadata, Fleet.@Nullable Model known) {
        return known == null
                ? Decoded.valid(metadata)
                : Decoded.valid(metadata.toBuilder()
                        .clearVersions()
                        .addAllVersions(known.readyVersions())
                        .build());
    }

    private boolean isReady(String model, String version) {
        return !directory.fleet().ready(model, version).isEmpty();
    }

    /** The named version if it exists, else the one that unpinned requests go to; empty if none is known. */
    private Decoded<String> version(String model, String version) {
        Fleet fleet = directory.fleet();
        Fleet.Model known = fleet.models().get(model);
        if (known == null || (!version.isEmpty() && !known.versions().containsKey(version))) {
            return ModelLookup.unknown(fleet, model, version).as();
        }
        return Decoded.valid(
                version.isEmpty()
                        ? routes.get()
                                .stableVersion(model, known.readyVersions())
                                .orElse("")
                        : version);
    }
}
