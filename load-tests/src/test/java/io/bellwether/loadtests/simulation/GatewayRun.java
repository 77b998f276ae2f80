package io.bellwether.loadtests.simulation;

import io.bellwether.controlapi.log.Command;
import io.bellwether.gateway.control.ControlFold;
import io.bellwether.gateway.control.ControlLog;
import io.bellwether.gateway.control.ControlLogReading;
import io.bellwether.gateway.control.ControlStateFile;
import io.bellwether.gateway.control.KilledRolloutsFile;
import io.bellwether.gateway.control.Resumption;
import io.bellwether.gateway.evidence.ArmOutcomes;
import io.bellwether.gateway.guard.GuardWatch;
import io.bellwether.gateway.guard.KillKeeper;
import io.bellwether.gateway.guard.KillPublisher;
import io.bellwether.gateway.guard.KillSpread;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.routing.RouteTable;
import io.bellwether.routing.SnapshotRead;
import io.bellwether.routing.guard.GuardSettings;
import io.bellwether.routing.guard.LocalGuard;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * One run of a gateway, from its start to its death: the platform's fold, guard and files, which are called when the
 * gateway's own threads would call them. Requests are the business of {@link GatewayTraffic}.
 */
final class GatewayRun implements ControlLog {
    private static final GuardSettings GUARD = new GuardSettings(1e-3, 0.1, 6, 2, 16);
    private static final long GUARD_NANOS = 50 * Agenda.MILLI;
    private static final long POLL_NANOS = 100 * Agenda.MILLI;
    private static final long DELIVERY_NANOS = 4 * Agenda.SECOND;
    private static final double SLOW_READ_SHARE = 0.2;

    private final World world;
    private final Host host;
    private final Broker broker;
    private final Producer producer;
    private final ControlFold fold = new ControlFold();
    private final ArmOutcomes outcomes = new ArmOutcomes();
    private final ControlStateFile stateFile;
    private final GuardWatch guard;
    private final KillKeeper keeper;
    private final KillPublisher publisher;
    private final ControlLogReading reading;
    private final GatewayTraffic traffic;
    private final KillSpread spread;
    private Set<String> killed;
    private boolean reachable;
    private long next;
    private long endAtStart;

    GatewayRun(World world, Host host, Disk disk) {
        this.world = world;
        this.host = host;
        this.broker = world.broker();
        this.producer = new Producer(host, world.network(), broker, DELIVERY_NANOS);
        this.stateFile = new ControlStateFile(disk.file("state"));
        KilledRolloutsFile killsFile = new KilledRolloutsFile(disk.file("kills"));
        this.guard = new GuardWatch(fold, outcomes, new LocalGuard(GUARD), host);
        this.keeper = new KillKeeper(fold, killsFile, stateFile, Runnable::run);
        this.publisher = new KillPublisher(fold, this, host.name(), host);
        KilledRollouts kills = killsFile.load();
        fold.kill(kills);
        keeper.onRestored(kills);
        this.killed = ids(kills);
        Optional<SnapshotRead.Restored> restored = stateFile.load();
        restored.ifPresent(last -> fold.restore(last.state(), last.logId()));
        this.reading = new ControlLogReading(fold);
        world.log().folded(host.name(), fold.state());
        world.requests().started(host.name(), fold.state().lastPosition(), killed);
        this.traffic = new GatewayTraffic(world, host, fold, outcomes, this::routes);
        this.spread = new KillSpread(fold, traffic::workers, host);
        traffic.whenKilled(spread::hear);
    }

    private static Set<String> ids(KilledRollouts kills) {
        return kills.kills().stream().map(Kill::key).collect(Collectors.toUnmodifiableSet());
    }

    void start() {
        host.every(GUARD_NANOS, this::guard);
        host.every(POLL_NANOS, this::readLog);
        traffic.start();
    }

    ControlFold fold() {
        return fold;
    }

    GatewayTraffic traffic() {
        return traffic;
    }

    /** Position that is read next. */
    long next() {
        return next;
    }

    /** The routes by which the next request goes. */
    RouteTable routes() {
        return world.sabotage() == Sabotage.FORGETS_KILLS ? fold.state().routes() : fold.routes();
    }

    private void guard() {
        if (world.isGuarded()) {
            guard.tick();
        }
        long heardBefore = spread.taken();
        spread.tick();
        world.tallies().add("kills heard of", spread.taken() - heardBefore);
        keeper.tick();
        if (!fold.killed().kills().isEmpty()) {
            Set<String> now = ids(fold.killed());
            now.stream().filter(id -> !killed.contains(id)).sorted().forEach(id -> {
                world.tallies().add("guard kills" + (id.indexOf('/') < 0 ? "" : " of arms"));
                world.requests().knows(host.name(), id);
            });
            killed = now;
        }
        if (world.sabotage() != Sabotage.KEEPS_KILLS) {
            publisher.tick();
        }
    }

    private void readLog() {
        if (!world.network().answers(host, broker.host()) || isStuck()) {
            reachable = false;
            return;
        }
        if (!reachable) {
            Resumption from = reading.begin(new Resumption.LogBounds(Broker.LOG_ID, 0, broker.end()));
            next = from.fromPosition();
            endAtStart = broker.end();
            reachable = true;
        }
        int records = host.random().nextDouble() < SLOW_READ_SHARE ? 1 : Integer.MAX_VALUE;
        boolean changed = false;
        while (next < broker.end() && records > 0) {
            read(broker.entry(next));
            records--;
            changed = true;
        }
        if (changed) {
            boolean unused = stateFile.save(fold.state(), fold.logId());
        }
    }

    private void read(Broker.LogRecord entry) {
        if (world.sabotage() == Sabotage.SKIPS_ENTRIES && host.random().nextInt(10) == 0) {
            next++;
            return;
        }
        ControlLogReading.Seen seen =
                reading.read(next, entry.value(), entry.appendedAtMillis(), host.epochMillis(), next >= endAtStart);
        world.log().folded(host.name(), fold.state());
        Command command = seen.command();
        String arm = Kill.key(command.getRolloutId(), command.getRollBack().getVersion());
        for (String key : List.of(command.getRolloutId(), arm)) {
            if ((command.hasRollBack() || command.hasAbort()) && world.log().isKilled(key, next)) {
                world.requests().knows(host.name(), key);
            }
        }
        next++;
        if (world.sabotage() == Sabotage.GOES_BACK && host.random().nextInt(10) == 0) {
            fold.restore(world.log().at(Math.max(-1, next - 8)), fold.logId());
            next = fold.state().lastPosition() + 1;
        }
    }

    private boolean isStuck() {
        return world.sabotage() == Sabotage.STOPS_READING
                && host.name().equals("gateway-1")
                && world.agenda().nowNanos() > World.CALM_NANOS / 2;
    }

    @Override
    public CompletionStage<Long> append(Command command) {
        return reachable
                ? producer.append(command.toByteArray())
                : CompletableFuture.failedFuture(new NotStored("the control log cannot be reached"));
    }

    @Override
    public boolean reachable() {
        return reachable;
    }
}
