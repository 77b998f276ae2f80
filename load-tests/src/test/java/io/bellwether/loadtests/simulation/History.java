package io.bellwether.loadtests.simulation;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** What happened, for people; the newest lines are kept. */
final class History {
    private static final int LINES_MAX = 400;

    private final Agenda agenda;
    private final Deque<String> lines = new ArrayDeque<>();
    private long digest = 17;

    History(Agenda agenda) {
        this.agenda = agenda;
    }

    void add(String who, String what) {
        String line = String.format(Locale.ROOT, "%9.3f %-12s ", agenda.nowNanos() / 1e9, who) + what;
        digest = 31 * digest + line.hashCode();
        lines.add(line);
        if (lines.size() > LINES_MAX) {
            lines.remove();
        }
    }

    /** A number that two runs of one seed share. */
    long digest() {
        return digest;
    }

    @Override
    public String toString() {
        return String.join("\n", lines);
    }
}
