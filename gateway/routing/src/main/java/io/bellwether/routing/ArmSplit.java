package io.bellwether.routing;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which of the buckets of {@link Split} each arm of an A/B/n has.
 *
 * <p>With weights w_1 to w_n, their sum W and m = min(w_1, ..., w_n, 10000 - W): arm i has the w_i buckets from w_1 + ... +
 * w_(i-1) on, the first m of them {@link Arm#CANDIDATE} and the others {@link Arm#CANDIDATE_REST}; the last m of all buckets
 * are {@link Arm#CONTROL}, and what is left is {@link Arm#STABLE_REST}. So every compared arm has the same share as the one
 * control that all of them are compared with, and queues as long. One arm alone is split as {@link Split} does.
 *
 * <p>Weights never change, so a key never changes its version, but for one move: the keys of an arm that is taken back go
 * to the stable version, in STABLE_REST, and everybody else stays where they are, control and m included. Weights that grow
 * one by one could not keep that: of three arms at one half each two at a time fit, and all three have no half of their own.
 *
 * @param spans buckets of living arms and of control, rising; buckets in none of them are STABLE_REST
 */
record ArmSplit(List<Span> spans) {

    /** No arms. */
    static final ArmSplit NONE = new ArmSplit(List.of());

    private static final Span STABLE = new Span("", Arm.STABLE_REST, 0, Split.BASIS_POINTS);

    /**
     * Buckets of one version in one arm.
     *
     * @param version empty for the stable one
     * @param from the first
     * @param to the one after the last
     */
    record Span(String version, Arm arm, int from, int to) {
        boolean ofCandidate() {
            return arm == Arm.CANDIDATE || arm == Arm.CANDIDATE_REST;
        }
    }

    ArmSplit {
        spans = List.copyOf(spans);
    }

    /**
     * @param living whether the arm of a version gets traffic
     */
    static ArmSplit of(List<PlannedArm> arms, Predicate<String> living) {
        int total = 0;
        int compared = Split.BASIS_POINTS;
        for (PlannedArm arm : arms) {
            total += arm.weightBasisPoints();
            compared = Math.min(compared, arm.weightBasisPoints());
        }
        compared = Math.min(compared, Split.BASIS_POINTS - total);
        List<Span> spans = new ArrayList<>();
        int from = 0;
        for (PlannedArm arm : arms) {
            int to = from + arm.weightBasisPoints();
            if (living.test(arm.version())) {
                add(spans, arm.version(), Arm.CANDIDATE, from, from + compared);
                add(spans, arm.version(), Arm.CANDIDATE_REST, from + compared, to);
            }
            from = to;
        }
        if (!spans.isEmpty()) {
            add(spans, "", Arm.CONTROL, Split.BASIS_POINTS - compared, Split.BASIS_POINTS);
        }
        return new ArmSplit(spans);
    }

    private static void add(List<Span> spans, String version, Arm arm, int from, int to) {
        if (from < to) {
            spans.add(new Span(version, arm, from, to));
        }
    }

    /** Whose bucket it is. Allocates nothing. */
    Span at(int bucket) {
        for (int i = 0; i < spans.size(); i++) {
            Span span = spans.get(i);
            if (bucket < span.to) {
                return bucket >= span.from ? span : STABLE;
            }
        }
        return STABLE;
    }

    /** How arms are drawn; not at all where none is left. */
    Draw draw(String stable) {
        Set<String> versions = new HashSet<>(Set.of(stable));
        int control = 0;
        for (Span span : spans) {
            if (span.ofCandidate()) {
                versions.add(span.version);
            }
            control = span.arm == Arm.CONTROL ? span.to - span.from : control;
        }
        return new Draw(control, versions);
    }

    /** What all buckets come to; an arm that no worker has ready is served by the stable version, as no evidence. */
    List<RouteShare> shares(String stable, boolean stableReady, Predicate<String> ready) {
        List<RouteShare> all = new ArrayList<>();
        int rest = Split.BASIS_POINTS;
        for (Span span : spans) {
            boolean served = span.ofCandidate() ? ready.test(span.version) : stableReady;
            if (span.ofCandidate() && !served) {
                continue;
            }
            all.add(new RouteShare(span.ofCandidate() ? span.version : stable, span.arm, span.to - span.from, served));
            rest -= span.to - span.from;
        }
        if (rest > 0) {
            all.add(new RouteShare(stable, Arm.STABLE_REST, rest, stableReady));
        }
        return all;
    }
}
