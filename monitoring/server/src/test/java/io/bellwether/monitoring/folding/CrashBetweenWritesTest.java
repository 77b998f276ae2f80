package io.bellwether.monitoring.folding;

import static io.bellwether.monitoring.folding.Reports.asked;
import static io.bellwether.monitoring.folding.Reports.computed;
import static io.bellwether.monitoring.folding.Reports.gateway;
import static io.bellwether.monitoring.folding.Reports.worker;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.monitoring.evaluation.SlotCounts;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A crash keeps a prefix of the writes. The mark of a process is written after the counts that came with it, because a
 * mark without them would make their repeat stale. So after every prefix, reading the snapshot again leads to the state
 * of a fold that never crashed.
 */
class CrashBetweenWritesTest {
    /** Several cells a snapshot, a restart in the middle, counts thrown away, a farewell. */
    private static final List<Snapshot> INPUT = List.of(
            gateway(1, 10, asked(10, Arm.CONTROL, 1, 0), asked(10, Arm.CANDIDATE, 2, 0)),
            worker(1, 10, computed(10, Arm.CONTROL, 1), computed(10, Arm.CANDIDATE, 2)),
            gateway(2, 11, asked(10, Arm.CONTROL, 3, 0), asked(10, Arm.CANDIDATE, 4, 1), asked(11, Arm.CONTROL, 1, 0)),
            worker(2, 11, computed(10, Arm.CONTROL, 3), computed(10, Arm.CANDIDATE, 4)),
            gateway(1, 12, asked(11, Arm.CONTROL, 1, 0), asked(12, Arm.CANDIDATE, 1, 0)).toBuilder()
                    .setEpoch(2)
                    .build(),
            worker(3, 12, computed(11, Arm.CONTROL, 2), computed(12, Arm.CANDIDATE, 1)),
            gateway(2, 13, asked(12, Arm.CONTROL, 2, 0), asked(12, Arm.CANDIDATE, 3, 0)).toBuilder()
                    .setEpoch(2)
                    .setDroppedSnapshots(1)
                    .build(),
            worker(4, 14, computed(12, Arm.CONTROL, 2), computed(12, Arm.CANDIDATE, 3)).toBuilder()
                    .setClosing(true)
                    .build(),
            gateway(3, 15, asked(13, Arm.CONTROL, 2, 0), asked(13, Arm.CANDIDATE, 3, 0)).toBuilder()
                    .setEpoch(2)
                    .setDroppedSnapshots(1)
                    .build());

    private static final Snapshot LAST =
            gateway(4, 16).toBuilder().setEpoch(2).setDroppedSnapshots(1).build();

    @Test
    void afterEveryPrefixOfTheWritesTheRepeatedInputEndsTheSame() throws InvalidProtocolBufferException {
        // Given a fold that never crashed, and how much it had written after each snapshot
        RecordingJournal journal = new RecordingJournal();
        List<Integer> writesAfter = new ArrayList<>();
        SlotFold whole = new SlotFold("digits", FoldSettings.DEFAULTS, journal);
        Map<Long, String> expected = new TreeMap<>();
        for (Snapshot snapshot : INPUT) {
            take(whole, snapshot, expected);
            writesAfter.add(journal.size());
        }
        int writes = journal.size();
        take(whole, LAST, expected);
        assertThat(expected).hasSizeGreaterThan(2);

        for (int crash = 0; crash <= writes; crash++) {
            int from = 0;
            while (from < INPUT.size() && writesAfter.get(from) <= crash) {
                from++;
            }
            // When it crashes after a write and reads again from the snapshot that it was in, or from an earlier one
            for (int again = Math.max(0, from - 2); again <= Math.min(from, INPUT.size() - 1); again++) {
                RecordingJournal after = new RecordingJournal();
                SlotFold restarted = new SlotFold("digits", FoldSettings.DEFAULTS, after);
                for (Map.Entry<MemoryKey, byte[]> memory :
                        journal.contentAfter(crash).entrySet()) {
                    restarted.restore(memory.getKey(), memory.getValue());
                    after.put(memory.getKey(), memory.getValue());
                }
                Map<Long, String> closed = new TreeMap<>();
                for (Snapshot snapshot : INPUT.subList(again, INPUT.size())) {
                    take(restarted, snapshot, closed);
                }
                take(restarted, LAST, closed);

                // Then every slot that closes says the same, and so does what is remembered in the end
                assertThat(expected.entrySet())
                        .as("crash after write %d, read again from %d", crash, again)
                        .containsAll(closed.entrySet());
                assertThat(text(after))
                        .as("crash after write %d, read again from %d", crash, again)
                        .isEqualTo(text(journal));
            }
        }
    }

    private static void take(SlotFold fold, Snapshot snapshot, Map<Long, String> closed) {
        fold.accept(snapshot);
        for (ClosedSlot slot = fold.next(); slot != null; slot = fold.next()) {
            SlotCounts counts = SlotSums.ofRollout(slot, Reports.ROLLOUT);
            closed.put(
                    slot.slot(),
                    String.format(
                            "partial=%s control=%d candidate=%d/%d exposed=%d cost=%d whole=%d",
                            slot.partial(),
                            counts.control().requests(),
                            counts.candidate().failures(),
                            counts.candidate().requests(),
                            counts.exposedRequests(),
                            counts.exposedCostPicoUsd(),
                            slot.whole().size()));
            fold.closed(slot.slot());
        }
    }

    private static Map<String, String> text(RecordingJournal journal) {
        Map<String, String> text = new TreeMap<>();
        journal.contentAfter(journal.size())
                .forEach((key, value) ->
                        text.put(key.text(), java.util.HexFormat.of().formatHex(value)));
        return text;
    }
}
