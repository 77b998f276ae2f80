package io.bellwether.monitoring.judging;

import io.bellwether.controlapi.log.Command;

/**
 * When a rollout is judged again, and when a command is given again. News is told at once, unless other news was told just
 * before; a verdict that only the clock asked for holds nothing up.
 */
final class VerdictPace {
    private final JudgeSettings settings;
    private boolean changed = true;
    private long judgedAtMillis = Long.MIN_VALUE;
    private long newsAtMillis = Long.MIN_VALUE;
    private String sentCommandId = "";
    private long sentAtMillis;

    VerdictPace(JudgeSettings settings) {
        this.settings = settings;
    }

    /** Something is new, so that the next verdict is due sooner. */
    void changed() {
        changed = true;
    }

    /** Whether a verdict is due; if so it counts as given. */
    boolean begin(long nowMillis) {
        boolean due = changed
                ? isOver(newsAtMillis, settings.verdictMillisMin(), nowMillis)
                : isOver(judgedAtMillis, settings.verdictMillisMax(), nowMillis);
        if (!due) {
            return false;
        }
        newsAtMillis = changed ? nowMillis : newsAtMillis;
        changed = false;
        judgedAtMillis = nowMillis;
        return true;
    }

    private static boolean isOver(long sinceMillis, long waitMillis, long nowMillis) {
        return sinceMillis == Long.MIN_VALUE || nowMillis - sinceMillis >= waitMillis;
    }

    /** Whether to give a command: it is repeated only if the control log has not shown it for a while. */
    boolean give(Command command, long nowMillis) {
        if (command.getId().equals(sentCommandId) && nowMillis - sentAtMillis < settings.resendMillis()) {
            return false;
        }
        sentCommandId = command.getId();
        sentAtMillis = nowMillis;
        return true;
    }
}
