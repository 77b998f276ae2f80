package io.bellwether.routing.outlier;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Takes those members out that fail far more often than the others ({@link FailureContrast}), over a short or a long
 * window, for a time that doubles; then lets them back by a trial. Never so many that the rest would have to carry what
 * it cannot ({@link OutlierSettings#outShareMax}); where all fail alike, nobody is an outlier. Not thread-safe.
 *
 * @param <M> a member; compared by {@code equals}
 */
public final class OutlierEjection<M> {
    /** How certain the upper bound of the others' share of failures is; that ratioMin stands above it covers the rest. */
    private static final double OTHERS_EVIDENCE = 2 * Math.log(10);

    private final OutlierSettings settings;
    private final Map<M, Member> members = new LinkedHashMap<>();

    public OutlierEjection(OutlierSettings settings) {
        this.settings = settings;
    }

    /**
     * A look.
     *
     * @param totals what became of the requests of every member so far; one that is missing is forgotten
     * @param nowNanos on a clock that never goes back
     * @return the standing of each from now on
     */
    public Map<M, Standing> look(Map<M, Counts> totals, long nowNanos) {
        members.keySet().retainAll(totals.keySet());
        totals.forEach((name, total) -> {
            Member member = members.computeIfAbsent(name, unused -> new Member(settings, total, nowNanos));
            member.add(total, nowNanos);
        });
        ejectOutliers(nowNanos);
        Map<M, Standing> standings = new HashMap<>();
        members.forEach((name, member) -> standings.put(name, member.standing()));
        return standings;
    }

    private void ejectOutliers(long nowNanos) {
        List<Member> in = members.values().stream().filter(Member::isIn).toList();
        long free = (long) (settings.outShareMax() * members.size()) - (members.size() - in.size());
        if (free <= 0 || in.size() < 2) {
            return;
        }
        List<Suspect> suspects = new ArrayList<>();
        for (Member member : in) {
            double evidence =
                    Math.max(evidence(member, in, settings.shortLooks()), evidence(member, in, settings.longLooks()));
            if (evidence >= settings.evidenceMin()) {
                suspects.add(new Suspect(member, evidence));
            }
        }
        suspects.stream()
                .sorted(Comparator.comparingDouble(Suspect::evidence).reversed())
                .limit(free)
                .forEach(suspect -> suspect.member().eject(nowNanos));
    }

    private double evidence(Member one, List<Member> all, int looks) {
        Counts others = Counts.NONE;
        for (Member other : all) {
            if (other != one) {
                others = others.plus(other.recent(looks));
            }
        }
        return FailureContrast.evidence(
                one.recent(looks), others, settings.ratioMin(), settings.failedShareMin(), OTHERS_EVIDENCE);
    }

    private record Suspect(Member member, double evidence) {}
}
