package io.bellwether.monitoring.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Puts what a comparison of scores shows into words and tables. */
final class ScoreText {
    private static final Set<String> DIRECTIONS = Set.of("higher", "lower", "wider", "narrower");

    private final ScoreComparison comparison;
    private final ScoreWatch.Ranges ranges;
    private final String scale;
    private final ScoreComparison.Shown shown;

    ScoreText(ScoreComparison comparison, ScoreComparison.Shown shown, ScoreWatch.Ranges ranges, String scale) {
        this.comparison = comparison;
        this.shown = shown;
        this.ranges = ranges;
        this.scale = scale;
    }

    /** The counts of both arms, bin by bin. */
    List<ScoreWatch.Bin> bins() {
        List<ScoreWatch.Bin> bins = new ArrayList<>();
        for (int bin = 0; bin < shown.bins(); bin++) {
            bins.add(new ScoreWatch.Bin(range(bin), shown.control(bin), shown.candidate(bin)));
        }
        return bins;
    }

    /** How the candidate's scores differ from control's, or that nothing is seen of it. */
    String sentence(boolean moved, double margin) {
        String much = String.format(
                Locale.ROOT,
                "total variation %.3f over %d of its answers and %d of control's, about %.3f by chance, margin %.3g",
                shown.distance(),
                shown.candidateTotal(),
                shown.controlTotal(),
                shown.chance(),
                margin);
        if (!moved) {
            return "the scores of the candidate's answers are not shown to have moved: " + much;
        }
        int most = mostMoved();
        String how = DIRECTIONS.contains(comparison.strongest()) ? ", they are " + comparison.strongest() : "";
        return "the scores of the candidate's answers have moved" + how + ": "
                + EvidenceReport.percent(shown.shareOfCandidate(most)) + " of them are " + range(most) + ", against "
                + EvidenceReport.percent(shown.shareOfControl(most)) + " of control's (" + much + ")";
    }

    private int mostMoved() {
        int most = 0;
        double change = 0;
        for (int bin = 0; bin < shown.bins(); bin++) {
            double here = Math.abs(shown.shareOfControl(bin) - shown.shareOfCandidate(bin));
            most = here > change ? bin : most;
            change = Math.max(here, change);
        }
        return most;
    }

    private String range(int bin) {
        return ranges.name(
                scale, comparison.bins().first(bin), comparison.bins().last(bin), comparison.fineBins());
    }
}
