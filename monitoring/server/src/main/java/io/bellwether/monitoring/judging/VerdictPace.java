package io.bellwether.monitoring.judging;

import io.bellwether.controlapi.log.Command;

/** When a rollout is judged again, and when a command is given again. */
final class VerdictPace {
    private final JudgeSettings settings;
    private boolean changed = true;
    private long judgedAtMillis = Long.MIN_VALUE;
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
        long wait = changed ? settings.verdictMillisMin() : settings.verdictMillisMax();
        if (judgedAtMillis != Long.MIN_VALUE && nowMillis - judgedAtMillis < wait) {
            return false;
        }
        changed = false;
        judgedAtMillis = nowMillis;
        return true;
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
