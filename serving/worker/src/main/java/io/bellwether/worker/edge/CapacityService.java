package io.bellwether.worker.edge;

import io.bellwether.batching.Capacity;
import io.bellwether.batching.LatencyFit;
import io.bellwether.batching.RecentArrivals;
import io.bellwether.protocol.capacity.Arrival;
import io.bellwether.protocol.capacity.CapacityRequest;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.capacity.PromisedCapacity;
import io.bellwether.protocol.capacity.QueuePolicy;
import io.bellwether.protocol.capacity.RunLatency;
import io.bellwether.protocol.capacity.VersionCapacity;
import io.bellwether.protocol.capacity.WorkerCapacityGrpc;
import io.bellwether.worker.lane.LaneReading;
import io.bellwether.worker.lane.LaneRecord;
import io.bellwether.worker.serving.CapacityReading;
import io.bellwether.worker.serving.ServedVersion;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** Tells what the versions of this worker cost and can promise. Runs on event loops and never blocks. */
@GrpcService
public class CapacityService extends WorkerCapacityGrpc.WorkerCapacityImplBase {
    private final ServingHost host;

    @Inject
    public CapacityService(ServingHost host) {
        this.host = host;
    }

    @Override
    public void read(CapacityRequest request, StreamObserver<CapacityResponse> observer) {
        CapacityResponse.Builder response = CapacityResponse.newBuilder();
        for (ServedVersion version : host.models().versions()) {
            boolean wanted = request.getModel().isEmpty()
                    || request.getModel().equals(version.files().model());
            if (wanted && version.state().takesRequests()) {
                response.addVersions(of(version, request.getWithArrivals()));
            }
        }
        observer.onNext(response.build());
        observer.onCompleted();
    }

    private static VersionCapacity of(ServedVersion version, boolean withArrivals) {
        CapacityReading known = CapacityReading.of(version);
        LaneReading lane = known.lane();
        VersionCapacity.Builder message = VersionCapacity.newBuilder()
                .setModel(version.files().model())
                .setVersion(version.files().version())
                .setPolicy(QueuePolicy.newBuilder()
                        .setBatchItemsMax(lane.policy().batchItemsMax())
                        .setQueueRequestsMax(lane.policy().queueRequestsMax())
                        .setInstances(lane.policy().instances())
                        .setObjectiveNanos(lane.policy().objectiveNanos())
                        .setMarginNanos(lane.policy().marginNanos()))
                .setItemsPerSecond(known.itemsPerSecond())
                .setItemsMean(lane.itemsMean())
                .setLengthMean(lane.lengthMean());
        if (lane.state().latency().runs() > 0) {
            message.setLatency(of(lane.state().latency()));
        }
        known.capacity().ifPresent(capacity -> message.setCapacity(of(capacity)));
        if (withArrivals) {
            LaneRecord recent = known.recent(version);
            message.addAllRunMultiples(recent.noise());
            recent.arrivals().forEach(arrival -> message.addArrivals(of(arrival, lane.nowNanos())));
        }
        return message.build();
    }

    private static RunLatency of(LatencyFit fit) {
        return RunLatency.newBuilder()
                .setAlphaNanos(fit.alphaNanos())
                .setBetaNanos(fit.betaNanos())
                .setSigmaShare(fit.sigmaShare())
                .setRuns(fit.runs())
                .setAlphaVariance(fit.alphaVariance())
                .setBetaVariance(fit.betaVariance())
                .setCovariance(fit.covariance())
                .build();
    }

    private static PromisedCapacity of(Capacity capacity) {
        return PromisedCapacity.newBuilder()
                .setBestItems(capacity.bestItems())
                .setMeanNanos(capacity.meanNanos())
                .setP99Nanos(capacity.p99Nanos())
                .setErrorNanos(capacity.errorNanos())
                .setPromisedItemsPerSecond(capacity.promisedItemsPerSecond())
                .setMeanItemsPerSecond(capacity.meanItemsPerSecond())
                .build();
    }

    private static Arrival of(RecentArrivals.Arrival arrival, long nowNanos) {
        return Arrival.newBuilder()
                .setAgeNanos(Math.max(0, nowNanos - arrival.atNanos()))
                .setBudgetNanos(arrival.budgetNanos())
                .setItems(arrival.items())
                .setLength(arrival.length())
                .setWeight(arrival.weight())
                .build();
    }
}
