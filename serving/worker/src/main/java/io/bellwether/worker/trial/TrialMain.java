package io.bellwether.worker.trial;

import io.bellwether.batching.InstanceProfile;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LocalEngines;
import io.bellwether.engine.TorchEngineSettings;
import io.bellwether.worker.archive.ArchiveLimits;
import io.bellwether.worker.archive.UnpackedArchives;
import io.bellwether.worker.model.ModelRepository;
import io.bellwether.worker.model.ModelRepository.Loadable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A throw-away process that tries model versions: it reads {@code model<tab>version} lines, loads and runs each version, and
 * answers with a line each. Where {@code <tab>measure} follows it also finds out how the version runs best, and answers what
 * {@link ProfileText} reads. It ends when its input does, and may end at any moment by the hand of a model.
 *
 * <p>Arguments: the repository folder, the most versions in it, the folder of native libraries or an empty text, whether
 * the graph optimizer is on, and the folder for what archives hold or an empty text.
 */
public final class TrialMain {
    /** Begins each line that is an answer; native code may print other ones. */
    static final String ANSWER = "bellwether-trial\t";

    /** Behind a question. */
    static final String MEASURE = "measure";

    static final String PASSED = "passed";
    static final String FAILED = "failed";
    private static final int WARM_UP_REPEATS = 1;

    private TrialMain() {}

    /** Serves its input until it ends. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Path root = Path.of(arguments[0]);
        UnpackedArchives archives = arguments[4].isEmpty()
                ? ModelRepository.unpackedIn(root)
                : new UnpackedArchives(Path.of(arguments[4]), ArchiveLimits.DEFAULT);
        ModelRepository repository = new ModelRepository(root, Integer.parseInt(arguments[1]), archives);
        InferenceEngine engine = LocalEngines.startWhenNeeded(new TorchEngineSettings(
                arguments[2].isEmpty() ? Optional.empty() : Optional.of(Path.of(arguments[2])),
                Boolean.parseBoolean(arguments[3])));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] wanted = line.split("\t", -1);
            out.println(ANSWER + answer(repository, wanted, engine));
        }
        // Engines keep threads of their own alive.
        System.exit(0);
    }

    private static String answer(ModelRepository repository, String[] wanted, InferenceEngine engine)
            throws IOException, InterruptedException {
        Optional<Loadable> files = repository.find(wanted[0], wanted[1]);
        if (files.isEmpty()) {
            return FAILED + "\tits files changed while they were read";
        }
        Trial.Outcome outcome = Trial.run(files.get(), engine, WARM_UP_REPEATS);
        if (outcome instanceof Trial.Failed failed) {
            return FAILED + "\t" + failed.reason().replaceAll("[\t\r\n]", " ");
        }
        boolean measured = wanted.length > 2 && wanted[2].equals(MEASURE);
        Optional<InstanceProfile> profile = measured
                ? InstanceTrial.usual(engine)
                        .measure(
                                files.get(),
                                ((Trial.Passed) outcome).profile(),
                                Runtime.getRuntime().availableProcessors())
                : Optional.empty();
        return profile.map(table -> PASSED + "\t" + ProfileText.write(table)).orElse(PASSED);
    }
}
