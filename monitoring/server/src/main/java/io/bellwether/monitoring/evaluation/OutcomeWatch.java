package io.bellwether.monitoring.evaluation;

import io.bellwether.statistics.ErrorBudget;
import io.bellwether.statistics.OutcomeEvidence;
import io.bellwether.statistics.StateReader;
import io.bellwether.statistics.StateWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Numbers that applications tell of requests later, beside what the platform counts by itself ({@link OutcomeEvidence}).
 *
 * <p><b>Roll back</b> when the mean of the harm e-values of all outcomes ever reached {@code 1/(s alpha)}, where {@code s} is
 * the share of the error budget that they have together and that the guardrails leave to them. <b>Nothing advances</b> until
 * each outcome shows safety of {@code 1/beta}: an outcome of which nothing is told holds the rollout. <b>No comparison</b> of
 * an outcome of which one arm is told more than the other ({@link SplitCheck}): whether it is told then depends on the
 * version, and what is told is chosen by it. It holds the rollout and takes nothing back.
 *
 * <p>Not thread-safe; deterministic.
 */
public final class OutcomeWatch {
    private static final int RULES_VERSION = 1;

    private final Plan plan;
    private final ErrorBudget budget;
    private final List<Track> tracks = new ArrayList<>();
    private double logCombinedMost;

    /**
     * An outcome.
     *
     * @param scale bounds and direction
     * @param margin how much worse the candidate's mean may be, in the unit of the number
     */
    public record Declared(String name, OutcomeEvidence.Scale scale, double margin) {}

    /**
     * What is fixed about it.
     *
     * @param rolloutId identity of the rollout
     * @param outcomes at least one
     * @param alpha error budget of the rollout
     * @param beta chance to call an outcome safe that is at its margin
     * @param weight share of the budget that all outcomes have
     */
    public record Plan(String rolloutId, List<Declared> outcomes, double alpha, double beta, double weight) {
        public Plan {
            outcomes = List.copyOf(outcomes);
        }

        /** A short stable name of everything that the conclusions depend on. */
        String configHash() {
            return RolloutPlan.hash("outcomes|" + RULES_VERSION + "|" + this);
        }
    }

    private static final class Track {
        final Declared declared;
        final OutcomeEvidence evidence;
        final SplitCheck arrivals = new SplitCheck(Unit.REQUEST);
        long beyond;
        double logEHarmMost;

        Track(Declared declared, OutcomeEvidence evidence) {
            this.declared = declared;
            this.evidence = evidence;
        }

        String label() {
            return "outcome_" + declared.name();
        }

        double logEHarm() {
            return arrivals.isInvalid() ? 0 : evidence.logEHarm();
        }

        double logESafe() {
            return arrivals.isInvalid() ? 0 : evidence.logESafe();
        }
    }

    private OutcomeWatch(Plan plan) {
        this.plan = plan;
        double[] weights = new double[plan.outcomes().size()];
        Arrays.fill(weights, 1.0 / weights.length);
        double alpha = plan.alpha() * plan.weight();
        this.budget = new ErrorBudget(alpha, weights);
        for (Declared declared : plan.outcomes()) {
            OutcomeEvidence evidence =
                    new OutcomeEvidence(declared.scale(), declared.margin(), alpha / weights.length, plan.beta());
            tracks.add(new Track(declared, evidence));
        }
    }

    /** One that has seen nothing yet. */
    public static OutcomeWatch start(Plan plan) {
        return new OutcomeWatch(plan);
    }

    /**
     * Continues from a snapshot.
     *
     * @throws IllegalArgumentException if it was taken under another plan or is damaged
     */
    public static OutcomeWatch resume(Plan plan, EvaluationState state) {
        if (!state.configHash().equals(plan.configHash())) {
            throw new IllegalArgumentException("outcomes of rollout " + plan.rolloutId() + " were gathered under plan "
                    + state.configHash() + ", the plan now is " + plan.configHash());
        }
        OutcomeWatch watch = new OutcomeWatch(plan);
        StateReader in = new StateReader(state.longs(), state.doubles());
        for (Track track : watch.tracks) {
            track.evidence.read(in);
            track.arrivals.read(in);
            track.beyond = in.readLong();
            track.logEHarmMost = in.readDouble();
        }
        watch.logCombinedMost = in.readDouble();
        in.finish();
        return watch;
    }

    /** Names of the outcomes, by place. */
    public List<String> names() {
        return plan.outcomes().stream().map(Declared::name).toList();
    }

