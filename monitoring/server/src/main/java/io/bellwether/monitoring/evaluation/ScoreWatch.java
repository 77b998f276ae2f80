package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether the candidate's answers score otherwise than control's: the top score of classes, or the single score, in frozen
 * bins ({@link ScoreComparison}). A score is neither right nor wrong, so a move takes nothing back. What it does is the plan's
 * choice: it is shown, or nothing goes up until a person has looked.
 *
 * <p><b>Moved</b> when the detector's statistic is at a level that equal arms reach once in 90 days of slots or less often, and
 * the total variation since then is at the margin or beyond. It looks at what is now: a move that ends is forgotten after
 * about as much traffic as it lasted.
 *
 * <p>Where nothing goes up on a move, nothing goes up either before {@value #COMPARED_MIN} scores of each arm were compared,
 * nor if they cannot be. A model whose answers have no scores is not concerned. Not thread-safe; deterministic.
 */
public final class ScoreWatch {
    /** Slots between two false moves of equal arms, on average at least: 90 days. */
    static final double SLOTS_BETWEEN_ALARMS = 90 * 86_400.0;

    /** Fewer scores of each arm are no comparison. */
    static final int COMPARED_MIN = 500;

    /** Scores of control by which the bins are chosen; they are not compared. */
    static final int REFERENCE_MIN = 500;

    private static final int RULES_VERSION = 1;
    private static final int SCALE_LENGTH_MAX = 64;
    private static final int BINS_MAX = 512;

    /** A slot with none in one arm and so many in the other says where the candidate was ready, and nothing of scores. */
    private static final long ABSENT_MIN = 10;

    private final Plan plan;
    private final Unit unit;
    private final Ranges ranges;
    private String scale = "";
    private long[] before = new long[0];
    private long control;
    private long candidate;
    private boolean unlike;
    private Optional<ScoreComparison> comparison = Optional.empty();

    /**
     * What is fixed about it.
     *
     * @param rolloutId identity of the rollout
     * @param distance total variation from which on the scores have moved
     * @param holds whether nothing goes up then
     */
    public record Plan(String rolloutId, double distance, boolean holds) {
        /** A short stable name of everything that the conclusions depend on. */
        String configHash() {
            return RolloutPlan.hash("scores|" + RULES_VERSION + "|" + this);
        }
    }

    /**
     * What is known now.
     *
     * @param scale of the scores
     * @param control scores of control's answers since the rollout began
     * @param candidate of the candidate's
     * @param logE natural logarithm of the detector's statistic
     * @param logLevel the level at which it counts
     * @param distance total variation over the scores in the bins
     * @param margin from which on it counts
     * @param moved whether both are reached
     * @param holding whether nothing goes up because of the scores
     * @param sentence what moved or is missing, for people
     * @param bins counts of both arms
     * @param sinceSlot first slot in the bins; 0: none yet
     */
    public record Reading(
            String scale,
            long control,
            long candidate,
            double logE,
            double logLevel,
            double distance,
            double margin,
            boolean moved,
            boolean holding,
            String sentence,
            List<Bin> bins,
            long sinceSlot) {
        public Reading {
            bins = List.copyOf(bins);
        }

        /** What that makes of a conclusion. */
        public AnswerMove move() {
            return new AnswerMove(moved, holding, sentence);
        }
    }

    /** What the bins of a scale hold, for people. */
    public interface Ranges {
        /** From one bin to another, both included, of so many. */
        String name(String scale, int first, int last, int bins);
    }

    /** Scores in one bin. */
    public record Bin(String range, long control, long candidate) {}

    private ScoreWatch(Plan plan, Unit unit, Ranges ranges) {
        this.plan = plan;
        this.unit = unit;
        this.ranges = ranges;
    }

    /** One that has seen nothing yet. */
    public static ScoreWatch start(Plan plan, Unit unit, Ranges ranges) {
        return new ScoreWatch(plan, unit, ranges);
    }

    /**
     * Continues from a snapshot. One that was taken by other rules begins anew: a rollout that began before there were any is
     * not without them for long.
     *
     * @throws IllegalArgumentException if it is damaged
     */
    public static ScoreWatch resume(Plan plan, Unit unit, Ranges ranges, EvaluationState state) {
        ScoreWatch watch = new ScoreWatch(plan, unit, ranges);
        if (state.configHash().equals(plan.configHash())) {
            StateReader in = new StateReader(state.longs(), state.doubles());
            watch.read(in);
            in.finish();
        }
        return watch;
    }

    /** Adds a slot that was not added before. */
    public void add(long slot, ScoreCounts ofControl, ScoreCounts ofCandidate) {
        if (scale.isEmpty()) {
            adopt(ofControl.isNone() ? ofCandidate : ofControl);
        }
        boolean like = isLike(ofControl) && isLike(ofCandidate);
        unlike |= !like;
        if (!like || scale.isEmpty()) {
            return;
        }
        long inControl = ofControl.total();
        long inCandidate = ofCandidate.total();
        control += inControl;
        candidate += inCandidate;
        if (Math.min(inControl, inCandidate) == 0 && Math.max(inControl, inCandidate) >= ABSENT_MIN) {
            return;
        }
        if (comparison.isPresent()) {
            comparison.get().add(slot, ofControl.toArray(before.length), ofCandidate.toArray(before.length));
            return;
        }
        before = ScoreCounts.sum(before, ofControl.toArray(before.length));
        if (Arrays.stream(before).sum() >= REFERENCE_MIN) {
            comparison = Optional.of(new ScoreComparison(before, logLevel(), unit));
        }
    }

    /** The first scores say in which bins all are counted. */
    private void adopt(ScoreCounts first) {
        boolean fits =
                first.bins() >= 2 && first.bins() <= BINS_MAX && first.scale().length() <= SCALE_LENGTH_MAX;
        if (fits) {
            scale = first.scale();
            before = new long[first.bins()];
        }
    }

    private boolean isLike(ScoreCounts counts) {
        return counts.isNone() || counts.isIn(scale, before.length);
    }

    /** What is known now; empty while no answer had a score. */
    public Optional<Reading> reading() {
        if (control == 0 && candidate == 0 && !unlike) {
            return Optional.empty();
        }
        return Optional.of(
                comparison.map(this::compared).orElseGet(() -> reading(missing().orElse(""), plan.holds())));
    }

    /** While nothing is compared. */
    private Reading reading(String sentence, boolean holding) {
        return new Reading(
                scale, control, candidate, 0, logLevel(), 0, plan.distance(), false, holding, sentence, List.of(), 0);
    }

    private Reading compared(ScoreComparison compared) {
        ScoreComparison.Shown shown = compared.shown();
        ScoreText text = new ScoreText(compared, shown, ranges, scale);
        double distance = shown.distance();
        boolean moved = compared.isAlarm() && distance >= plan.distance();
        Optional<String> missing = missing();
        return new Reading(
                scale,
                control,
                candidate,
                compared.logE(),
                logLevel(),
                distance,
                plan.distance(),
                moved,
                plan.holds() && (moved || missing.isPresent()),
                missing.orElseGet(() -> text.sentence(moved, plan.distance())),
                text.bins(),
                shown.sinceSlot());
    }

    private double logLevel() {
        return logLevel(unit);
    }

    /** The level at which a detector that watches answers counts, natural logarithm. */
    static double logLevel(Unit unit) {
        return Math.log(SLOTS_BETWEEN_ALARMS / unit.budgetShare());
    }

    /** Why the scores cannot be compared yet, or at all. */
    private Optional<String> missing() {
        if (unlike) {
            return Optional.of(
                    "the scores of both versions are counted in different bins, so they are not compared; give"
                            + " both the same prediction in their description");
        }
        if (control == 0 || candidate == 0) {
            return Optional.of("only answers of " + (control == 0 ? "the candidate" : "control")
                    + " have scores, so they are not compared; see whether both versions declare their prediction, and"
                    + " their workers are of this release");
        }
        long fewest = comparison.map(ScoreComparison::fewest).orElse(0L);
        return fewest >= COMPARED_MIN
                ? Optional.empty()
                : Optional.of("too few scores to compare yet: " + fewest + " of each arm since the bins were chosen by"
                        + " the first " + REFERENCE_MIN + " of control, at least " + COMPARED_MIN + " are needed");
    }

    /** What to persist. */
    public EvaluationState snapshot() {
        StateWriter out = new StateWriter();
        out.writeLong(scale.length());
        scale.chars().forEach(out::writeLong);
        out.writeLong(before.length);
        ScoreComparison.writeCounts(out, before);
        out.writeLong(control);
        out.writeLong(candidate);
        out.writeLong(unlike ? 1 : 0);
        out.writeLong(comparison.isPresent() ? 1 : 0);
        comparison.ifPresent(compared -> compared.write(out));
        return new EvaluationState(plan.configHash(), out.longs(), out.doubles());
    }

    private void read(StateReader in) {
        StringBuilder name = new StringBuilder();
        for (int left = in.readLength(); left > 0; left--) {
            name.append((char) in.readInt());
        }
        scale = name.toString();
        before = ScoreComparison.readCounts(in, in.readLength());
        control = in.readLong();
        candidate = in.readLong();
        unlike = in.readLong() != 0;
        comparison = in.readLong() == 0
                ? Optional.empty()
                : Optional.of(ScoreComparison.read(in, before.length, logLevel(), unit));
    }
}
