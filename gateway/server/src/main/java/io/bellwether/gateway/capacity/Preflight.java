package io.bellwether.gateway.capacity;

import io.bellwether.batching.simulation.Projection;
import io.bellwether.gateway.capacity.ModelProjection.AtWeight;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether a candidate could carry what the stable version carries now, before it gets a single request. A candidate that is
 * too slow for all of the traffic looks fast at a tenth of it, so no comparison of arms finds that out in time.
 */
public final class Preflight {
    /** More late answers than this are a service that fails. */
    private static final double LATE_SHARE_MAX = 0.01;
    /** A candidate that is late less than this many times as often as the stable version may be no slower than it. */
    private static final double LATER_MIN = 3;

    private static final double PERCENT = 100;

    private Preflight() {}

    /**
     * What speaks against sending the model's present traffic to the candidate, in a sentence; empty if nothing does, or if
     * nothing is known: no traffic, or a version without a latency model.
     */
    public static Optional<String> problem(ModelProjection projection, String stable, String candidate) {
        List<AtWeight> ofStable = projection.versions().getOrDefault(stable, List.of());
        List<AtWeight> ofCandidate = projection.versions().getOrDefault(candidate, List.of());
        return IntStream.range(0, Math.min(ofStable.size(), ofCandidate.size()))
                .filter(i -> isWorse(ofCandidate.get(i), ofStable.get(i)))
                .mapToObj(i -> sentence(projection, stable, ofStable.get(i), candidate, ofCandidate.get(i)))
                .findFirst();
    }

    private static boolean isWorse(AtWeight candidate, AtWeight stable) {
        double late = lateShare(stable.projection());
        return candidate.weightPercent() == stable.weightPercent()
                && late <= LATE_SHARE_MAX
                && lateShare(candidate.projection()) > LATE_SHARE_MAX + LATER_MIN * late;
    }

    /** How busy a version is says nothing: a server that batches is hardly ever idle, and has room in its batches. */
    private static double lateShare(Projection projection) {
        return 1 - projection.onTimeShare();
    }

    private static String sentence(
            ModelProjection projection, String stable, AtWeight ofStable, String candidate, AtWeight ofCandidate) {
        return String.format(
                Locale.ROOT,
                "version '%s' cannot carry %d %% of the present traffic (%.0f requests/s): by its projection it answers"
                        + " %.1f %% on time, where version '%s' answers %.1f %%",
                candidate,
                ofCandidate.weightPercent(),
                projection.requestsPerSecond(),
                PERCENT * ofCandidate.projection().onTimeShare(),
                stable,
                PERCENT * ofStable.projection().onTimeShare());
    }
}
