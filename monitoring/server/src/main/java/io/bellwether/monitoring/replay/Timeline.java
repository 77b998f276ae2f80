package io.bellwether.monitoring.replay;

import io.bellwether.routing.Kill;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the verdicts about each rollout came to: when a conclusion was drawn first, and what each guardrail showed. */
public final class Timeline {
    /** Conclusions that are kept of a rollout; one that goes to and fro without end shows only the first. */
    private static final int CHANGES_MAX = 1_000;

    private final Map<String, Course> courses = new LinkedHashMap<>();

    /**
     * A conclusion that differs from the one before, or belongs to another step.
     *
     * @param atMillis time of the verdict
     */
    public record Change(long atMillis, int step, Verdict.Conclusion conclusion, String reason) {}

    /**
     * What a guardrail showed.
     *
     * @param harmedAtMillis when it alone had crossed its share of the error budget; 0: never
     * @param safeAtMillis since when it let the candidate go up, at the end; 0: not at the end
     * @param last its evidence in the last verdict
     */
    public record Guarded(long harmedAtMillis, long safeAtMillis, GuardrailEvidence last) {}

    /** The verdicts about one rollout. */
    public static final class Course {
        private final List<Change> changes = new ArrayList<>();
        private final Map<String, Guarded> guardrails = new LinkedHashMap<>();
        private long verdicts;
        private Verdict last = Verdict.getDefaultInstance();

        private void add(Verdict verdict) {
            boolean other = verdicts == 0
                    || verdict.getConclusion() != last.getConclusion()
                    || verdict.getStep() != last.getStep();
            if (other && changes.size() < CHANGES_MAX) {
                changes.add(new Change(
                        verdict.getAtMillis(), verdict.getStep(), verdict.getConclusion(), verdict.getReason()));
            }
            for (GuardrailEvidence evidence : verdict.getGuardrailsList()) {
                guardrails.put(evidence.getName(), after(guardrails.get(evidence.getName()), evidence, verdict));
            }
            verdicts++;
            last = verdict;
        }

        private static Guarded after(@Nullable Guarded before, GuardrailEvidence evidence, Verdict verdict) {
            long harmedAt = before == null ? 0 : before.harmedAtMillis();
            long safeAt = before == null ? 0 : before.safeAtMillis();
            if (harmedAt == 0 && verdict.getHarmedList().contains(evidence.getName())) {
                harmedAt = verdict.getAtMillis();
            }
            if (evidence.getLogESafe() < verdict.getLogEPromote()) {
                safeAt = 0;
            } else if (safeAt == 0) {
                safeAt = verdict.getAtMillis();
            }
            return new Guarded(harmedAt, safeAt, evidence);
        }

        /** Verdicts. */
        public long verdicts() {
            return verdicts;
        }

        /** The last of them. */
        public Verdict last() {
            return last;
        }

        /** Conclusions in their order. */
        public List<Change> changes() {
            return List.copyOf(changes);
        }

        /** When something was first concluded. */
        public Optional<Change> first(Verdict.Conclusion conclusion) {
            return changes.stream()
                    .filter(change -> change.conclusion() == conclusion)
                    .findFirst();
        }

        /** By name, in the order of the verdicts. */
        public Map<String, Guarded> guardrails() {
            return Collections.unmodifiableMap(guardrails);
        }
    }

    /** Takes in the next verdict. */
    public void add(Verdict verdict) {
        courses.computeIfAbsent(Kill.key(verdict.getRolloutId(), verdict.getArm()), id -> new Course())
                .add(verdict);
    }

    /** By rollout, or by arm of an A/B/n, in the order of their first verdicts. */
    public Map<String, Course> courses() {
        return Collections.unmodifiableMap(courses);
    }
}
