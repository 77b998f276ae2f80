package io.bellwether.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * What happened to a rollout so far.
 *
 * <p>Both lists are bounded. The first entry (the creation) always stays; of the others the newest are kept. Forgetting
 * an old command id is safe: a late second entry of that command is based on an old version and therefore void, or ends
 * a rollout that has already ended.
 *
 * @param version rises by one with every applied command; 1 after the creation
 * @param history oldest first, at most {@value #HISTORY_MAX} entries
 * @param commandIds ids of applied commands, oldest first, at most {@value #COMMAND_IDS_MAX}
 * @param armsTakenBack versions of an A/B/n that were taken back by themselves, in that order; only grows
 */
public record Trail(long version, List<HistoryEntry> history, List<String> commandIds, List<String> armsTakenBack) {

    /** Most entries of history kept. */
    public static final int HISTORY_MAX = 200;
    /** Most command ids kept. */
    public static final int COMMAND_IDS_MAX = 400;

    static final Trail NONE = new Trail(0, List.of(), List.of(), List.of());

    public Trail {
        history = List.copyOf(history);
        commandIds = List.copyOf(commandIds);
        armsTakenBack = List.copyOf(armsTakenBack);
    }

    Trail with(HistoryEntry entry) {
        return new Trail(
                version + 1,
                appended(history, entry, HISTORY_MAX),
                appended(commandIds, entry.commandId(), COMMAND_IDS_MAX),
                armsTakenBack);
    }

    /** The same after an arm was taken back. */
    Trail without(String arm) {
        List<String> more = new ArrayList<>(armsTakenBack);
        more.add(arm);
        return new Trail(version, history, commandIds, more);
    }

    private static <T> List<T> appended(List<T> list, T last, int sizeMax) {
        List<T> longer = new ArrayList<>(list);
        longer.add(last);
        if (longer.size() > sizeMax) {
            longer.remove(1);
        }
        return longer;
    }
}
