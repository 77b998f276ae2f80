package io.bellwether.loadtests.simulation;

import io.bellwether.controlapi.log.Command;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Lets the planned faults happen, and makes all well at the end. */
final class Nemesis {
    private static final double LOSS = 0.2;
    private static final long DELAY_NANOS = Agenda.SECOND;

    private final World world;

    Nemesis(World world) {
        this.world = world;
    }

    void plan(List<Fault> faults) {
        for (Fault fault : faults) {
            world.agenda().after(fault.atMillis() * Agenda.MILLI, () -> {
                world.history().add("fault", fault + " begins" + ": " + host(fault.one()) + ", " + host(fault.other()));
                world.tallies().add("fault " + fault.kind());
                Runnable end = begin(fault);
                world.agenda().after(fault.forMillis() * Agenda.MILLI, () -> {
                    world.history().add("fault", fault + " ends");
                    end.run();
                });
            });
        }
    }

    /** @return what ends it */
    private Runnable begin(Fault fault) {
        Host one = host(fault.one());
        GatewayHost gateway =
                world.gateways().get(fault.one() % world.gateways().size());
        WorkerHost worker = world.workers().get(fault.one() % world.workers().size());
        return switch (fault.kind()) {
            case CRASH -> crash(one);
            case CRASH_AND_LOSE_DISK -> {
                Runnable start = crash(gateway.host());
                gateway.disk().lose();
                yield start;
            }
            case PAUSE -> {
                one.pause(fault.forMillis() * Agenda.MILLI);
                yield () -> {};
            }
            case PARTITION -> ways(List.of(one), List.of(host(fault.other())), true);
            case ONE_WAY -> ways(List.of(one), List.of(host(fault.other())), false);
            case ISOLATION -> ways(List.of(one), world.hosts(), true);
            case SKEW -> {
                one.skew(2 * Fault.SKEW_MILLIS_MAX * fault.other() / 1_000 - Fault.SKEW_MILLIS_MAX);
                yield () -> one.skew(0);
            }
            case LOSS -> {
                world.network().lose(LOSS, LOSS);
                yield () -> world.network().lose(0.01, 0.01);
            }
            case DELAY -> {
                world.network().slowDown(DELAY_NANOS);
                yield () -> world.network().slowDown(4 * Agenda.MILLI);
            }
            case DISK_FULL -> {
                gateway.disk().full(true);
                yield () -> gateway.disk().full(false);
            }
            case UNLOAD -> {
                String version = World.VERSIONS.get(fault.other() % World.VERSIONS.size());
                worker.load(version, false);
                yield () -> worker.load(version, true);
            }
            case TWO_ANSWERS -> {
                worker.answersTwice(true);
                yield () -> worker.answersTwice(false);
            }
            case NONSENSE -> {
                nonsense(fault.other() % 4);
                yield () -> {};
            }
        };
    }

    private Host host(int number) {
        return world.hosts().get(number % world.hosts().size());
    }

    private Runnable crash(Host host) {
        if (!host.isUp()) {
            return () -> {};
        }
        world.crash(host);
        return () -> world.start(host);
    }

    private Runnable ways(List<Host> from, List<Host> to, boolean both) {
        List<Runnable> ends = new ArrayList<>();
        for (Host one : from) {
            for (Host other : to) {
                block(one, other, ends);
                if (both) {
                    block(other, one, ends);
                }
            }
        }
        return () -> ends.forEach(Runnable::run);
    }

    private void block(Host from, Host to, List<Runnable> ends) {
        if (from != to) {
            world.network().block(from, to);
            ends.add(() -> world.network().unblock(from, to));
        }
    }

    private void nonsense(int sort) {
        byte[] value =
                switch (sort) {
                    case 0 -> null;
                    case 1 -> "no command at all".getBytes(StandardCharsets.UTF_8);
                    case 2 ->
                        Command.newBuilder().setId("of a later release").build().toByteArray();
                    default -> new byte[0];
                };
        var unused = world.broker().append(value);
    }

    /** No more faults: whoever is down starts, every way is open, every clock is right. */
    void calm() {
        world.history().add("fault", "calm");
        world.network().heal();
        for (Host host : world.hosts()) {
            host.skew(0);
            if (!host.isUp()) {
                world.start(host);
            }
        }
        world.gateways().forEach(gateway -> gateway.disk().full(false));
        for (WorkerHost worker : world.workers()) {
            worker.answersTwice(false);
            World.VERSIONS.forEach(version -> worker.load(version, true));
        }
    }
}
