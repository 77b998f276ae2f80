package io.bellwether.statistics;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Evidence that the mix of predicted classes shifted: for every class "this class or another" is an event, and
 * its odds may neither grow nor shrink by more than the margin.
 *
 * <p><b>Harm e-value</b>: the mean over all classes and both directions of {@link ConditionalEProcess} values.
 * The mean of e-processes is one, however they depend on each other, so no correction for many classes is
 * needed. A shrinking share is the growing share of its complement: the same process with inverse odds.
 *
 * <p><b>Safety e-value</b>: the least over classes and directions. "Some class shifted by the margin or more"
 * is rejected at level beta when every single hypothesis is (intersection-union), so no correction either.
 * Classes with a share below 1 % in both arms so far are left out: they would need a hundred times the
 * traffic; so nothing is promised about shifts in classes that rare. Without a single class above that share
 * the value is one: missing data shows no safety.
 *
 * <p><b>Limits.</b> The number of classes is fixed by the first slot that names any, at most 64; everything
 * beyond is pooled in the last. Cost and state are proportional to it: 15 and 14 alternatives in four
 * processes for each class. Not thread-safe.
 */
public final class ClassEvidence {
    /** Most classes that are told apart. */
    public static final int CLASSES_MAX = 64;

    private static final double SHARE_MIN = 0.01;

    private final Bets bets;
    private final List<Shift> shifts = new ArrayList<>();

    /** @param oddsMargin odds ratio of a class's share beyond which a shift is harm, above 1 */
    public ClassEvidence(double oddsMargin) {
        this.bets = Bets.beyond(oddsMargin);
    }

    /** Adds one slot. */
    public void add(ClassCounts control, ClassCounts candidate) {
        if (shifts.isEmpty()) {
            grow(Math.min(CLASSES_MAX, Math.max(control.size(), candidate.size())));
        }
        for (int i = 0; i < shifts.size(); i++) {
            shifts.get(i).add(new EventTable(control.total(), of(control, i), candidate.total(), of(candidate, i)));
        }
    }

    /** How many classes are told apart; 0 before the first prediction. */
    public int size() {
        return shifts.size();
    }

    /** Whether any prediction was ever counted, in either arm. */
    public boolean isEmpty() {
        return shifts.stream().allMatch(shift -> shift.tally.controlCount() + shift.tally.candidateCount() == 0);
    }

    /** The natural logarithm of the e-value for harm; zero before the first prediction. */
    public double logEHarm() {
        int size = shifts.size();
        if (size == 0) {
            return 0;
        }
        double[] logValues = new double[size];
        double[] logWeights = new double[size];
        for (int i = 0; i < size; i++) {
            logValues[i] = shifts.get(i).logEHarm();
            logWeights[i] = -Math.log(size);
        }
        return LogSpace.logWeightedSum(logWeights, logValues);
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        double least = Double.POSITIVE_INFINITY;
        for (Shift shift : shifts) {
            if (shift.counts()) {
                least = Math.min(least, shift.logESafe());
            }
        }
        return Double.isInfinite(least) ? 0 : least;
    }

    /** Of the classes that were ever predicted that with the strongest evidence of a shift; -1 before the first prediction. */
    public int mostShifted() {
        int mostShifted = -1;
        double logEMost = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < shifts.size(); i++) {
            double logE = shifts.get(i).logEHarm();
            // A class that nobody predicts keeps its e-value of 1, which is more than that of a class that is shown not
            // to shift.
            if (shifts.get(i).isPredicted() && (mostShifted < 0 || logE > logEMost)) {
                mostShifted = i;
                logEMost = logE;
            }
        }
        return mostShifted;
    }

    /** This class or another, all slots together, for display; empty for -1. */
    public EventTable tally(int index) {
        return index < 0 ? EventTable.EMPTY : shifts.get(index).tally;
    }

    public void write(StateWriter out) {
        out.writeLong(shifts.size());
        shifts.forEach(shift -> shift.write(out));
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        shifts.clear();
        int size = in.readLength();
        if (size > CLASSES_MAX) {
            throw new IllegalArgumentException("at most " + CLASSES_MAX + " classes are told apart, got " + size);
        }
        grow(size);
        shifts.forEach(shift -> shift.read(in));
    }

    private void grow(int size) {
        for (int i = 0; i < size; i++) {
            shifts.add(new Shift(bets));
        }
    }

    private long of(ClassCounts classes, int index) {
        if (index < shifts.size() - 1) {
            return classes.count(index);
        }
        long pooled = 0;
        for (int i = index; i < classes.size(); i++) {
            pooled += classes.count(i);
        }
        return pooled;
    }

    /** The same for every class. */
    private record Bets(
            OddsAlternatives growsHarm,
            OddsAlternatives growsSafe,
            OddsAlternatives shrinksHarm,
            OddsAlternatives shrinksSafe) {
        static Bets beyond(double margin) {
            OddsAlternatives harm = OddsAlternatives.harm(margin, 1.08, 50, 15);
            OddsAlternatives safe = OddsAlternatives.safety(margin, 13);
            return new Bets(harm, safe, harm.inverse(), safe.inverse());
        }
    }

    /** One class, both directions. */
    private static final class Shift {
        private final ConditionalEProcess growsHarm;
        private final ConditionalEProcess growsSafe;
        private final ConditionalEProcess shrinksHarm;
        private final ConditionalEProcess shrinksSafe;
        private EventTable tally = EventTable.EMPTY;

        Shift(Bets bets) {
            growsHarm = new ConditionalEProcess(bets.growsHarm());
            growsSafe = new ConditionalEProcess(bets.growsSafe());
            shrinksHarm = new ConditionalEProcess(bets.shrinksHarm());
            shrinksSafe = new ConditionalEProcess(bets.shrinksSafe());
        }

        void add(EventTable table) {
            Optional<Hypergeometric> law = Hypergeometric.of(table);
            growsHarm.add(table, law);
            growsSafe.add(table, law);
            shrinksHarm.add(table, law);
            shrinksSafe.add(table, law);
            tally = tally.plus(table);
        }

        boolean counts() {
            return tally.controlShare() >= SHARE_MIN || tally.candidateShare() >= SHARE_MIN;
        }

        boolean isPredicted() {
            return tally.controlEvents() + tally.candidateEvents() > 0;
        }

        double logEHarm() {
            return LogSpace.logMean(growsHarm.logE(), shrinksHarm.logE());
        }

        double logESafe() {
            return Math.min(growsSafe.logE(), shrinksSafe.logE());
        }

        void write(StateWriter out) {
            out.writeDoubles(growsHarm.logComponents());
            out.writeDoubles(growsSafe.logComponents());
            out.writeDoubles(shrinksHarm.logComponents());
            out.writeDoubles(shrinksSafe.logComponents());
            out.writeTable(tally);
        }

        void read(StateReader in) {
            growsHarm.restore(in.readDoubles(growsHarm.logComponents().length));
            growsSafe.restore(in.readDoubles(growsSafe.logComponents().length));
            shrinksHarm.restore(in.readDoubles(shrinksHarm.logComponents().length));
            shrinksSafe.restore(in.readDoubles(shrinksSafe.logComponents().length));
            tally = in.readTable();
        }
    }
}