    /**
     * Adds a slot that was not added before.
     *
     * @param told what was told in it, one for each of {@link #names()}
     */
    public void add(List<ToldOutcomes> told) {
        double[] logE = new double[tracks.size()];
        for (int i = 0; i < logE.length; i++) {
            Track track = tracks.get(i);
            ToldOutcomes numbers = told.get(i);
            track.arrivals.add(
                    new Assigned(numbers.control().size(), numbers.candidate().size()));
            track.evidence.add(values(track, numbers.control()), values(track, numbers.candidate()));
            track.beyond += numbers.beyond();
            track.logEHarmMost = Math.max(track.logEHarmMost, track.logEHarm());
            logE[i] = track.logEHarm();
        }
        logCombinedMost = Math.max(logCombinedMost, budget.logCombined(logE));
    }

    private static double[] values(Track track, List<Double> places) {
        OutcomeEvidence.Scale scale = track.declared.scale();
        return places.stream()
                .mapToDouble(place -> scale.least() + place * (scale.most() - scale.least()))
                .toArray();
    }

    /** The same assessment with the outcomes among its guardrails, and what they make of its conclusion. */
    public Assessment weigh(Assessment assessment) {
        List<String> harmed = new ArrayList<>();
        for (int i = 0; i < tracks.size(); i++) {
            if (budget.alone(i, tracks.get(i).logEHarmMost)) {
                harmed.add(tracks.get(i).label());
            }
        }
        Assessment all = assessment.with(tracks.stream().map(this::evidence).toList(), harmed);
        if (logCombinedMost >= budget.logLevel()) {
            return assessment.conclusion() == Conclusion.ROLL_BACK
                    ? all
                    : all.concluding(
                            Conclusion.ROLL_BACK,
                            tracks.stream()
                                    .filter(track -> harmed.isEmpty() || harmed.contains(track.label()))
                                    .map(OutcomeWatch::sentence)
                                    .collect(Collectors.joining("; ")));
        }
        return assessment.conclusion().goesUp() ? shortfall().map(all::holding).orElse(all) : all;
    }

    /** Natural logarithm of the mean of the harm e-values, the greatest so far. */
    public double logEHarmMost() {
        return logCombinedMost;
    }

    /** What takes the candidate back when {@link #logEHarmMost()} reaches it. */
    public double logLevel() {
        return budget.logLevel();
    }

    private Optional<String> shortfall() {
        List<String> missing = new ArrayList<>();
        for (Track track : tracks) {
            if (track.arrivals.isInvalid() || track.logESafe() < -Math.log(plan.beta())) {
                missing.add(track.declared.name() + " (" + detail(track) + ")");
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("not enough evidence yet against harm in " + String.join(", ", missing));
    }

    private GuardrailEvidence evidence(Track track) {
        OutcomeEvidence numbers = track.evidence;
        return new GuardrailEvidence(
                track.label(),
                plan.weight() / tracks.size(),
                track.logEHarm(),
                track.logESafe(),
                new GuardrailEvidence.ArmShare(numbers.controlCount(), 0, numbers.controlValue()),
                new GuardrailEvidence.ArmShare(numbers.candidateCount(), 0, numbers.candidateValue()),
                GuardrailEvidence.NUMBER,
                track.declared.margin(),
                detail(track),
                0,
                true);
    }

    private static String detail(Track track) {
        long told = track.evidence.controlCount() + track.evidence.candidateCount();
        if (told == 0) {
            return "nothing told yet";
        }
        if (track.arrivals.isInvalid()) {
            return "told of " + track.evidence.controlCount() + " requests of control and "
                    + track.evidence.candidateCount()
                    + " of the candidate: whether it is told depends on the version, so it compares nothing";
        }
        return (track.declared.scale().higherIsBetter() ? "higher" : "lower") + " is better"
                + (track.beyond > 0 ? "; " + track.beyond + " beyond a bound" : "");
    }

    private static String sentence(Track track) {
        return String.format(
                Locale.ROOT,
                "%s: %.4g on average of %d requests of the candidate, against %.4g of %d of control's; %s is better and the"
                        + " margin %.4g",
                track.declared.name(),
                track.evidence.candidateValue(),
                track.evidence.candidateCount(),
                track.evidence.controlValue(),
                track.evidence.controlCount(),
                track.declared.scale().higherIsBetter() ? "higher" : "lower",
                track.declared.margin());
    }

    /** What to persist. */
    public EvaluationState snapshot() {
        StateWriter out = new StateWriter();
        for (Track track : tracks) {
            track.evidence.write(out);
            track.arrivals.write(out);
            out.writeLong(track.beyond);
            out.writeDouble(track.logEHarmMost);
        }
        out.writeDouble(logCombinedMost);
        return new EvaluationState(plan.configHash(), out.longs(), out.doubles());
    }
}
