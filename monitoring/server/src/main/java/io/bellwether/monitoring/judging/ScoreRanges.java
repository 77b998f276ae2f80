package io.bellwether.monitoring.judging;

import io.bellwether.monitoring.evaluation.ScoreWatch;
import io.bellwether.telemetry.TopScoreScale;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/** What the bins of scores hold: numbers where the scale is known, else their place among the edges that the model declares. */
final class ScoreRanges implements ScoreWatch.Ranges {
    private static final MathContext TWO_DIGITS = new MathContext(2);
    private static final MathContext THREE_DIGITS = new MathContext(3);

    /** Beyond it probabilities differ in what they lack to one. */
    private static final double NEARLY_ONE = 0.99;

    @Override
    public String name(String scale, int first, int last, int bins) {
        if (last == bins - 1) {
            return "NaN or infinite";
        }
        return scale.equals(TopScoreScale.NAME) && bins == TopScoreScale.bins()
                ? numbers(first, last)
                : places(first, last, bins);
    }

    private static String numbers(int first, int last) {
        List<Double> edges = TopScoreScale.edges();
        boolean open = last == edges.size();
        if (first == 0) {
            return open ? "any number" : "below " + text(edges.get(last));
        }
        String from = text(edges.get(first - 1));
        return open ? from + " or more" : from + " to " + text(edges.get(last));
    }

    private static String places(int first, int last, int bins) {
        String which = first == last ? "in bin " + first : "in bins " + first + " to " + last;
        return which + " of 0 to " + (bins - 2);
    }

    private static String text(double edge) {
        return edge > NEARLY_ONE && edge < 1
                ? BigDecimal.ONE
                        .subtract(new BigDecimal(1 - edge).round(TWO_DIGITS))
                        .toPlainString()
                : new BigDecimal(edge).round(THREE_DIGITS).stripTrailingZeros().toPlainString();
    }
}
