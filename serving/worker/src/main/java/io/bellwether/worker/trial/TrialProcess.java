package io.bellwether.worker.trial;

import io.bellwether.worker.model.Fingerprint;
import io.bellwether.worker.model.ModelRepository.Loadable;
import io.bellwether.worker.serving.Rehearsal;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries versions in a process of their own, one after the other, and in a new one when a version has ended it. A version
 * that passed is not tried again as long as its files are the same.
 */
public final class TrialProcess implements Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(TrialProcess.class);
    private static final int ANSWERS_MAX = 64;
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(5);
    /** A process that computed for less than this share of the time either waits for a processor or for nothing. */
    private static final double STARVED_SHARE = 0.2;

    private final Function<Urgency, List<String>> command;
    private final PassedTrials passed;
    private final long nanosMax;
    private final ModelChoices choices;
    private final long lookNanos;

    /**
     * @param command starts {@link TrialMain}; asked before each start
     * @param passed remembers what passed
     * @param nanosMax longest time for one version, the start of the process included
     * @param processors of this machine
     */
    public TrialProcess(Function<Urgency, List<String>> command, PassedTrials passed, long nanosMax, int processors) {
        this(command, passed, nanosMax, processors, LOOK_NANOS);
    }

    /**
     * @param lookNanos after how long, again and again, a process without urgency is looked at
     */
    TrialProcess(
            Function<Urgency, List<String>> command,
            PassedTrials passed,
            long nanosMax,
            int processors,
            long lookNanos) {
        this.command = command;
        this.lookNanos = lookNanos;
        this.passed = passed;
        this.nanosMax = nanosMax;
        this.choices = new ModelChoices(processors);
    }

    @Override
    public Map<Loadable, Verdict> verdicts(Map<Loadable, Fingerprint> versions) throws InterruptedException {
        versions.forEach(
                (version, files) -> passed.chosen(files.digest()).ifPresent(choice -> choices.recall(version, choice)));
        // What is measured would come out too slow in a process that only gets what others leave.
        Urgency urgency = versions.keySet().stream().anyMatch(choices::isOpen) ? Urgency.LITTLE : Urgency.NONE;
        Map<Loadable, Verdict> verdicts = new HashMap<>();
        Running running = null;
        try {
            for (Map.Entry<Loadable, Fingerprint> entry : versions.entrySet()) {
                Loadable version = entry.getKey();
                if (isKnown(version, entry.getValue())) {
                    verdicts.put(version, new Passed(choices.of(version)));
                    continue;
                }
                running = running == null ? new Running(urgency) : running;
                Optional<String> answer = running.answer(version, choices.isOpen(version));
                if (answer.isEmpty()) {
                    LOG.info(
                            "model={} version={} its trial gets no processor; it is tried again with a little urgency",
                            version.model(),
                            version.version());
                    running.end();
                    urgency = Urgency.LITTLE;
                    running = new Running(urgency);
                    answer = running.answer(version, choices.isOpen(version));
                }
                verdicts.put(version, verdict(answer.orElseThrow(), version, entry.getValue()));
                running = running.isAlive() ? running : null;
            }
        } catch (IOException e) {
            LOG.error("the process for trials does not start", e);
            versions.forEach((version, files) -> verdicts.putIfAbsent(version, unstarted(version, files)));
        } finally {
            if (running != null) {
                running.end();
            }
        }
        return verdicts;
    }

    private boolean isKnown(Loadable version, Fingerprint files) {
        return passed.contains(files.digest()) && !choices.isOpen(version);
    }

    private Verdict verdict(String answer, Loadable version, Fingerprint files) {
        boolean open = choices.isOpen(version);
        if (!answer.equals(TrialMain.PASSED) && !answer.startsWith(TrialMain.PASSED + "\t")) {
            return new Refused(answer.substring(answer.indexOf('\t') + 1));
        }
        if (open) {
            ProfileText.read(answer.substring(answer.indexOf('\t') + 1))
                    .ifPresentOrElse(
                            profile -> choices.choose(version, profile),
                            () -> LOG.warn(
                                    "model={} version={} instances and threads could not be measured; those that are left"
                                            + " open are 1",
                                    version.model(),
                                    version.version()));
        }
        passed.add(files.digest(), choices.lasting(version));
        return new Passed(choices.of(version));
    }

    private Verdict unstarted(Loadable version, Fingerprint files) {
        return isKnown(version, files)
                ? new Passed(choices.of(version))
                : new Refused("it could not be tried in a process of its own; see the log of the worker");
    }

    /** One process; it may end at any moment. */
    private final class Running {
        private final Urgency urgency;
        private final Process process;
        private final BufferedWriter questions;
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>(ANSWERS_MAX);

        Running(Urgency urgency) throws IOException {
            this.urgency = urgency;
            process = new ProcessBuilder(command.apply(urgency))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            questions = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
            Thread reader = new Thread(this::read, "trial-reader");
            reader.setDaemon(true);
            reader.start();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /**
         * What it says of a version, or a failure in its place; empty if it has no urgency and hardly ran.
         *
         * @param measured whether it is to find out how the version runs best
         */
        Optional<String> answer(Loadable version, boolean measured) throws InterruptedException {
            try {
                questions.write(
                        version.model() + "\t" + version.version() + (measured ? "\t" + TrialMain.MEASURE : "") + "\n");
                questions.flush();
            } catch (IOException e) {
                return Optional.of(failed(ended(version)));
            }
            long endNanos = System.nanoTime() + nanosMax;
            long leftNanos = nanosMax;
            while (leftNanos > 0) {
                long computedNanos = computedNanos();
                long waitNanos = urgency == Urgency.NONE ? Math.min(leftNanos, lookNanos) : leftNanos;
                String answer = answers.poll(waitNanos, TimeUnit.NANOSECONDS);
                if (answer != null) {
                    return Optional.of(answer.isEmpty() ? failed(ended(version)) : answer);
                }
                leftNanos = endNanos - System.nanoTime();
                if (urgency == Urgency.NONE
                        && leftNanos > 0
                        && computedNanos() - computedNanos < STARVED_SHARE * waitNanos) {
                    return Optional.empty();
                }
            }
            process.destroyForcibly().waitFor();
            return Optional.of(failed("it did not load and run within " + TimeUnit.NANOSECONDS.toSeconds(nanosMax)
                    + " s in a process of its own"));
        }

        private long computedNanos() {
            return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
        }

        /**
         * It has said what was asked and holds nothing that must be kept. Left to end by itself it would take libtorch apart
         * first, a tenth of all its work.
         */
        void end() throws InterruptedException {
            process.destroyForcibly().waitFor();
        }

        private static String failed(String reason) {
            return TrialMain.FAILED + "\t" + reason;
        }

        private String ended(Loadable version) throws InterruptedException {
            String how = ChildJava.ending(process.waitFor());
            LOG.warn(
                    "model={} version={} reason=CRASHED a process that tried it ended with {}",
                    version.model(),
                    version.version(),
                    how);
            return "the process that tried it ended with " + how + "; its program would take the worker down";
        }

        /** Hands on answers, and an empty one when the process has ended. */
        private void read() {
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.startsWith(TrialMain.ANSWER)) {
                        answers.put(line.substring(TrialMain.ANSWER.length()));
                    }
                }
            } catch (IOException e) {
                LOG.debug("the process for trials has gone", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            boolean unused = answers.offer("");
        }
    }
}
