package io.bellwether.benchmark.report;

import io.bellwether.benchmark.judge.Contestant;
import io.bellwether.benchmark.judge.Verdict;
import io.bellwether.benchmark.run.Tally;
import io.bellwether.benchmark.trace.Scenario;
import java.util.List;
import java.util.Locale;

/** Two plots as SVG: false rollbacks with their intervals, and the share of harmful candidates found over time. */
public final class SvgPlots {
    private static final List<String> COLOURS =
            List.of("#b35806", "#e08214", "#998ec3", "#c2a5cf", "#7f7f7f", "#1b7837", "#5aae61");
    private static final int LABEL_WIDTH = 330;
    private static final int PLOT_WIDTH = 560;
    private static final int LINE = 14;
    private static final int PANEL_WIDTH = 300;
    private static final int PANEL_HEIGHT = 150;
    private static final int PANELS_A_ROW = 3;
    private static final int PANEL_GAP = 48;

    private SvgPlots() {}

    /** Share of equal candidates that were rolled back: a dot, and a bar for its exact 95 % interval. */
    public static String falseRollbacks(Board board) {
        StringBuilder body = new StringBuilder();
        int y = 40;
        int x = LABEL_WIDTH;
        for (Scenario scenario : board.scenarios(Scenario.Truth.EQUAL)) {
            text(body, 6, y, "start", scenario.name());
            for (Tally tally : board.tallies(scenario)) {
                int events = tally.count(Verdict.ROLL_BACK);
                ExactInterval interval = ExactInterval.of(events, tally.runs());
                String colour = colour(tally.judge());
                text(body, x - 8, y, "end", tally.judge());
                line(
                        body,
                        colour,
                        x + interval.lower() * PLOT_WIDTH,
                        y - 4.0,
                        x + interval.upper() * PLOT_WIDTH,
                        y - 4.0);
                body.append(String.format(
                        Locale.ROOT,
                        "<circle cx=\"%.1f\" cy=\"%d\" r=\"3.5\" fill=\"%s\"/>\n",
                        x + (double) events / tally.runs() * PLOT_WIDTH,
                        y - 4,
                        colour));
                y += LINE;
            }
            y += 10;
        }
        for (int percent = 0; percent <= 100; percent += 20) {
            double at = x + percent / 100.0 * PLOT_WIDTH;
            line(body, "#dddddd", at, 24, at, y);
            text(body, (int) at, 18, "middle", percent + " %");
        }
        return svg(LABEL_WIDTH + PLOT_WIDTH + 30, y + 10, "Equal candidates rolled back", body);
    }

    /** For every harmful scenario, which share of the rollouts each judge had rolled back by which minute. */
    public static String detection(Board board) {
        StringBuilder body = new StringBuilder();
        List<Scenario> scenarios = board.scenarios(Scenario.Truth.HARMFUL);
        for (int i = 0; i < scenarios.size(); i++) {
            int left = PANEL_GAP + i % PANELS_A_ROW * (PANEL_WIDTH + PANEL_GAP);
            int top = 60 + i / PANELS_A_ROW * (PANEL_HEIGHT + PANEL_GAP);
            panel(body, scenarios.get(i), board.tallies(scenarios.get(i)), left, top);
        }
        int rows = (scenarios.size() + PANELS_A_ROW - 1) / PANELS_A_ROW;
        int x = PANEL_GAP;
        for (Contestant contestant : Contestant.all()) {
            line(body, colour(contestant.name()), x, 24, x + 20.0, 24);
            text(body, x + 24, 28, "start", contestant.name());
            x += 140;
        }
        return svg(
                PANEL_GAP + PANELS_A_ROW * (PANEL_WIDTH + PANEL_GAP),
                60 + rows * (PANEL_HEIGHT + PANEL_GAP),
                "Harmful candidates rolled back by minute",
                body);
    }

    private static void panel(StringBuilder body, Scenario scenario, List<Tally> tallies, int left, int top) {
        int bottom = top + PANEL_HEIGHT;
        text(body, left, top - 6, "start", scenario.name() + ": " + scenario.title());
        line(body, "#888888", left, bottom, left + (double) PANEL_WIDTH, bottom);
        line(body, "#888888", left, top, left, bottom);
        for (int quarter = 0; quarter <= 2; quarter++) {
            int at = left + quarter * PANEL_WIDTH / 2;
            text(body, at, bottom + LINE, "middle", quarter * scenario.horizonMinutes() / 2 + " min");
            text(body, left - 4, bottom - quarter * PANEL_HEIGHT / 2 + 4, "end", 50 * quarter + " %");
        }
        for (Tally tally : tallies) {
            StringBuilder points = new StringBuilder();
            double[] minutes = tally.rollbackMinutes();
            double y = bottom;
            point(points, left, y);
            for (int i = 0; i < minutes.length; i++) {
                double x = left + minutes[i] / scenario.horizonMinutes() * PANEL_WIDTH;
                point(points, x, y);
                y = bottom - (i + 1.0) / tally.runs() * PANEL_HEIGHT;
                point(points, x, y);
            }
            point(points, left + (double) PANEL_WIDTH, y);
            body.append(String.format(
                    Locale.ROOT,
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"1.6\"/>\n",
                    points.toString().trim(),
                    colour(tally.judge())));
        }
    }

    private static void point(StringBuilder points, double x, double y) {
        points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
    }

    private static String colour(String judge) {
        List<String> names = Contestant.all().stream().map(Contestant::name).toList();
        return COLOURS.get(names.indexOf(judge) % COLOURS.size());
    }

    private static void line(StringBuilder body, String colour, double x1, double y1, double x2, double y2) {
        body.append(String.format(
                Locale.ROOT,
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"1.6\"/>\n",
                x1,
                y1,
                x2,
                y2,
                colour));
    }

    private static void text(StringBuilder body, int x, int y, String anchor, String words) {
        body.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n",
                x,
                y,
                anchor,
                words.replace("&", "&amp;").replace("<", "&lt;")));
    }

    private static String svg(int width, int height, String title, StringBuilder body) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">\n<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\""
                        + " fill=\"#ffffff\"/>\n%s</svg>\n",
                width,
                height,
                title,
                body);
    }
}
