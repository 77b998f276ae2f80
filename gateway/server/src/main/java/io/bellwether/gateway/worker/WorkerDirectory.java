package io.bellwether.gateway.worker;

import io.bellwether.gateway.call.Timekeeper;
import io.bellwether.gateway.worker.WorkerReport.VersionStatus;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.protocol.oip.RepositoryIndexResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Knows which worker serves what, and picks one for a request. {@link #poll} asks every worker; somebody else calls it
 * once a second. Reading never waits: the fleet is an immutable value behind a volatile field.
 */
public final class WorkerDirectory {
    private static final Logger LOG = Logger.getLogger(WorkerDirectory.class);

    private static final int MISSED_MAX = 5;

    /** A worker that says more often that it changes is asked with the others. */
    private static final long HINT_NANOS_MIN = 100_000_000;

    /** Versions of which a change is logged at a time. */
    private static final int LINES_MAX = 20;

    /** Versions of a message that are looked at; no worker of ours puts more into one. */
    private static final int STATUSES_MAX = 1_024;

    private final Settings settings;
    private final Timekeeper time;
    private final SeatChoice choice;
    private final Object lock = new Object();
    private final Map<Worker, WorkerReport> reports = new HashMap<>();
    private final Map<Worker, Integer> missed = new HashMap<>();
    private final Map<Worker, Long> hintedNanos = new HashMap<>();
    private boolean everAnswered;
    private volatile @Nullable Seats seats;
    private volatile List<Worker> workers = List.of();
    private volatile Fleet fleet = Fleet.UNKNOWN;
    private volatile Consumer<KillNotice> killed = kill -> {};

    /**
     * @param modelsMax models that a worker may list; further ones are ignored
     * @param slowStartNanos how long a worker that begins to serve a version gets fewer requests than the others
     * @param silenceNanosMax how long a worker that tells how its versions stand may be silent and is still believed
     */
    public record Settings(int modelsMax, long slowStartNanos, long silenceNanosMax) {
        private static final long SILENCE_NANOS = 200_000_000;

        /** With workers that tell twenty times a second, if they do. */
        public Settings(int modelsMax, long slowStartNanos) {
            this(modelsMax, slowStartNanos, SILENCE_NANOS);
        }
    }

    /**
     * What decided which of two workers is less busy.
     *
     * @param byTime how often it was how long a request would take there
     * @param byRequests how often it was the requests of this gateway
     */
    public record Choices(long byTime, long byRequests) {}

    /** What a worker told of a version, and how long ago. */
    public record Told(SeatStatus status, long ageNanos) {}

    public WorkerDirectory(List<Worker> workers, Settings settings, Timekeeper time) {
        this(workers, settings, time, bound -> ThreadLocalRandom.current().nextInt(bound));
    }

    /**
     * One whose choices can be repeated.
     *
     * @param draw a random number from 0 to below its argument; for any thread that chooses
     */
    public WorkerDirectory(List<Worker> workers, Settings settings, Timekeeper time, IntUnaryOperator draw) {
        this.settings = settings;
        this.time = time;
        this.choice = new SeatChoice(settings.slowStartNanos(), settings.silenceNanosMax(), draw);
        become(workers);
    }

    public List<Worker> workers() {
        return workers;
    }

    /** From now on these are the workers. One that was there before keeps what is known of it. */
    public void become(List<Worker> next) {
        synchronized (lock) {
            workers = List.copyOf(next);
            reports.keySet().retainAll(workers);
            missed.keySet().retainAll(workers);
            hintedNanos.keySet().retainAll(workers);
            for (Worker worker : workers) {
                if (reports.putIfAbsent(worker, new WorkerReport(worker, false, Map.of())) == null) {
                    worker.link().listen(new News(worker));
                }
            }
            if (everAnswered) {
                rebuild();
            }
        }
    }

    /** From now on this one hears what other gateways took back; see {@link WorkerNews#killed}. */
    public void whenKilled(Consumer<KillNotice> hear) {
        killed = hear;
    }

    /** What the workers serve as far as is known now. */
    public Fleet fleet() {
        return fleet;
    }

    /** What each worker last said of itself, in the order of the configuration. */
    public List<WorkerReport> reports() {
        synchronized (lock) {
            return inOrder();
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
            asked.add(ask(worker).toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new));
    }

    private CompletionStage<Worker> ask(Worker worker) {
        return worker.link().index().handle((index, failure) -> {
            if (index != null) {
                onReport(worker, index);
            } else if (failure instanceof WorkerLink.Unreachable) {
                onDown(worker);
            } else {
                onMissed(worker);
            }
            return worker;
        });
    }

    /** A worker says that it changes: it is asked now, not in up to a second. */
    private void onHint(Worker worker) {
        long nowNanos = time.nanos();
        synchronized (lock) {
            Long lastNanos = hintedNanos.get(worker);
            if (!reports.containsKey(worker) || (lastNanos != null && nowNanos - lastNanos < HINT_NANOS_MIN)) {
                return;
            }
            hintedNanos.put(worker, nowNanos);
        }
        CompletionStage<Worker> unused = ask(worker);
    }

    /** A worker says how its versions stand. Which versions it has is a matter of its index; others are ignored. */
    private void onTold(Worker worker, List<HopStatus> statuses) {
        long nowNanos = time.nanos();
        worker.onTold(nowNanos);
        Seats taken = seats;
        if (taken == null) {
            return;
        }
        int most = Math.min(statuses.size(), STATUSES_MAX);
        for (int i = 0; i < most; i++) {
            HopStatus said = statuses.get(i);
            Seat seat = taken.find(worker, said.getModel(), said.getVersion());
            if (seat != null) {
                seat.onTold(said, nowNanos);
            }
        }
    }

    /** A worker that is merely slow to say what it has keeps its requests for a while. */
    private void onMissed(Worker worker) {
        int inRow;
        synchronized (lock) {
            inRow = reports.containsKey(worker) ? missed.merge(worker, 1, Integer::sum) : 0;
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
     * Whom a request for a version goes to ({@link SeatChoice}).
     *
     * @param except a worker that must not be chosen, or null
     */
    public Optional<Seat> choose(String model, String version, @Nullable Worker except) {
        return choice.among(fleet.ready(model, version), except, time.nanos());
    }

    /** Whom a copy of a request may go to that the holder has ({@link SeatChoice#spare}). */
    Optional<Seat> spare(String model, String version, Worker holder) {
        return choice.spare(fleet.ready(model, version), holder, time.nanos());
    }

    /** By what it was decided so far who is less busy. */
    public Choices choices() {
        return new Choices(choice.byTime(), choice.byRequests());
    }

    /** What a worker last told of a version. */
    public Optional<Told> told(Worker worker, String model, String version) {
        Seats taken = seats;
        Seat seat = taken == null ? null : taken.find(worker, model, version);
        return seat == null
                ? Optional.empty()
                : seat.status().map(status -> new Told(status, time.nanos() - status.atNanos()));
    }

    /** Some worker that serves the version, to be asked about it. */
    public Optional<Worker> anyServing(String model, String version) {
        return fleet.ready(model, version).stream()
                .min(Comparator.comparingInt(seat -> seat.worker().inFlight()))
                .map(Seat::worker);
    }

    private void onReport(Worker worker, RepositoryIndexResponse index) {
        Map<String, Map<String, VersionStatus>> models = new HashMap<>();
        for (RepositoryIndexResponse.ModelIndex entry : index.getModelsList()) {
            if (models.size() < settings.modelsMax() || models.containsKey(entry.getName())) {
                models.computeIfAbsent(entry.getName(), name -> new HashMap<>())
                        .put(entry.getVersion(), new VersionStatus(entry.getState(), entry.getReason()));
            }
        }
        WorkerReport report = new WorkerReport(worker, true, models);
        synchronized (lock) {
            missed.remove(worker);
            if (!reports.containsKey(worker)) {
                return;
            }
            WorkerReport before = reports.put(worker, report);
            if (!report.equals(before) || !everAnswered) {
                everAnswered = true;
                if (before == null || !before.up()) {
                    LOG.infof("worker=%s is up, models=%s", worker.name(), models.keySet());
                }
                if (before != null) {
                    log(worker, report.changes(before));
                }
                rebuild();
            }
        }
    }

    private static void log(Worker worker, List<String> changes) {
        changes.stream().limit(LINES_MAX).forEach(change -> LOG.infof("worker=%s %s", worker.name(), change));
        if (changes.size() > LINES_MAX) {
            LOG.infof("worker=%s and %d other versions", worker.name(), changes.size() - LINES_MAX);
        }
    }

    private void rebuild() {
        Seats next = new Seats(seats, time.nanos());
        fleet = Fleet.of(inOrder(), everAnswered, next);
        seats = next;
    }

    private List<WorkerReport> inOrder() {
        List<WorkerReport> inOrder = new ArrayList<>();
        for (Worker worker : workers) {
            WorkerReport report = reports.get(worker);
            if (report != null) {
                inOrder.add(report);
            }
        }
        return inOrder;
    }

    private final class News implements WorkerNews {
        private final Worker worker;

        News(Worker worker) {
            this.worker = worker;
        }

        @Override
        public void changed() {
            onHint(worker);
        }

        @Override
        public void told(List<HopStatus> statuses) {
            onTold(worker, statuses);
        }

        @Override
        public void killed(KillNotice kill) {
            killed.accept(kill);
        }
    }
}
