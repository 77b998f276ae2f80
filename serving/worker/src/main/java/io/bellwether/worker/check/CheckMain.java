package io.bellwether.worker.check;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LocalEngines;
import io.bellwether.engine.TorchEngineSettings;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.protocol.ProtocolLimits;
import io.bellwether.worker.archive.ArchiveLimits;
import io.bellwether.worker.archive.UnpackedArchives;
import io.bellwether.worker.golden.GoldenSignature;
import io.bellwether.worker.lane.LanePolicy;
import io.bellwether.worker.model.ModelFolder;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelYaml;
import io.bellwether.worker.serving.EngineStart;
import io.bellwether.worker.trial.ChildJava;
import io.bellwether.worker.trial.InstanceTrial;
import io.bellwether.worker.trial.Trial;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code bellwether model check}: explains a model folder. Needs no running platform, and no native code unless it is asked to
 * load the model.
 */
public final class CheckMain {
    static final int OK = 0;
    static final int REFUSED = 1;
    static final int MISUSED = 2;
    private static final int LOADING_HEAP_MIB = 512;
    /** As many as TorchScript needs to run a size specialised; the times are shown and judged. */
    private static final int REPEATS = 3;

    private final EngineStart engines;
    private final int processors;
    private final PrintStream out;
    private final PrintStream err;
    private final Attempts attempts;
    private @Nullable InferenceEngine engine;

    /**
     * @param processors of this machine
     * @param attempts what is known of versions that end the process that tries them
     */
    CheckMain(EngineStart engines, int processors, PrintStream out, PrintStream err, Attempts attempts) {
        this.engines = engines;
        this.processors = processors;
        this.out = out;
        this.err = err;
        this.attempts = attempts;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        List<String> all = List.of(arguments);
        boolean load = CheckArguments.parse(all).map(CheckArguments::load).orElse(false);
        int code = load
                ? new LoadingCheck(
                                ChildJava.command(
                                        LOADING_HEAP_MIB,
                                        Optional.empty(),
                                        ChildJava.logFlags(),
                                        ChildJava.classPath(),
                                        LoadingMain.class),
                                out,
                                System.err)
                        .run(all)
                : new CheckMain(
                                LocalEngines::start,
                                Runtime.getRuntime().availableProcessors(),
                                out,
                                System.err,
                                Attempts.NONE)
                        .run(all);
        out.flush();
        System.exit(code);
    }

