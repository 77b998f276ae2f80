package io.bellwether.gateway.worker;

import io.bellwether.gateway.worker.WorkerReport.VersionStatus;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Knows which worker serves what, and picks one for a request. {@link #poll} asks every worker; somebody else calls it
 * once a second. Reading never waits: the fleet is an immutable value behind a volatile field.
 */
public final class WorkerDirectory {
    private static final Logger LOG = Logger.getLogger(WorkerDirectory.class);

    private static final int MISSED_MAX = 5;

    private final List<Worker> workers;
    private final int modelsMax;
    private final Object lock = new Object();
    private final Map<Worker, WorkerReport> reports = new HashMap<>();
    private final Map<Worker, Integer> missed = new HashMap<>();
    private boolean everAnswered;
    private volatile Fleet fleet = Fleet.UNKNOWN;

    public WorkerDirectory(List<Worker> workers, int modelsMax) {
        this.workers = List.copyOf(workers);
        this.modelsMax = modelsMax;
        workers.forEach(worker -> reports.put(worker, new WorkerReport(worker, false, Map.of())));
    }

    public List<Worker> workers() {
        return workers;
    }

    /** What the workers serve as far as is known now. */
    public Fleet fleet() {
        return fleet;
    }

    /** Whether the worker answered when it was last asked. */
    public boolean up(Worker worker) {
        synchronized (lock) {
            WorkerReport report = reports.get(worker);
            return report != null && report.up();
        }
    }

    /** Asks every worker what it has. The answers come later. */
    public void poll() {
        CompletionStage<Void> unused = refresh();
    }

    /** The same; completes, never exceptionally, when each has answered or failed to. */
    public CompletionStage<Void> refresh() {
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (Worker worker : workers) {
            CompletionStage<?> heard = worker.link().index().handle((index, failure) -> {
                if (index != null) {
                    onReport(worker, index);
                } else if (failure instanceof WorkerLink.Unreachable) {
                    onDown(worker);
                } else {
                    onMissed(worker);
                }
                return worker;
            });
            asked.add(heard.toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
    }

    /** A worker that is merely slow to say what it has keeps its requests for a while. */
    private void onMissed(Worker worker) {
        int inRow;
        synchronized (lock) {
            inRow = missed.merge(worker, 1, Integer::sum);
        }
        if (inRow >= MISSED_MAX) {
            onDown(worker);
        }
    }

    /** Nobody could be reached there: until it answers the next poll it gets nothing. */
    public void onDown(Worker worker) {
        synchronized (lock) {
            WorkerReport known = reports.get(worker);
            if (known != null && known.up()) {
                LOG.warnf("worker=%s reason=\"not reachable\" gets no requests until it answers again", worker.name());
                reports.put(worker, known.down());
                rebuild();
            }
        }
    }

    /**
     * The less busy of two workers that serve the version, drawn at random.
     *
     * @param except a worker that must not be chosen, or null
     */
    public Optional<Worker> choose(String model, String version, @Nullable Worker except) {
        List<Worker> ready = fleet.ready(model, version);
        if (except != null) {
            ready = ready.stream().filter(worker -> worker != except).toList();
        }
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        if (ready.size() == 1) {
            return Optional.of(ready.get(0));
        }
        int first = ThreadLocalRandom.current().nextInt(ready.size());
        int second = ThreadLocalRandom.current().nextInt(ready.size() - 1);
        Worker one = ready.get(first);
        Worker other = ready.get(second >= first ? second + 1 : second);
        return Optional.of(one.inFlight() <= other.inFlight() ? one : other);
    }

    private void onReport(Worker worker, RepositoryIndexResponse index) {
        Map<String, Map<String, VersionStatus>> models = new HashMap<>();
        for (RepositoryIndexResponse.ModelIndex entry : index.getModelsList()) {
            if (models.size() < modelsMax || models.containsKey(entry.getName())) {
                models.computeIfAbsent(entry.getName(), name -> new HashMap<>())
                        .put(entry.getVersion(), new VersionStatus(entry.getState(), entry.getReason()));
            }
        }
        WorkerReport report = new WorkerReport(worker, true, models);
        synchronized (lock) {
            missed.remove(worker);
            WorkerReport before = reports.put(worker, report);
            if (!report.equals(before) || !everAnswered) {
                everAnswered = true;
                if (before == null || !before.up()) {
                    LOG.infof("worker=%s is up, models=%s", worker.name(), models.keySet());
                }
                rebuild();
            }
        }
    }

    private void rebuild() {
        List<WorkerReport> inOrder = new ArrayList<>();
        for (Worker worker : workers) {
            WorkerReport report = reports.get(worker);
            if (report != null) {
                inOrder.add(report);
            }
        }
        fleet = Fleet.of(inOrder, everAnswered);
    }
}
