package io.bellwether.deploy;

import io.bellwether.deploy.platform.ClassArchives;
import io.bellwether.deploy.platform.Identity;
import io.bellwether.deploy.platform.Layout;
import io.bellwether.deploy.platform.Port;
import io.bellwether.deploy.platform.PortCheck;
import io.bellwether.deploy.platform.Repository;
import io.bellwether.deploy.platform.Role;
import io.bellwether.deploy.platform.Settings;
import io.bellwether.deploy.platform.Settings.ProcessProperty;
import io.bellwether.deploy.platform.Supervisor;
import io.bellwether.deploy.pretrained.SampleRepository;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the platform and stays with it until Ctrl-C, or leaves it running with {@code --detach}. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        modelTransformer = PortOptions.class,
        description = "Starts Kafka, a worker, a gateway and monitoring, and stays until Ctrl-C.")
final class UpCommand implements Callable<Integer> {
    /** Given by a launcher that detaches to the one that stays. */
    static final String BACKGROUND = "--background";

    private static final int FAILED = 1;
    private static final Duration LEFTOVER_PATIENCE = Duration.ofSeconds(15);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--detach", description = "Return when everything is ready and leave it running.")
    private boolean detach;

    @Option(names = BACKGROUND, hidden = true, description = "Nobody sits at a terminal.")
    private boolean background;

    @Option(
            names = "--models",
            paramLabel = "FOLDER",
            description = "Model repository of the worker. Default: the sample models.")
    private @Nullable Path models;

