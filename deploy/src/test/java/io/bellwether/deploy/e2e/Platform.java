package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.deploy.platform.Child;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.LogTail;
import io.bellwether.deploy.platform.Memory;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import io.bellwether.deploy.platform.Supervisor;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The whole platform as processes of its own, on free ports, started by the launcher's own code. */
final class Platform implements AutoCloseable {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration READY_MAX = Duration.ofSeconds(150);

    /** Short warm-ups: for tests of what answers say and not of how long they take. */
    static final ProcessProperty[] HASTY = {
        new ProcessProperty(Role.WORKER, "worker.warm-up.first-time-max", "1s"),
        new ProcessProperty(Role.GATEWAY, "gateway.warm-up.duration-max", "2s")
    };

    private final Layout layout;
    private final Settings settings;
    private final Supervisor supervisor;

    private Platform(Layout layout, Settings settings) {
        this.layout = layout;
        this.settings = settings;
        this.supervisor = new Supervisor(layout, settings, role -> List.of(), System.out);
    }

    /** Starts everything on the sample models and waits until it is ready. */
    static Platform start(Path home, ProcessProperty... properties) throws Exception {
        return start(home, new Layout(ROOT, home).sampleModels(), properties);
    }

    /** Starts everything and waits until it is ready. */
    static Platform start(Path home, Path models, ProcessProperty... properties) throws Exception {
        var platform =
                new Platform(new Layout(ROOT, home), new Settings(freePorts(), models.toString(), List.of(properties)));
        Files.createDirectories(home);
        platform.supervisor.startAll();
        platform.awaitReady();
        return platform;
    }

    /** Starts a worker alone and waits until it is ready. */
    static Platform startWorker(Path home, Path models, ProcessProperty... properties) throws Exception {
        var platform =
                new Platform(new Layout(ROOT, home), new Settings(freePorts(), models.toString(), List.of(properties)));
        Files.createDirectories(home);
        platform.start(Role.WORKER);
        platform.awaitReady();
        return platform;
    }

    /** Starts a gateway alone, without Kafka, and waits until it is ready; it needs a worker for that. */
    static Platform startGateway(Path home, ProcessProperty... properties) throws Exception {
        var own = new ArrayList<>(List.of(properties));
        own.add(new ProcessProperty(Role.GATEWAY, "gateway.kafka.bootstrap", ""));
        var platform = new Platform(new Layout(ROOT, home), new Settings(freePorts(), "", own));
        Files.createDirectories(home);
        platform.start(Role.GATEWAY);
        platform.awaitReady();
        return platform;
    }

    /** Where its worker listens for gateways. */
    String address() {
        return "127.0.0.1:" + settings.port(Port.WORKER_GRPC);
    }

    /** SIGSTOP: a process does nothing more, and nobody is told. */
    void freeze(Role role) throws Exception {
        signal(role, "STOP");
    }

    /** SIGCONT. */
    void thaw(Role role) throws Exception {
        signal(role, "CONT");
    }

    private void signal(Role role, String signal) throws Exception {
        var pid = Long.toString(child(role).process().pid());
        var kill = new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start();
        assertThat(kill.waitFor()).as("kill -" + signal).isZero();
    }

    /** Resident memory of a process, in bytes. */
    long residentBytes(Role role) {
        return Memory.residentBytes(child(role).process().toHandle());
    }

    /** Waits until all that was started is ready. */
    void awaitReady() throws Exception {
        var failure = supervisor.awaitReady(READY_MAX);
        if (failure.isPresent()) {
            close();
            throw new AssertionError(failure.get());
        }
    }

    /** Starts a process, without waiting for it. */
    void start(Role role) throws IOException {
        supervisor.start(role);
    }

    /** Ends a process at once, as the kernel does when memory is short. */
    void kill(Role role) throws InterruptedException {
        var process = child(role).process();
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks a process to end and waits for it. */
    void stop(Role role) {
        assertThat(child(role).stop(Duration.ofSeconds(30)))
                .as(role + " stops by itself")
                .isTrue();
    }

    boolean isAlive(Role role) {
        return child(role).process().isAlive();
    }

    boolean isReady(Role role) {
        return child(role).isReady();
    }

    Settings settings() {
        return settings;
    }

    Layout layout() {
        return layout;
    }

    Client client() {
        return new Client(settings);
    }

    /** The end of the log of a process, for messages. */
    String log(Role role) throws IOException {
        return String.join("\n", LogTail.lastLines(layout.log(role.label()), 40));
    }

    @Override
    public void close() {
        supervisor.close();
    }

    private Child child(Role role) {
        return supervisor.children().get(role);
    }

    /** A number for each port that was free a moment ago. */
    static Map<Port, Integer> freePorts() throws IOException {
        var ports = new EnumMap<Port, Integer>(Port.class);
        var held = new ArrayList<ServerSocket>();
        for (var port : Port.values()) {
            var socket = new ServerSocket(0);
            held.add(socket);
            ports.put(port, socket.getLocalPort());
        }
        for (var socket : held) {
            socket.close();
        }
        return ports;
    }
}
