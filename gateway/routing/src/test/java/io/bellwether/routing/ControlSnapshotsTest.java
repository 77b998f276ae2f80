package io.bellwether.routing;

import static io.bellwether.routing.Commands.abort;
import static io.bellwether.routing.Commands.advance;
import static io.bellwether.routing.Commands.createGated;
import static io.bellwether.routing.Commands.createRollout;
import static io.bellwether.routing.Commands.createShadow;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.hold;
import static io.bellwether.routing.Commands.promote;
import static io.bellwether.routing.Commands.setStable;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.ControlSnapshot;
import io.bellwether.controlapi.log.ModelSnapshot;
import io.bellwether.controlapi.log.RolloutPhase;
import io.bellwether.controlapi.log.RolloutSnapshot;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class ControlSnapshotsTest {

    @Test
    void everyStateSurvivesTheWayThroughBytes() {
        ControlState running = fold(setStable("s", "1"), createRollout("c-0"), advance("c-1", 1, 1));
        for (ControlState state : List.of(
                ControlState.empty(),
                running,
                fold(createRollout("c-0"), hold("c-1", 1)),
                fold(createShadow("c-0", 2_500, 1_000)),
                fold(createGated("c-0")),
                fold(createRollout("c-0"), promote("c-1", 1)),
                running.apply(abort("c-2", 9), 77).state(),
                running.apply(hold("stale", 9), 78).state())) {
            assertThat(ControlSnapshots.read(ControlSnapshots.write(state, "log-1")))
                    .isEqualTo(new SnapshotRead.Restored(state, "log-1"));
        }
    }

    @Test
    void equalStatesHaveEqualBytes() {
        assertThat(ControlSnapshots.write(fold(createRollout("c-0")), ""))
                .isEqualTo(ControlSnapshots.write(fold(createRollout("c-0")), ""));
    }

    @Test
    void aFileThatWasCutAnywhereIsUnreadable() {
        byte[] whole = ControlSnapshots.write(fold(createRollout("c-0")), "log-1");

        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThat(ControlSnapshots.read(cut)).as("length %d", length).isInstanceOf(SnapshotRead.Unreadable.class);
        }
    }

    @Test
    void aFlippedBitAnywhereIsUnreadable() {
        byte[] whole = ControlSnapshots.write(fold(createRollout("c-0")), "log-1");

        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(ControlSnapshots.read(damaged)).as("bit %d", bit).isInstanceOf(SnapshotRead.Unreadable.class);
        }
    }

    @Test
    void foreignContentWithARightChecksumIsUnreadable() {
        Random random = new Random(5);
        for (int run = 0; run < 2_000; run++) {
            byte[] body = new byte[1 + random.nextInt(40)];
            random.nextBytes(body);
            body[0] = 0x22;
            assertThat(ControlSnapshots.read(framed(body)))
                    .as("seed 5, run %d", run)
                    .isNotNull();
        }
        assertThat(ControlSnapshots.read(framed(new byte[] {0x22, 0x7f}))).isInstanceOf(SnapshotRead.Unreadable.class);
    }

    @Test
    void contentThatIsNoLegalStateIsUnreadable() {
        RolloutSnapshot withoutSteps =
                RolloutSnapshot.newBuilder().setPhase(RolloutPhase.RUNNING).build();
        RolloutSnapshot endedAsLive =
                RolloutSnapshot.newBuilder().setPhase(RolloutPhase.ABORTED).build();
        RolloutSnapshot ofNewerForm =
                RolloutSnapshot.newBuilder().setPhaseValue(99).build();
        for (RolloutSnapshot live : List.of(withoutSteps, endedAsLive, ofNewerForm)) {
            ControlSnapshot snapshot = ControlSnapshot.newBuilder()
                    .addModels(ModelSnapshot.newBuilder().setModel("m").setLive(live))
                    .build();
            assertThat(ControlSnapshots.read(framed(snapshot.toByteArray())))
                    .isInstanceOfSatisfying(SnapshotRead.Unreadable.class, unreadable -> assertThat(unreadable.reason())
                            .contains("not a control state"));
        }
    }

    @Test
    void aRestoredStateFoldsOnLikeTheOriginal() {
        ControlState state = fold(createRollout("c-0"), advance("c-1", 1, 1));
        ControlState restored =
                ((SnapshotRead.Restored) ControlSnapshots.read(ControlSnapshots.write(state, ""))).state();

        assertThat(restored.apply(advance("c-1", 1, 1), 1).effect()).isEqualTo(new Effect.Duplicate());
        assertThat(restored.apply(advance("c-1", 2, 2), 2).effect()).isEqualTo(new Effect.Duplicate());
        assertThat(restored.apply(advance("c-2", 2, 2), 2)).isEqualTo(state.apply(advance("c-2", 2, 2), 2));
    }

    private static byte[] framed(byte[] body) {
        CRC32C crc = new CRC32C();
        crc.update(body);
        return ByteBuffer.allocate(8 + body.length)
                .putInt(0x42575331)
                .putInt((int) crc.getValue())
                .put(body)
                .array();
    }
}
