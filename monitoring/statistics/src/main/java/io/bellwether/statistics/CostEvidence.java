package io.bellwether.statistics;

import java.util.List;

/**
 * Evidence about the <em>mean</em> cost of a unit, which is what is paid; costs have heavy tails, so no normal
 * approximation decides.
 *
 * <p>A cap {@code B} is enforced by the server (most tokens times their price, time-out times the price of a second). A
 * unit is assigned to the candidate with a known probability {@code rho}. With {@code A} = 1 for the candidate, cost
 * {@code X}, margin {@code m} and an expectation {@code c} that is fixed before the unit is assigned,
 * <pre>  Z = A/rho (X/(1+m) - c)  -  (1-A)/(1-rho) (X - c)        E[Z | past] = mu1/(1+m) - mu0</pre>
 * whatever {@code c} is; the nearer it is to the cost, the less Z varies. {@code c} is the unit's own expectation if it has
 * one (size explains most of a cost), otherwise the mean of the control's costs in earlier slots. {@link BoundedBetting}
 * on Z is <b>evidence of harm</b> against {@code mu1 <= (1+m) mu0}; on -Z it is <b>evidence against harm</b>, against
 * {@code mu1 >= (1+m) mu0}, in every slot. Bounds: {@code Z >= -max(c/rho, (B-c)/(1-rho))} and
 * {@code -Z >= -max((B/(1+m)-c)/rho, c/(1-rho))}.
 *
 * <p>A cost above the cap counts as the cap: then the hypothesis is about the mean of the capped cost.
 *
 * <p><b>It takes for granted</b> that the assignment is a coin with probability {@code rho} for every unit; where users stick
 * to a version, the user is the unit. When one arm falls
 * silent, coin or telemetry are broken, so it stops betting while the units so far end in a run of one arm that the coin
 * would produce less than once in a million; that is known before the next slot and keeps it valid. Nothing is bet
 * before the first control unit either.
 *
 * <p><b>No single moment decides</b>: a slot raises the evidence for harm at most by a factor of e^2, as in
 * {@link ExceedanceEvidence}. <b>Cost.</b> See {@link BoundedBetting}; two of them.
 *
 * <p><b>Source.</b> The inverse-probability weighted difference is as in Waudby-Smith, Wu, Ramdas, Karampatziakis and
 * Mineiro, "Anytime-valid off-policy inference for contextual bandits" (2024). Not thread-safe.
 */
public final class CostEvidence {
    private static final double LOG_SLOT_MAX = 2;
    private static final double SHARE_MIN = 1e-6;

    private final double growth;
    private final double cap;
    private final BoundedBetting harm;
    private final BoundedBetting safe;
    private final ArmSilence silence = new ArmSilence();
    private long controlCount;
    private double controlMean;

    /**
     * @param margin relative growth of the mean cost that is not yet harm, at least 0
     * @param cap greatest possible cost, from 1e-80 to 1e80
     * @param alpha level that harm is bet for, between 0 and 1
     * @param beta level that safety is bet for, between 0 and 1
     */
    public CostEvidence(double margin, double cap, double alpha, double beta) {
        if (!(margin >= 0 && margin < 1e6 && cap >= 1e-80 && cap <= 1e80)) {
            throw new IllegalArgumentException(
                    "a cost needs a margin of at least 0 and a cap from 1e-80 to 1e80, got " + margin + " and " + cap);
        }
        this.growth = 1 + margin;
        this.cap = cap;
        this.harm = new BoundedBetting(alpha, LOG_SLOT_MAX);
        this.safe = new BoundedBetting(beta, Double.POSITIVE_INFINITY);
    }

    /**
     * Adds one slot.
     *
     * @param units the units of both arms, in any order
     * @param share the probability of being in the candidate arm, fixed before the slot, from 1e-6 to 1 - 1e-6
     */
    public void add(List<CostUnit> units, double share) {
        if (!(share >= SHARE_MIN && share <= 1 - SHARE_MIN)) {
            throw new IllegalArgumentException("a share lies between 1e-6 and 1 - 1e-6, got " + share);
        }
        if (controlCount > 0 && !silence.isSilent() && !units.isEmpty()) {
            bet(units, share);
        }
        learn(units, share);
    }

    /** The natural logarithm of the e-value for harm. */
    public double logEHarm() {
        return harm.logE();
    }

    /** The natural logarithm of the e-value against harm. */
    public double logESafe() {
        return safe.logE();
    }

    public void write(StateWriter out) {
        harm.write(out);
        safe.write(out);
        out.writeLong(controlCount);
        out.writeDouble(controlMean);
        silence.write(out);
    }

    /** Takes the place of the evidence that was written. */
    public void read(StateReader in) {
        harm.read(in);
        safe.read(in);
        controlCount = in.readLong();
        controlMean = in.readDouble();
        silence.read(in);
    }

    private void bet(List<CostUnit> units, double share) {
        double[] differences = new double[units.size()];
        double leastHarm = 0;
        double leastSafe = 0;
        for (int i = 0; i < differences.length; i++) {
            CostUnit unit = units.get(i);
            double expected = Math.min(cap, unit.expected().orElse(controlMean));
            double cost = Math.min(cap, unit.cost());
            differences[i] = unit.candidate() ? (cost / growth - expected) / share : -(cost - expected) / (1 - share);
            leastHarm = Math.min(leastHarm, -Math.max(expected / share, (cap - expected) / (1 - share)));
            leastSafe = Math.min(leastSafe, -Math.max((cap / growth - expected) / share, expected / (1 - share)));
        }
        harm.add(differences, leastHarm);
        for (int i = 0; i < differences.length; i++) {
            differences[i] = -differences[i];
        }
        safe.add(differences, leastSafe);
    }

    private void learn(List<CostUnit> units, double share) {
        double[] control = units.stream()
                .filter(unit -> !unit.candidate())
                .mapToDouble(unit -> Math.min(cap, unit.cost()))
                .sorted()
                .toArray();
        for (double cost : control) {
            controlCount++;
            controlMean += (cost - controlMean) / controlCount;
        }
        silence.note(control.length, units.size() - control.length, share);
    }
}
