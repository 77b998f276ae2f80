package io.bellwether.worker.serving;

import io.bellwether.engine.EngineFault;
import io.bellwether.engine.InferenceEngine;
import io.bellwether.engine.LoadedModel;
import io.bellwether.engine.ModelSource;
import io.bellwether.engine.TextTokenizer;
import io.bellwether.engine.WarmUpProfile;
import io.bellwether.worker.lane.RunnerThread;
import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.survival.RunMark;
import io.bellwether.worker.survival.Survival;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a version has in memory: its program, its tokenizer and the threads that run it. Opened and closed by one thread at a
 * time; the tokenizer may be asked for by any.
 */
final class RunningProgram {
    private static final Logger LOG = LoggerFactory.getLogger(RunningProgram.class);

    private final Loadable files;
    private final Fingerprint fingerprint;
    private final Survival survival;
    private final List<RunnerThread> runners = new ArrayList<>();
    private @Nullable LoadedModel program;
    private volatile @Nullable TextTokenizer tokenizer;

    RunningProgram(Loadable files, Fingerprint fingerprint, Survival survival) {
        this.files = files;
        this.fingerprint = fingerprint;
        this.survival = survival;
    }

    /** What turns texts into tokens; empty before {@link #open} and for models that take no text. */
    Optional<TextTokenizer> tokenizer() {
        return Optional.ofNullable(tokenizer);
    }

    /** Reads the program; no thread runs it yet. */
    LoadedModel open(InferenceEngine engine, ModelSource source) throws EngineFault {
        Optional<Path> tokenizerFile = files.tokenizer();
        if (tokenizerFile.isPresent()) {
            tokenizer = engine.tokenizer(tokenizerFile.get(), files.spec().lengthMax());
        }
        try (RunMark mark = mark()) {
            mark.set();
            LoadedModel loaded = engine.load(source);
            program = loaded;
            return loaded;
        }
    }

    /** Says when the version runs, for whoever looks after a crash. */
    RunMark mark() {
        return survival.marks().claim(Survival.label(files.model(), files.version(), fingerprint.digest()));
    }

    /** Starts a thread of it. */
    CompletableFuture<WarmUpProfile> start(RunnerThread runner) {
        runners.add(runner);
        return runner.start();
    }

    /**
     * Waits until its threads have ended; false when one has not.
     *
     * @param leftMillis how long to wait from now on
     */
    boolean join(LongSupplier leftMillis) throws InterruptedException {
        boolean ended = true;
        for (RunnerThread runner : runners) {
            ended &= runner.join(leftMillis.getAsLong());
        }
        return ended;
    }

    /** Frees the memory, unless a thread still runs: a forward cannot be interrupted, and freeing would wait for it. */
    void close(boolean ended) {
        if (!ended) {
            LOG.warn("model={} version={} an execution outlives the drain", files.model(), files.version());
            return;
        }
        LoadedModel loaded = program;
        if (loaded != null) {
            loaded.close();
        }
        TextTokenizer opened = tokenizer;
        if (opened != null) {
            opened.close();
        }
    }
}
