package io.bellwether.loadtests.simulation;

import com.google.protobuf.ByteString;
import io.bellwether.gateway.worker.KillNotice;
import io.bellwether.protocol.Account;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.Origin;
import io.bellwether.protocol.hop.GatewayTurn;
import io.bellwether.protocol.hop.HopAnswer;
import io.bellwether.protocol.hop.HopRefusal;
import io.bellwether.protocol.hop.HopRequest;
import io.bellwether.protocol.oip.ModelInferRequest;
import io.bellwether.protocol.oip.ModelInferResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import io.bellwether.protocol.oip.RepositoryIndexResponse.ModelIndex;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** A worker: answers what it is asked with the number of the request, after the time that the version takes. */
final class WorkerHost {
    private static final long MILLIS_PER_SLOT = 1_000;
    private static final double SPREAD = 0.4;
    private static final double TWICE_SHARE = 0.1;
    private static final double COST_PICO_USD = 1e6;

    private final Host host;
    private final BiFunction<String, String, Behaviour> behaviour;
    private final boolean crosses;
    private final Set<Link.Connection> connections = new LinkedHashSet<>();
    private final Set<String> unloaded = new TreeSet<>();
    private final Map<String, WorkerCells> cells = new HashMap<>();
    private final Map<String, KillNotice> kills = new LinkedHashMap<>();
    private boolean answersTwice;
    private ByteString lastOutput = ByteString.EMPTY;

    /**
     * @param behaviour of a version of a model
     * @param crosses whether it gives everybody the answer of the one before
     */
    WorkerHost(Host host, BiFunction<String, String, Behaviour> behaviour, boolean crosses) {
        this.host = host;
        this.behaviour = behaviour;
        this.crosses = crosses;
    }

    Host host() {
        return host;
    }

    void start(Network network, Broker broker) {
        host.start();
        cells.clear();
        for (String model : World.MODELS) {
            cells.put(model, new WorkerCells(model));
        }
        Reporter.start(host, Snapshot.Process.WORKER, network, broker, this::counted);
    }

    private List<Snapshot> counted() {
        long nowSlot = Math.floorDiv(host.epochMillis(), 1_000);
        return World.MODELS.stream()
                .map(model -> cells.get(model).snapshot(nowSlot))
                .toList();
    }

    void crash() {
        host.kill();
        kills.clear();
        List<Link.Connection> broken = new ArrayList<>(connections);
        connections.clear();
        broken.forEach(Link.Connection::reset);
    }

    void load(String version, boolean isLoaded) {
        if (isLoaded) {
            unloaded.remove(version);
        } else {
            unloaded.add(version);
        }
    }

    /** From now on some answers come twice, which no protocol allows. */
    void answersTwice(boolean does) {
        answersTwice = does;
    }

    void connected(Link.Connection connection) {
        connections.add(connection);
        if (!kills.isEmpty()) {
            connection.tell(List.copyOf(kills.values()));
        }
    }

    /** A gateway says what was taken back; what is new goes to all. */
    void spread(List<KillNotice> said) {
        List<KillNotice> news = said.stream()
                .filter(kill -> kills.putIfAbsent(kill.kill().key(), kill) == null)
                .toList();
        if (!news.isEmpty()) {
            connections.forEach(connection -> connection.tell(news));
        }
    }

    void forget(Link.Connection connection) {
        connections.remove(connection);
    }

    RepositoryIndexResponse index() {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        for (String model : World.MODELS) {
            for (String version : World.VERSIONS) {
                boolean ready = !unloaded.contains(version);
                index.addModels(ModelIndex.newBuilder()
                        .setName(model)
                        .setVersion(version)
                        .setState(ready ? "READY" : "UNAVAILABLE")
                        .setReason(ready ? "" : "unloaded"));
            }
        }
        return index.build();
    }

    void onTurn(Link.Connection connection, GatewayTurn turn) {
        for (HopRequest request : turn.getRequestsList()) {
            onRequest(connection, request);
        }
    }

    private void onRequest(Link.Connection connection, HopRequest request) {
        ModelInferRequest asked = request.getInference();
        Origin origin = Origin.of(request)
                .orElseGet(() -> new Origin(Math.floorDiv(host.epochMillis(), MILLIS_PER_SLOT), "PINNED", "", ""));
        if (unloaded.contains(asked.getModelVersion())) {
            connection.answer(refused(request, FailureReason.NOT_READY));
            return;
        }
        WorkerCells counts = cells.get(asked.getModelName());
        counts.enter(origin.slot());
        Behaviour how = behaviour.apply(asked.getModelName(), asked.getModelVersion());
        long takesNanos =
                (long) (how.medianMillis() * Math.exp(SPREAD * host.random().nextGaussian()) * Agenda.MILLI);
        if (takesNanos > request.getBudgetNanos()) {
            host.after(request.getBudgetNanos(), () -> {
                counts.leave(origin.slot());
                connection.answer(refused(request, FailureReason.DEADLINE_EXCEEDED));
            });
        } else {
            host.after(takesNanos, () -> {
                counts.leave(origin.slot());
                connection.answer(computed(request, origin, how, takesNanos));
                if (answersTwice && host.random().nextDouble() < TWICE_SHARE) {
                    connection.answer(refused(request, FailureReason.INTERNAL));
                }
            });
        }
    }

    private HopAnswer computed(HopRequest request, Origin origin, Behaviour how, long tookNanos) {
        if (host.random().nextDouble() < how.failedShare()) {
            return refused(request, FailureReason.MODEL_FAILED);
        }
        ModelInferRequest asked = request.getInference();
        boolean nonfinite = host.random().nextDouble() < how.nonfiniteShare();
        long costPicoUsd =
                (long) (COST_PICO_USD * Math.exp(SPREAD * host.random().nextGaussian()));
        cells.get(asked.getModelName())
                .computed(
                        asked.getModelVersion(),
                        origin,
                        nonfinite,
                        host.random().nextInt(2),
                        costPicoUsd);
        return HopAnswer.newBuilder()
                .setId(request.getId())
                .setInference(ModelInferResponse.newBuilder()
                        .setModelName(asked.getModelName())
                        .setModelVersion(asked.getModelVersion())
                        .setId(asked.getId())
                        .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                                .setName("number")
                                .setDatatype("INT64")
                                .addShape(1))
                        .addRawOutputContents(output(asked.getRawInputContents(0))))
                .setAccount(new Account(true, 1, 0, tookNanos, costPicoUsd, nonfinite ? 1 : 0).message())
                .build();
    }

    private ByteString output(ByteString input) {
        ByteString given = crosses && !lastOutput.isEmpty() ? lastOutput : input;
        lastOutput = input;
        return given;
    }

    private static HopAnswer refused(HopRequest request, FailureReason reason) {
        return HopAnswer.newBuilder()
                .setId(request.getId())
                .setRefusal(HopRefusal.newBuilder().setReason(reason.name()).setMessage("simulated"))
                .build();
    }
}
