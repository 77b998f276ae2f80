package io.bellwether.loadtests.simulation;

import io.bellwether.routing.ControlState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The platform in virtual time: gateways, workers, the broker, monitoring, clients and people, half a minute of faults and then
 * calm. What decides in it is the platform's own code; time, network, disks and threads are simulated, on one thread. The same
 * seed, faults and sabotage give the same history.
 */
final class World {
    static final List<String> MODELS = List.of("digits", "fraud");
    static final List<String> VERSIONS = List.of("1", "2", "3", "4", "5");
    /** When the last fault is over. */
    static final long CALM_NANOS = 28 * Agenda.SECOND;
    /** How long everybody has then to hear of everything: a gateway tells of its kills every 10 s at least. */
    static final long SETTLE_NANOS = 13 * Agenda.SECOND;

    private static final long SWEEP_NANOS = 250 * Agenda.MILLI;
    private static final double REQUESTS_PER_SECOND = 36;
    private static final int USERS = 30;

    private final Sabotage sabotage;
    private final Agenda agenda = new Agenda();
    private final History history = new History(agenda);
    private final Tallies tallies = new Tallies();
    private final Network network;
    private final LogReferee log;
    private final TrafficReferee requests;
    private final Broker broker;
    private final List<GatewayHost> gateways = new ArrayList<>();
    private final List<WorkerHost> workers = new ArrayList<>();
    private final List<MonitoringHost> monitoring = new ArrayList<>();
    private final List<Host> hosts = new ArrayList<>();
    private final Map<String, Host> gatewayHosts = new HashMap<>();
    private final Map<String, Behaviour> behaviours = new LinkedHashMap<>();
    private final Random arrivals;
    private final Nemesis nemesis = new Nemesis(this);
    private final Persons persons;
    private final List<Fault> faults;
    private final boolean guarded;
    private long asked;
    private @Nullable RuntimeException reported;

    World(long seed, List<Fault> faults, Sabotage sabotage) {
        this.sabotage = sabotage;
        this.faults = faults;
        this.network = new Network(agenda, seed + 1);
        this.arrivals = new Random(seed + 2);
        this.persons = new Persons(this, seed + 3);
        Random shape = new Random(seed + 4);
        this.log = new LogReferee(agenda, history, tallies, Folds.of(sabotage));
        this.requests = new TrafficReferee(agenda, log, history, tallies);
        this.broker = new Broker(host("broker", seed), log);
        broker.host().start();
        int gatewayCount = 2 + shape.nextInt(3);
        int workerCount = 2 + shape.nextInt(3);
        int monitoringCount = 1 + shape.nextInt(3);
        guarded = sabotage != Sabotage.NONE || shape.nextInt(3) > 0;
        for (int i = 1; i <= workerCount; i++) {
            workers.add(
                    new WorkerHost(host("worker-" + i, seed), this::behaviour, sabotage == Sabotage.CROSSES_ANSWERS));
        }
        for (int i = 1; i <= gatewayCount; i++) {
            Host host = host("gateway-" + i, seed);
            gateways.add(new GatewayHost(this, host));
            gatewayHosts.put(host.name(), host);
        }
        for (int i = 1; i <= monitoringCount; i++) {
            monitoring.add(new MonitoringHost(this, host("monitoring-" + i, seed)));
        }
        for (String model : MODELS) {
            for (String version : VERSIONS) {
                boolean bad = !version.equals("1") && shape.nextInt(3) == 0;
                Behaviour sort = List.of(Behaviour.FAILING, Behaviour.NONFINITE, Behaviour.SLOW)
                        .get(shape.nextInt(3));
                behaviours.put(model + "/" + version, bad ? sort : Behaviour.GOOD);
            }
        }
    }

    private Host host(String name, long seed) {
        Host host = new Host(name, agenda, seed);
        hosts.add(host);
        return host;
    }

    private Behaviour behaviour(String model, String version) {
        return behaviours.get(model + "/" + version);
    }

    /** Runs to the end. Throws the {@link Violation} of a rule, as soon as there is one. */
    void run() {
        workers.forEach(worker -> worker.start(network, broker));
        gateways.forEach(GatewayHost::start);
        monitoring.forEach(MonitoringHost::start);
        persons.start();
        nemesis.plan(faults);
        arrive();
        sweep();
        agenda.runUntil(CALM_NANOS, this::look);
        nemesis.calm();
        agenda.runUntil(CALM_NANOS + SETTLE_NANOS, this::look);
        settled();
        tallies.add("telemetry handovers", broker.handovers());
        tallies.add("messages lost", network.lost());
        tallies.add("messages doubled", network.doubled());
        tallies.add("virtual milliseconds", agenda.nowMillis());
    }

    private void look() {
        if (reported != null) {
            throw reported;
        }
    }

    /** Something went wrong where whoever called would not say so. */
    void report(RuntimeException problem) {
        if (reported == null) {
            reported = problem;
        }
    }

    private void arrive() {
        double gapSeconds = -Math.log(1 - arrivals.nextDouble()) / REQUESTS_PER_SECOND;
        agenda.after((long) (gapSeconds * Agenda.SECOND), () -> {
            GatewayHost gateway = gateways.get(arrivals.nextInt(gateways.size()));
            String model = MODELS.get(arrivals.nextInt(MODELS.size()));
            String user = "u" + arrivals.nextInt(USERS);
            long number = asked++;
            gateway.host().deliver(() -> gateway.run().traffic().ask(number, model, user));
            arrive();
        });
    }

    private void sweep() {
        requests.sweep(gatewayHosts);
        agenda.after(SWEEP_NANOS, this::sweep);
    }

    private void settled() {
        for (GatewayHost gateway : gateways) {
            ControlState state = gateway.run().fold().state();
            log.settled(gateway.host().name(), state.lastPosition() + 1);
        }
        for (MonitoringHost replica : monitoring) {
            log.settled(replica.host().name(), replica.next());
        }
        requests.settled(CALM_NANOS);
    }

    void start(Host host) {
        if (host.isUp()) {
            return;
        }
        history.add(host.name(), "starts");
        tallies.add("restarts");
        gateways.stream().filter(gateway -> gateway.host() == host).forEach(GatewayHost::start);
        workers.stream().filter(worker -> worker.host() == host).forEach(worker -> worker.start(network, broker));
        monitoring.stream().filter(replica -> replica.host() == host).forEach(MonitoringHost::start);
        if (host == broker.host()) {
            host.start();
        }
    }

    void crash(Host host) {
        history.add(host.name(), "is killed");
        gateways.stream().filter(gateway -> gateway.host() == host).forEach(GatewayHost::crash);
        workers.stream().filter(worker -> worker.host() == host).forEach(WorkerHost::crash);
        monitoring.stream().filter(replica -> replica.host() == host).forEach(MonitoringHost::crash);
        if (host == broker.host()) {
            host.kill();
        }
    }

    /** Whether gateways take candidates back by themselves; without that, monitoring has to. */
    boolean isGuarded() {
        return guarded;
    }

    Sabotage sabotage() {
        return sabotage;
    }

    Agenda agenda() {
        return agenda;
    }

    History history() {
        return history;
    }

    Tallies tallies() {
        return tallies;
    }

    Network network() {
        return network;
    }

    LogReferee log() {
        return log;
    }

    TrafficReferee requests() {
        return requests;
    }

    Broker broker() {
        return broker;
    }

    List<GatewayHost> gateways() {
        return gateways;
    }

    List<WorkerHost> workers() {
        return workers;
    }

    /** Every process, the broker too. */
    List<Host> hosts() {
        return hosts;
    }
}