    @Option(
            names = "--sample",
            paramLabel = "NAME",
            description = "A further sample model that is not served unless asked for: bge-small.")
    private List<String> samples = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "PROCESS:KEY=VALUE",
            description = "A further property of one process, for example gateway:gateway.limits.body-bytes-max=1M.")
    private List<String> properties = new ArrayList<>();

    @Option(
            names = "--ready-seconds-max",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "Give up when not everything is ready by then. Default: ${DEFAULT-VALUE}.")
    private int readySecondsMax;

    @Option(
            names = "--no-class-archives",
            description = "Neither use nor make archives of class data, with which the next start is faster.")
    private boolean noClassArchives;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var layout = Main.layout();
        var settings = settings(layout);
        Files.createDirectories(lock(layout).getParent());
        if (detach) {
            // a second launcher would take the log of the first one for an old one
            if (Identity.running(layout.identity("launcher")).isPresent()) {
                return alreadyRunning(layout);
            }
            return Detached.start(layout, originalArguments());
        }
        try (var channel = FileChannel.open(lock(layout), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            if (lock == null) {
                return alreadyRunning(layout);
            }
            endLeftovers(layout);
            var complaints = complaints(layout, settings);
            if (!complaints.isEmpty()) {
                complaints.forEach(System.err::println);
                return FAILED;
            }
            return run(layout, settings);
        }
    }

    private int run(Layout layout, Settings settings) throws IOException, InterruptedException {
        System.out.println("Starting Bellwether; state in " + layout.home());
        Repository.remark(Path.of(settings.models())).ifPresent(System.out::println);
        settings.write(layout.settings());
        Identity.of(ProcessHandle.current()).write(layout.identity("launcher"));
        var archives = classArchives(layout);
        var supervisor = new Supervisor(
                layout,
                settings,
                role -> archives.map(known -> known.flags(role)).orElse(List.of()),
                System.out);
        var reason = new AtomicReference<>("a signal asked for it (Ctrl-C or kill)");
        Files.deleteIfExists(layout.stopAsked());
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            archives.ifPresent(ClassArchives::close);
                            stop(supervisor, layout, reason);
                        },
                        "stop"));
        long startNanos = System.nanoTime();
        supervisor.startAll();
        var failure = supervisor.awaitReady(Duration.ofSeconds(readySecondsMax));
        if (failure.isPresent()) {
            reason.set("it could not start");
            System.err.println("Bellwether could not start: " + failure.get());
            return FAILED;
        }
        System.out.printf("Ready after %.1f s.%n%n", (System.nanoTime() - startNanos) / 1e9);
        System.out.println(Greeting.of(layout, settings, background));
        Files.writeString(
                layout.launcherReady(), Long.toString(ProcessHandle.current().pid()));
        archives.ifPresent(ClassArchives::makeMissingBehind);
        return watch(supervisor, reason);
    }

    private Optional<ClassArchives> classArchives(Layout layout) {
        if (noClassArchives) {
            return Optional.empty();
        }
        try {
            return Optional.of(ClassArchives.open(layout));
        } catch (IOException e) {
            System.err.println("Starting without archives of class data: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Starts again what ends, within bounds; ends when the bounds are crossed. */
    private static int watch(Supervisor supervisor, AtomicReference<String> reason)
            throws IOException, InterruptedException {
        var budget = new RestartBudget();
        while (true) {
            var dead = supervisor.awaitEnd();
            System.err.println(supervisor.obituary(dead));
            if (!budget.allows(dead.role(), System.nanoTime())) {
                reason.set(dead.role().label() + " ended too often to be started again: "
                        + RestartBudget.words(dead.role()));
                return FAILED;
            }
            System.out.println("Starting " + dead.role().label() + " again.");
            supervisor.start(dead.role());
        }
    }

    private static void stop(Supervisor supervisor, Layout layout, AtomicReference<String> reason) {
        var why = Files.exists(layout.stopAsked()) ? "'deploy/bellwether down' asked for it" : reason.get();
        System.out.println("Stopping: " + why + ".");
        supervisor.stopAll();
        try {
            Files.deleteIfExists(layout.stopAsked());
            Files.deleteIfExists(layout.launcherReady());
            Files.deleteIfExists(layout.identity("launcher"));
        } catch (IOException e) {
            System.err.println("cannot remove " + layout.identity("launcher") + ": " + e.getMessage());
        }
    }

    private static int alreadyRunning(Layout layout) throws IOException {
        var launcher = Identity.running(layout.identity("launcher"));
        System.out.println("Bellwether already runs"
                + launcher.map(process -> " (launcher has process id " + process.pid() + ")")
                        .orElse("")
                + " with its state in " + layout.home() + ".");
        System.out.println("See it with: deploy/bellwether status. Stop it with: deploy/bellwether down");
        return 0;
    }

    /** After a launcher that was killed, its processes may take a moment to end. */
    private static void endLeftovers(Layout layout) throws IOException, InterruptedException {
        Files.deleteIfExists(layout.launcherReady());
        var leftovers = new ArrayList<CompletableFuture<ProcessHandle>>();
        for (var role : Role.values()) {
            Identity.running(layout.identity(role.label())).ifPresent(process -> {
                System.out.println("Ending " + role.label() + " of an earlier start, process id " + process.pid());
                process.destroy();
                leftovers.add(process.onExit());
            });
        }
        for (var leftover : leftovers) {
            try {
                leftover.get(LEFTOVER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                System.out.println("  it does not end; its ports will be reported as taken");
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static List<String> complaints(Layout layout, Settings settings) {
        var complaints = new ArrayList<String>();
        for (var role : Role.values()) {
            if (!Files.exists(layout.archive(role))) {
                complaints.add("Not built: " + layout.archive(role) + " is missing. Run ./mvnw -Dquick package in "
                        + layout.root() + ", or use deploy/bellwether, which does.");
            }
        }
        if (!Files.isDirectory(Path.of(settings.models()))) {
            complaints.add("The model repository " + settings.models()
                    + " is not a folder. Give one with --models FOLDER, with <model>/model.yaml and"
                    + " <model>/<version>/model.pt in it.");
        }
        complaints.addAll(PortCheck.complaints(settings));
        return complaints;
    }

    private Settings settings(Layout layout) throws IOException {
        var ports = new EnumMap<Port, Integer>(Port.class);
        for (var port : Port.values()) {
            ports.put(port, command().findOption(port.option()).getValue());
        }
        var parsed = new ArrayList<ProcessProperty>();
        for (var text : properties) {
            parsed.add(ProcessProperty.parse(text)
                    .orElseThrow(() -> new ParameterException(
                            command().commandLine(),
                            "--set wants PROCESS:KEY=VALUE with a process of gateway, worker or monitoring, not '"
                                    + text + "'")));
        }
        if (models != null && !samples.isEmpty()) {
            throw new ParameterException(
                    command().commandLine(), "--sample adds to the sample models; --models replaces them. Give one.");
        }
        var folder = models == null ? sampleRepository(layout) : models;
        return new Settings(ports, folder.toAbsolutePath().normalize().toString(), parsed);
    }

    private Path sampleRepository(Layout layout) throws IOException {
        var extras = EnumSet.noneOf(SampleRepository.Extra.class);
        for (var name : samples) {
            extras.add(SampleRepository.Extra.named(name)
                    .orElseThrow(() -> new ParameterException(
                            command().commandLine(), "--sample knows bge-small, not '" + name + "'")));
        }
        var repository = SampleRepository.of(layout.root());
        return repository.hasWeights() ? repository.make(extras) : layout.sampleModels();
    }

    private List<String> originalArguments() {
        return command().commandLine().getParseResult().originalArgs();
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the specification of the command");
        }
        return spec;
    }

    /** Locked by the launcher while it runs. */
    private static Path lock(Layout layout) {
        return layout.settings().resolveSibling("lock");
    }
}
