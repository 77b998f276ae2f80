package io.bellwether.worker.trial;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelRunner;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.engine.WarmUp;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.worker.model.ModelRepository.Loadable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Loads one model version as a worker would, runs it on zeros at every batch size, and lets it go. A damaged program can end
 * the process, so this belongs in one that serves nobody.
 */
public final class Trial {
    private Trial() {}

    /** What came of it. */
    public sealed interface Outcome {}

    /**
     * It loads, runs, and answers what it declares.
     *
     * @param profile what it takes at each batch size
     */
    public record Passed(WarmUpProfile profile) implements Outcome {}

    /**
     * It does not.
     *
     * @param reason fit for clients
     * @param detail what the engine said, for operators
     */
    public record Failed(String reason, String detail) implements Outcome {}

    /**
     * Tries the version out.
     *
     * @param repeats runs at each batch size, at least 1
     */
    public static Outcome run(Loadable version, InferenceEngine engine, int repeats) {
        ModelSource source = version.source();
        try {
            openTokenizer(version, engine);
            try (LoadedModel program = engine.load(source);
                    ModelRunner runner = program.newRunner()) {
                int rowsMax = version.spec().forwardRowsMax();
                return new Passed(
                        version.spec().isOpen()
                                ? WarmUp.tryRun(runner, source, rowsMax, repeats)
                                : WarmUp.run(runner, source, rowsMax, repeats));
            }
        } catch (EngineFault fault) {
            return new Failed(String.valueOf(fault.getMessage()), fault.detail());
        }
    }

    private static void openTokenizer(Loadable version, InferenceEngine engine) throws EngineFault {
        Optional<Path> file = version.tokenizer();
        if (file.isEmpty()) {
            return;
        }
        TextTokenizer tokenizer = engine.tokenizer(file.get(), version.spec().lengthMax());
        tokenizer.close();
    }
}
