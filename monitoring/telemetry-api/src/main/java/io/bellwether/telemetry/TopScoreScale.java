package io.bellwether.telemetry;

import java.util.ArrayList;
import java.util.List;

/**
 * The frozen bins of the largest score of an answer that has one score a class. One scale fits every model, because bins must
 * be fixed before the first request is seen, and the same in all processes and versions.
 *
 * <p>Between 0 and 1 the bins are equally wide in the logit, half a unit each. Good models are nearly always nearly sure: of
 * equally wide bins of probabilities the last one would hold almost everything, and a move from 99 to 97 % would not be seen.
 * From 1 on they are a quarter of an octave wide, for programs that give logits; below 0, where a largest score seldom lies, an
 * octave. The bin from 1 on holds probabilities that were rounded to 1.
 *
 * <p>Bin 0 lies below the first edge, bin i from edge i-1 up to edge i, the last but one from the last edge on; the last one
 * is for NaN and infinities.
 */
public final class TopScoreScale {
    /** The name of the scale in telemetry. What changes the edges takes another name. */
    public static final String NAME = "top-1";

    private static final int OCTAVES_BELOW = 5;
    private static final int HALF_LOGITS_FIRST = -10;
    private static final int HALF_LOGITS_LAST = 28;
    private static final int QUARTER_OCTAVES_LAST = 24;
    private static final double EDGE_LAST = 1_024;

    private static final List<Double> EDGES = makeEdges();

    private TopScoreScale() {}

    /** The rising edges between the bins. */
    public static List<Double> edges() {
        return EDGES;
    }

    /** Bins, that of NaN and infinities among them. */
    public static int bins() {
        return EDGES.size() + 2;
    }

    private static List<Double> makeEdges() {
        List<Double> edges = new ArrayList<>();
        for (int octave = OCTAVES_BELOW; octave >= 0; octave--) {
            edges.add(-StrictMath.pow(2, octave));
        }
        edges.add(0.0);
        for (int half = HALF_LOGITS_FIRST; half <= HALF_LOGITS_LAST; half++) {
            edges.add(1 / (1 + StrictMath.exp(-0.5 * half)));
        }
        for (int quarter = 0; quarter <= QUARTER_OCTAVES_LAST; quarter++) {
            edges.add(StrictMath.pow(2, 0.25 * quarter));
        }
        edges.add(EDGE_LAST);
        return List.copyOf(edges);
    }
}
