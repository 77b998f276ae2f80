package io.bellwether.worker.trial;

import io.bellwether.batching.InstanceChoice;
import io.bellwether.batching.InstanceProfile;
import io.bellwether.batching.InstanceProfile.Decision;
import io.bellwether.batching.InstanceProfile.Reason;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.model.Parallelism;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the versions of each model run, where their description leaves that open. All versions of a model run like the first that
 * was measured: a candidate and the version that it is compared with must not differ in what is a matter of measuring.
 */
final class ModelChoices {
    private static final Logger LOG = LoggerFactory.getLogger(ModelChoices.class);
    private static final int MODELS_MAX = 1_024;

    private final int processors;
    private final Map<Asked, Kept> chosen = new HashMap<>();

    /** What was chosen, and whether a later process may take it over. */
    private record Kept(InstanceChoice choice, boolean lasting) {}

    /** A model, and what its description gives. */
    private record Asked(String model, Parallelism parallelism) {
        static Asked by(Loadable version) {
            return new Asked(version.model(), version.spec().parallelism());
        }
    }

    /**
     * @param processors of this machine
     */
    ModelChoices(int processors) {
        this.processors = processors;
    }

    /** Whether the version waits for a measurement. */
    boolean isOpen(Loadable version) {
        return version.spec().parallelism().isOpen(processors) && !chosen.containsKey(Asked.by(version));
    }

    /** Empty when there is nothing to choose, or nothing known. */
    Optional<InstanceChoice> of(Loadable version) {
        return Optional.ofNullable(chosen.get(Asked.by(version))).map(Kept::choice);
    }

    /** The same, as far as a later process should know it: what a busy machine left undecided is measured again. */
    Optional<InstanceChoice> lasting(Loadable version) {
        return Optional.ofNullable(chosen.get(Asked.by(version)))
                .filter(Kept::lasting)
                .map(Kept::choice);
    }

    /** What an earlier process has measured. */
    void recall(Loadable version, InstanceChoice choice) {
        if (isOpen(version)) {
            keep(version, choice, true);
            LOG.info(
                    "model={} version={} instances={} intra_op_threads={} processors={} reason=MEASURED_BEFORE",
                    version.model(),
                    version.version(),
                    choice.instances(),
                    choice.threads(),
                    processors);
        }
    }

    /** Chooses by what was measured, and says so in the log with all that it was chosen from. */
    void choose(Loadable version, InstanceProfile profile) {
        Decision decision =
                profile.decide(TimeUnit.MILLISECONDS.toNanos(version.spec().timeoutMillis()));
        keep(version, decision.chosen(), decision.reason() != Reason.MACHINE_BUSY);
        LOG.info(
                "model={} version={} instances={} intra_op_threads={} processors={} reason={} rows={} profile=\"{}\"",
                version.model(),
                version.version(),
                decision.chosen().instances(),
                decision.chosen().threads(),
                processors,
                decision.reason(),
                profile.batchItems(),
                ProfileText.shown(profile));
    }

    private void keep(Loadable version, InstanceChoice choice, boolean lasting) {
        if (chosen.size() >= MODELS_MAX) {
            chosen.clear();
        }
        chosen.put(Asked.by(version), new Kept(choice, lasting));
    }
}
