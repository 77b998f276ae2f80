package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Whether the candidate's embeddings lie elsewhere than control's ({@link EmbeddingComparison}). An embedding is neither right
 * nor wrong, so a move takes nothing back; but vectors of two models cannot be searched together, so who stores them has to
 * know. What it does is the plan's choice, the same as for scores: it is shown, or nothing goes up until a person has looked.
 *
 * <p><b>Moved</b> when the detector's statistic is at a level that equal arms reach once in 90 days of slots or less often, and
 * the classifier since then tells apart as much as the margin. Embeddings of different dimensions have moved without a test.
 *
 * <p>Where nothing goes up on a move, nothing goes up either before {@value #COMPARED_MIN} sketches of each arm were compared,
 * nor if they cannot be. A model whose answers are no embeddings is not concerned. Not thread-safe; deterministic.
 */
public final class EmbeddingWatch {
    /** Fewer sketches of each arm are no comparison. */
    static final int COMPARED_MIN = 500;

    private static final int RULES_VERSION = 1;

    private final ScoreWatch.Plan plan;
    private final double logLevel;
    private int ofControl;
    private int ofCandidate;
    private long control;
    private long candidate;
    private boolean unlike;
    private Optional<EmbeddingComparison> comparison = Optional.empty();

    /**
     * What is known now.
     *
     * @param controlDimensions of control's vectors; 0: none was seen
     * @param candidateDimensions of the candidate's
     * @param control embeddings of control's answers since the rollout began
     * @param candidate of the candidate's
     * @param controlSampled of these, compared
     * @param candidateSampled the same of the candidate's
     * @param logE natural logarithm of the detector's statistic
     * @param logLevel the level at which it counts
     * @param distance least total variation, by what the classifier tells apart
     * @param margin from which on it counts
     * @param moved whether both are reached
     * @param holding whether nothing goes up because of the embeddings
     * @param sentence what moved or is missing, for people
     * @param bins whom the classifier took them for
     * @param sinceSlot first slot in the bins; 0: none yet
     */
    public record Reading(
            int controlDimensions,
            int candidateDimensions,
            long control,
            long candidate,
            long controlSampled,
            long candidateSampled,
            double logE,
            double logLevel,
            double distance,
            double margin,
            boolean moved,
            boolean holding,
            String sentence,
            List<ScoreWatch.Bin> bins,
            long sinceSlot) {
        public Reading {
            bins = List.copyOf(bins);
        }

        /** What that makes of a conclusion. */
        public AnswerMove move() {
            return new AnswerMove(moved, holding, sentence);
        }
    }

    private EmbeddingWatch(ScoreWatch.Plan plan, Unit unit) {
        this.plan = plan;
        this.logLevel = ScoreWatch.logLevel(unit);
    }

    /** One that has seen nothing yet. */
    public static EmbeddingWatch start(ScoreWatch.Plan plan, Unit unit) {
        return new EmbeddingWatch(plan, unit);
    }

    /**
     * Continues from a snapshot. One that was taken by other rules begins anew.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    public static EmbeddingWatch resume(ScoreWatch.Plan plan, Unit unit, EvaluationState state) {
        EmbeddingWatch watch = new EmbeddingWatch(plan, unit);
        if (state.configHash().equals(watch.configHash())) {
            StateReader in = new StateReader(state.longs(), state.doubles());
            watch.read(in);
            in.finish();
        }
        return watch;
    }

    private String configHash() {
        return RolloutPlan.hash("embeddings|" + RULES_VERSION + "|" + plan);
    }

    /** Adds a slot that was not added before. */
    public void add(long slot, EmbeddingRows inControl, EmbeddingRows inCandidate) {
        if (!inControl.fits(ofControl) || !inCandidate.fits(ofCandidate)) {
            unlike = true;
            return;
        }
        ofControl = Math.max(ofControl, inControl.dimensions());
        ofCandidate = Math.max(ofCandidate, inCandidate.dimensions());
        control += inControl.seen();
        candidate += inCandidate.seen();
        if (ofControl != ofCandidate || inControl.sketches().isEmpty()) {
            return;
        }
        if (comparison.isEmpty()) {
            int sums = inControl.sketches().get(0).length - 1;
            comparison = Optional.of(new EmbeddingComparison(sums, logLevel));
        }
        comparison.get().add(slot, inControl.sketches(), inCandidate.sketches());
    }

    /** Whether no answer was an embedding, so that there is nothing to keep. */
    public boolean isEmpty() {
        return ofControl == 0 && ofCandidate == 0 && !unlike;
    }

    /** What is known now; empty while no answer was an embedding. */
    public Optional<Reading> reading() {
        if (isEmpty()) {
            return Optional.empty();
        }
        EmbeddingComparison.Shown shown = comparison
                .map(EmbeddingComparison::shown)
                .orElseGet(() -> new EmbeddingComparison.Shown(0, 0, 0, 0, 0));
        boolean told =
                comparison.map(EmbeddingComparison::isAlarm).orElse(false) && shown.distance() >= plan.distance();
        boolean moved = told || areOfTwoDimensions();
        Optional<String> missing = moved ? Optional.empty() : missing();
        String sentence =
                areOfTwoDimensions() ? dimensions() : missing.orElseGet(() -> sentence(shown, told, plan.distance()));
        return Optional.of(new Reading(
                ofControl,
                ofCandidate,
                control,
                candidate,
                comparison.map(EmbeddingComparison::control).orElse(0L),
                comparison.map(EmbeddingComparison::candidate).orElse(0L),
                comparison.map(EmbeddingComparison::logE).orElse(0.0),
                logLevel,
                shown.distance(),
                plan.distance(),
                moved,
                plan.holds() && (moved || missing.isPresent()),
                sentence,
                bins(shown),
                shown.sinceSlot()));
    }

    private boolean areOfTwoDimensions() {
        return ofControl > 0 && ofCandidate > 0 && ofControl != ofCandidate;
    }

    private String dimensions() {
        return "the embeddings of the candidate's answers have " + ofCandidate + " dimensions and those of control's "
                + ofControl
                + ", so none can be compared with one of the other version: who stores them has to make them"
                + " anew, and clients that expect the old dimension fail";
    }

    /** Why the embeddings cannot be compared yet, or at all. */
    private Optional<String> missing() {
        if (unlike) {
            return Optional.of(
                    "embeddings of one version come in different dimensions, or in sketches that this release"
                            + " does not know, so they are not compared; give all workers and monitoring one release, and each"
                            + " version the same files everywhere, and begin a new rollout: this one does not forget it");
        }
        if (ofControl == 0 || ofCandidate == 0) {
            return Optional.of("only answers of " + (ofControl == 0 ? "the candidate" : "control")
                    + " are told as embeddings, so they are not compared; see whether both versions are described with"
                    + " text_embedding, and their workers are of this release");
        }
        long fewest = comparison
                .map(some -> Math.min(some.control(), some.candidate()))
                .orElse(0L);
        if (fewest == 0 && Math.min(control, candidate) >= COMPARED_MIN) {
            return Optional.of("embeddings of both arms are told, but no sketches in the same second, so they are not"
                    + " compared; see whether worker.telemetry.embedding-sketches-max of the workers is above 0, and whether"
                    + " more than 128 workers serve one arm");
        }
        return fewest >= COMPARED_MIN
                ? Optional.empty()
                : Optional.of("too few embeddings to compare yet: sketches of " + fewest
                        + " of each arm in seconds in which both have some, at least " + COMPARED_MIN + " are needed");
    }

    private static String sentence(EmbeddingComparison.Shown shown, boolean moved, double margin) {
        String much = String.format(
                Locale.ROOT,
                "a classifier of earlier ones takes %s of %d of them for the candidate's, and %s of %d of control's; total"
                        + " variation at least %.3f, margin %.3g",
                EvidenceReport.percent(shown.shareOfCandidate()),
                shown.candidates(),
                EvidenceReport.percent(shown.shareOfControl()),
                shown.controls(),
                shown.distance(),
                margin);
        return "the embeddings of the candidate's answers "
                + (moved
                        ? "have moved, so distances between vectors of both versions mean little: "
                        : "are not shown to have moved: ")
                + much;
    }

    private static List<ScoreWatch.Bin> bins(EmbeddingComparison.Shown shown) {
        return shown.controls() == 0
                ? List.of()
                : List.of(
                        new ScoreWatch.Bin(
                                "the candidate's", shown.controlLikeCandidate(), shown.candidateLikeCandidate()),
                        new ScoreWatch.Bin("control's", shown.controlLikeControl(), shown.candidateLikeControl()));
    }

    /** What to persist. */
    public EvaluationState snapshot() {
        StateWriter out = new StateWriter();
        out.writeLong(ofControl);
        out.writeLong(ofCandidate);
        out.writeLong(control);
        out.writeLong(candidate);
        out.writeLong(unlike ? 1 : 0);
        out.writeLong(comparison.isPresent() ? 1 : 0);
        comparison.ifPresent(compared -> compared.write(out));
        return new EvaluationState(configHash(), out.longs(), out.doubles());
    }

    private void read(StateReader in) {
        ofControl = in.readInt();
        ofCandidate = in.readInt();
        control = in.readLong();
        candidate = in.readLong();
        unlike = in.readLong() != 0;
        comparison = in.readLong() == 0 ? Optional.empty() : Optional.of(EmbeddingComparison.read(in, logLevel));
    }
}