    int run(List<String> arguments) {
        if (arguments.contains("--help") || arguments.contains("-h")) {
            out.print(CheckArguments.USAGE);
            return OK;
        }
        Optional<CheckArguments> asked = CheckArguments.parse(arguments);
        if (asked.isEmpty() || !Files.exists(asked.get().place())) {
            err.print(asked.map(known -> "There is no " + known.place() + ".\n").orElse(CheckArguments.USAGE));
            return MISUSED;
        }
        try {
            Path scratch = attempts.scratch();
            UnpackedArchives archives = new UnpackedArchives(scratch, ArchiveLimits.DEFAULT);
            try {
                CheckReport report = check(asked.get(), archives);
                out.print(asked.get().json() ? report.json() : report.text());
                return report.ok() ? OK : REFUSED;
            } finally {
                archives.remove();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return MISUSED;
        } catch (IOException e) {
            err.println(
                    "The check cannot write to the folder for temporary files; set java.io.tmpdir to one with space.");
            return MISUSED;
        }
    }

    private CheckReport check(CheckArguments asked, UnpackedArchives archives)
            throws InterruptedException, IOException {
        Path place = asked.place().toAbsolutePath().normalize();
        String file = Objects.requireNonNullElse(place.getFileName(), place).toString();
        String model =
                Files.isDirectory(place) ? file : UnpackedArchives.nameOf(file).orElse(file);
        ModelFolder.Reading reading = ModelFolder.readPlace(model, place, archives);
        List<Entry> entries = reading.entries().stream()
                .filter(entry -> asked.version().isEmpty()
                        || entry.version().isEmpty()
                        || entry.version().equals(asked.version().get()))
                .toList();
        List<CheckReport.Version> versions = new ArrayList<>();
        if (!ModelRepository.isModelName(model)) {
            versions.add(refused("", List.of(ModelRepository.NAME_REFUSAL)));
        }
        List<String> notes = new ArrayList<>(reading.notes());
        for (Entry entry : entries) {
            if (entry instanceof Broken broken) {
                versions.add(refused(broken.version(), List.of(broken.reason().split(" \\| "))));
            } else if (entry instanceof Loadable loadable) {
                versions.add(version(loadable, asked, notes));
            }
        }
        if (entries.isEmpty()) {
            versions.add(
                    refused("", List.of("there is no version " + asked.version().orElse("") + " that is served")));
        }
        return new CheckReport(model, versions, notes, reading.effective().map(ModelYaml::write));
    }

    private CheckReport.Version version(Loadable files, CheckArguments asked, List<String> notes)
            throws InterruptedException, IOException {
        MemoryHint.of(files).ifPresent(notes::add);
        GoldenSignature.Result golden = GoldenSignature.check(files, ProtocolLimits.DEFAULT);
        if (!golden.problems().isEmpty()) {
            return refused(files.version(), golden.problems());
        }
        String cases = "the golden requests of version " + files.version() + " (" + golden.cases()
                + ") fit what it takes and gives";
        int samples = files.spec().hosting().warmUp().size();
        if (samples > 0) {
            notes.add("version " + files.version() + " answers its warm-up samples (" + samples + ") before it serves"
                    + (asked.load() ? "" : "; --load sends them"));
        }
        if (!asked.load()) {
            if (golden.cases() > 0) {
                notes.add(cases + ", and --load runs them");
            }
            return new CheckReport.Version(
                    files.version(), files.platform(), List.of(), Optional.empty(), Optional.empty());
        }
        CheckReport.Version tried = tried(files, asked, golden.cases() + samples > 0);
        if (golden.cases() > 0 && tried.problems().isEmpty()) {
            notes.add(cases + ", and its answers are the expected ones");
        }
        return tried;
    }

    private CheckReport.Version tried(Loadable files, CheckArguments asked, boolean requests)
            throws InterruptedException, IOException {
        Optional<String> end = attempts.endOf(files.version());
        if (end.isPresent()) {
            return refused(
                    files.version(),
                    List.of("its program ended the process that tried it (" + end.get() + "), so it cannot be served"));
        }
        attempts.begin(files.version());
        try {
            InferenceEngine running = engine(asked);
            Trial.Outcome outcome = Trial.run(files, running, REPEATS);
            if (outcome instanceof Trial.Failed failed) {
                return refused(files.version(), problems(failed.reason(), failed.detail()));
            }
            Trial.Passed passed = (Trial.Passed) outcome;
            Optional<String> objection = LanePolicy.objection(files.spec(), List.of(passed.profile()));
            if (objection.isPresent()) {
                return refused(files.version(), List.of(objection.get()));
            }
            Optional<String> failure = requests ? GoldenRun.firstFailure(files, running) : Optional.empty();
            if (failure.isPresent()) {
                return refused(files.version(), List.of(failure.get()));
            }
            return new CheckReport.Version(
                    files.version(),
                    files.platform(),
                    List.of(),
                    Optional.of(passed),
                    choice(files, passed.profile(), running));
        } catch (EngineFault fault) {
            return refused(files.version(), problems(String.valueOf(fault.getMessage()), fault.detail()));
        }
    }

    private Optional<CheckReport.Choice> choice(Loadable files, WarmUpProfile warm, InferenceEngine running)
            throws InterruptedException {
        return InstanceTrial.usual(running)
                .measure(files, warm, processors)
                .map(profile -> new CheckReport.Choice(
                        profile.decide(
                                TimeUnit.MILLISECONDS.toNanos(files.spec().timeoutMillis())),
                        profile));
    }

    private InferenceEngine engine(CheckArguments asked) throws EngineFault {
        InferenceEngine running = engine;
        if (running == null) {
            running = engines.start(new TorchEngineSettings(asked.nativeCache(), true));
            engine = running;
        }
        return running;
    }

    private static List<String> problems(String reason, String detail) {
        return detail.isEmpty() || detail.equals(reason) ? List.of(reason) : List.of(reason, detail);
    }

    private static CheckReport.Version refused(String version, List<String> problems) {
        return new CheckReport.Version(version, "", problems, Optional.empty(), Optional.empty());
    }
}
