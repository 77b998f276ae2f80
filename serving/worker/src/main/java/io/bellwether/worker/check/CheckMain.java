package io.bellwether.worker.check;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LocalEngines;
import io.bellwether.engine.TorchEngineSettings;
import io.bellwether.worker.archive.ArchiveLimits;
import io.bellwether.worker.archive.UnpackedArchives;
import io.bellwether.worker.model.ModelFolder;
import io.bellwether.worker.model.ModelRepository.Broken;
import io.bellwether.worker.model.ModelRepository.Entry;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.ModelYaml;
import io.bellwether.worker.serving.EngineStart;
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

/**
 * {@code bellwether model check}: explains a model folder. Needs no running platform, and no native code unless it is asked to
 * load the model. With {@code --load --version N --output json} it is the process in which a worker lets a version be tried.
 */
public final class CheckMain {
    private static final int OK = 0;
    private static final int REFUSED = 1;
    private static final int MISUSED = 2;
    private static final int REPEATS = 2;

    private final EngineStart engines;
    private final PrintStream out;
    private final PrintStream err;

    CheckMain(EngineStart engines, PrintStream out, PrintStream err) {
        this.engines = engines;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        int code = new CheckMain(LocalEngines::start, out, System.err).run(List.of(arguments));
        out.flush();
        // Threads of the native engines would keep the process.
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
            Path scratch = Files.createTempDirectory("bellwether-check-");
            UnpackedArchives archives = new UnpackedArchives(scratch, ArchiveLimits.DEFAULT);
            try {
                CheckReport report = check(asked.get(), archives);
                out.print(asked.get().json() ? report.json() : report.text());
                return report.ok() ? OK : REFUSED;
            } finally {
                archives.remove();
            }
        } catch (IOException e) {
            err.println(
                    "The check cannot write to the folder for temporary files; set java.io.tmpdir to one with space.");
            return MISUSED;
        }
    }

    private CheckReport check(CheckArguments asked, UnpackedArchives archives) {
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
        Optional<InferenceEngine> engine = Optional.empty();
        for (Entry entry : entries) {
            if (entry instanceof Broken broken) {
                versions.add(refused(broken.version(), List.of(broken.reason().split(" \\| "))));
            } else if (entry instanceof Loadable loadable && asked.load()) {
                try {
                    engine = Optional.of(engine.isPresent() ? engine.get() : start(loadable, asked));
                    versions.add(tried(loadable, engine.get()));
                } catch (EngineFault fault) {
                    versions.add(
                            refused(loadable.version(), problems(String.valueOf(fault.getMessage()), fault.detail())));
                }
            } else if (entry instanceof Loadable loadable) {
                versions.add(
                        new CheckReport.Version(loadable.version(), loadable.platform(), List.of(), Optional.empty()));
            }
        }
        if (versions.isEmpty()) {
            versions.add(
                    refused("", List.of("there is no version " + asked.version().orElse("") + " that is served")));
        }
        return new CheckReport(
                model, versions, reading.notes(), reading.effective().map(ModelYaml::write));
    }

    private InferenceEngine start(Loadable loadable, CheckArguments asked) throws EngineFault {
        return engines.start(new TorchEngineSettings(loadable.spec().intraOpThreads(), asked.nativeCache(), true));
    }

    private static CheckReport.Version tried(Loadable loadable, InferenceEngine engine) {
        Trial.Outcome outcome = Trial.run(loadable, engine, REPEATS);
        if (outcome instanceof Trial.Failed failed) {
            return refused(loadable.version(), problems(failed.reason(), failed.detail()));
        }
        return new CheckReport.Version(
                loadable.version(), loadable.platform(), List.of(), Optional.of((Trial.Passed) outcome));
    }

    private static List<String> problems(String reason, String detail) {
        return detail.isEmpty() || detail.equals(reason) ? List.of(reason) : List.of(reason, detail);
    }

    private static CheckReport.Version refused(String version, List<String> problems) {
        return new CheckReport.Version(version, "", problems, Optional.empty());
    }
}
