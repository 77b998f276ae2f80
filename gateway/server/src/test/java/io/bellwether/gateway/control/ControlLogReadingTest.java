package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.routing.Effect;
import org.junit.jupiter.api.Test;

class ControlLogReadingTest {
    private final ControlFold fold = new ControlFold();
    private final ControlLogReading reading = new ControlLogReading(fold);

    @Test
    void whatIsNoCommandIsVoidAndMovesOn() {
        // Given
        reading.begin(new Resumption.LogBounds("a", 0, 3));

        // When
        ControlLogReading.Seen tombstone = reading.read(0, null, 1, 2, true);
        ControlLogReading.Seen garbage = reading.read(1, new byte[] {1, 2, 3}, 1, 2, true);
        ControlLogReading.Seen command =
                reading.read(2, Commands.setStable("c", "2").toByteArray(), 1, 2, true);

        // Then
        assertThat(tombstone.damaged()).isFalse();
        assertThat(tombstone.effect()).isInstanceOf(Effect.Void.class);
        assertThat(garbage.damaged()).isTrue();
        assertThat(garbage.effect()).isInstanceOf(Effect.Void.class);
        assertThat(command.effect()).isEqualTo(new Effect.Applied());
        assertThat(fold.state().lastPosition()).isEqualTo(2);
        assertThat(fold.state().stableVersion("m")).contains("2");
    }

    @Test
    void theSameLogGoesOnAndAnotherOneBeginsAgain() {
        // Given
        reading.begin(new Resumption.LogBounds("a", 0, 1));
        reading.read(0, Commands.setStable("c", "2").toByteArray(), 1, 2, true);

        // When
        Resumption same = reading.begin(new Resumption.LogBounds("a", 0, 5));
        Resumption other = reading.begin(new Resumption.LogBounds("b", 3, 5));

        // Then: the routes stay, the position does not
        assertThat(same.fromPosition()).isEqualTo(1);
        assertThat(other.fromPosition()).isEqualTo(3);
        assertThat(fold.logId()).isEqualTo("b");
        assertThat(fold.state().lastPosition()).isEqualTo(-1);
        assertThat(fold.state().stableVersion("m")).contains("2");
    }
}
