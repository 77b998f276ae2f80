package io.bellwether.monitoring.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.monitoring.replay.Recorded.Commanded;
import io.bellwether.monitoring.replay.Recorded.Concluded;
import io.bellwether.monitoring.replay.Recorded.Counted;
import io.bellwether.monitoring.replay.Recorded.Place;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoldOrderTest {
    @Test
    void aVerdictFollowsTheSnapshotThatItAnswersAndItsCommandsComeBefore() {
        // Given a command whose record is older than the snapshot before the verdict that first knew it
        List<Commanded> commands = List.of(command(4, 100, "r1"));
        List<Concluded> verdicts = List.of(verdict("r1", 320, 12, 5, false));

        // Then
        assertThat(order(commands, verdicts, snapshot(10, 200), snapshot(11, 300), snapshot(12, 400)))
                .containsExactly("s10", "c4", "s11", "v320", "s12");
    }

    @Test
    void aVerdictOfTheClockFollowsAllSnapshotsThatItKnewAndThenTheCommands() {
        List<Commanded> commands = List.of(command(4, 100, "r1"));
        List<Concluded> verdicts = List.of(verdict("r1", 350, 12, 5, true));

        assertThat(order(commands, verdicts, snapshot(10, 200), snapshot(11, 300), snapshot(12, 400)))
                .containsExactly("s10", "s11", "c4", "v350", "s12");
    }

    @Test
    void aCommandThatNoVerdictKnewGoesByItsTimeButNotBeforeTheLastVerdictOfItsRollout() {
        // Given the end of a rollout, whose last verdict was made before monitoring saw it
        List<Commanded> commands = List.of(command(4, 100, "r1"), command(5, 310, "r1"), command(6, 330, ""));
        List<Concluded> verdicts = List.of(verdict("r1", 300, 11, 5, false), verdict("r1", 390, 12, 5, true));

        // Then
        assertThat(order(commands, verdicts, snapshot(10, 200), snapshot(11, 320), snapshot(12, 400)))
                .containsExactly("c4", "s10", "v300", "s11", "v390", "c5", "c6", "s12");
    }

    @Test
    void verdictsOfReleasesThatDidNotSayHowFarTheyHadComeGoByTime() {
        List<Commanded> commands = List.of(command(4, 250, "r1"));
        List<Concluded> verdicts = List.of(verdict("r1", 310, 0, 0, false), verdict("r1", 390, 0, 0, false));

        assertThat(order(commands, verdicts, snapshot(10, 200), snapshot(11, 300), snapshot(12, 400)))
                .containsExactly("s10", "c4", "s11", "v310", "v390", "s12");
    }

    @Test
    void whatIsLeftComesAtTheEnd() {
        assertThat(order(List.of(command(4, 900, "r1")), List.of(verdict("r1", 950, 11, 5, false)), snapshot(9, 100)))
                .containsExactly("s9", "c4", "v950");
    }

    private static List<String> order(List<Commanded> commands, List<Concluded> verdicts, Counted... snapshots) {
        List<String> names = new ArrayList<>();
        FoldOrder order = new FoldOrder(commands, verdicts, recorded -> names.add(name(recorded)));
        for (Counted snapshot : snapshots) {
            order.snapshot(snapshot);
        }
        order.finish();
        return names;
    }

    private static String name(Recorded recorded) {
        if (recorded instanceof Concluded concluded) {
            return "v" + concluded.verdict().getAtMillis();
        }
        return (recorded instanceof Counted ? "s" : "c") + recorded.place().offset();
    }

    private static Counted snapshot(long offset, long atMillis) {
        return new Counted(new Place(0, offset, atMillis), Snapshot.getDefaultInstance());
    }

    private static Commanded command(long offset, long atMillis, String rollout) {
        return new Commanded(
                new Place(0, offset, atMillis),
                Command.newBuilder().setRolloutId(rollout).build());
    }

    private static Concluded verdict(
            String rollout, long atMillis, long snapshotsUntil, long controlUntil, boolean byClock) {
        return new Concluded(
                new Place(0, atMillis, atMillis),
                Verdict.newBuilder()
                        .setRolloutId(rollout)
                        .setAtMillis(atMillis)
                        .setSnapshotsUntil(snapshotsUntil)
                        .setControlUntil(controlUntil)
                        .setByClock(byClock)
                        .build(),
                "");
    }
}
