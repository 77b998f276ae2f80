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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
    private static final long END_MILLIS = 2_000;

    private final List<String> command;
    private final PassedTrials passed;
    private final long nanosMax;

    /**
     * @param command starts {@link TrialMain}
     * @param passed remembers what passed
     * @param nanosMax longest time for one version, the start of the process included
     */
    public TrialProcess(List<String> command, PassedTrials passed, long nanosMax) {
        this.command = List.copyOf(command);
        this.passed = passed;
        this.nanosMax = nanosMax;
    }

    @Override
    public Map<Loadable, String> refusals(Map<Loadable, Fingerprint> versions) throws InterruptedException {
        Map<Loadable, String> refusals = new HashMap<>();
        Map<Loadable, String> untried = new LinkedHashMap<>();
        versions.forEach((version, files) -> {
            String digest = files.digest();
            if (!passed.contains(digest)) {
                untried.put(version, digest);
            }
        });
        Running running = null;
        try {
            for (Map.Entry<Loadable, String> version : untried.entrySet()) {
                running = running == null ? new Running() : running;
                Optional<String> refusal = running.refusal(version.getKey());
                if (refusal.isPresent()) {
                    refusals.put(version.getKey(), refusal.get());
                } else {
                    passed.add(version.getValue());
                }
                running = running.isAlive() ? running : null;
            }
        } catch (IOException e) {
            LOG.error("the process for trials does not start", e);
            untried.keySet()
                    .forEach(version -> refusals.putIfAbsent(
                            version, "it could not be tried in a process of its own; see the log of the worker"));
        } finally {
            if (running != null) {
                running.end();
            }
        }
        return refusals;
    }

    /** One process; it may end at any moment. */
    private final class Running {
        private final Process process;
        private final BufferedWriter questions;
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>(ANSWERS_MAX);

        Running() throws IOException {
            process = new ProcessBuilder(command)
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

        Optional<String> refusal(Loadable version) throws InterruptedException {
            try {
                questions.write(version.model() + "\t" + version.version() + "\n");
                questions.flush();
            } catch (IOException e) {
                return Optional.of(ended(version));
            }
            String answer = answers.poll(nanosMax, TimeUnit.NANOSECONDS);
            if (answer == null) {
                process.destroyForcibly().waitFor();
                return Optional.of("it did not load and run within " + TimeUnit.NANOSECONDS.toSeconds(nanosMax)
                        + " s in a process of its own");
            }
            if (answer.isEmpty()) {
                return Optional.of(ended(version));
            }
            return answer.equals(TrialMain.PASSED)
                    ? Optional.empty()
                    : Optional.of(answer.substring(answer.indexOf('\t') + 1));
        }

        void end() throws InterruptedException {
            try {
                questions.close();
            } catch (IOException e) {
                LOG.debug("the process for trials has ended before", e);
            }
            if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
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
