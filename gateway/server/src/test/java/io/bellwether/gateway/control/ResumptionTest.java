package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.control.Resumption.LogBounds;
import io.bellwether.routing.ControlState;
import io.bellwether.routing.Effect;
import io.bellwether.routing.Folded;
import org.junit.jupiter.api.Test;

class ResumptionTest {
    private final ControlState state =
            ControlState.empty().apply(Commands.setStable("c", "2"), 4).state();

    @Test
    void withoutAStateTheWholeLogIsRead() {
        // When
        Resumption resumption = Resumption.of(ControlState.empty(), "", new LogBounds("a", 3, 9));

        // Then
        assertThat(resumption.fromPosition()).isEqualTo(3);
        assertThat(resumption.warning()).isEmpty();
    }

    @Test
    void theSameLogGoesOnBehindTheLastGoodPosition() {
        // When
        Resumption resumption = Resumption.of(state, "a", new LogBounds("a", 0, 9));

        // Then
        assertThat(resumption.fromPosition()).isEqualTo(5);
        assertThat(resumption.state()).isEqualTo(state);
        assertThat(resumption.warning()).isEmpty();
    }

    @Test
    void aStateAtTheEndOfTheLogIsWhole() {
        // When
        Resumption resumption = Resumption.of(state, "a", new LogBounds("a", 0, 5));

        // Then
        assertThat(resumption.fromPosition()).isEqualTo(5);
        assertThat(resumption.warning()).isEmpty();
    }

    @Test
    void aLogThatIsShorterThanTheStateKeepsTheRoutes() {
        // When
        Resumption resumption = Resumption.of(state, "a", new LogBounds("a", 0, 4));

        // Then
        assertThat(resumption.fromPosition()).isZero();
        assertThat(resumption.state().stableVersion("m")).contains("2");
        assertThat(resumption.warning())
                .hasValueSatisfying(
                        warning -> assertThat(warning).contains("position 4").contains("abort"));
    }

    @Test
    void anotherLogIsFoldedOnTopOfTheLastGoodState() {
        // Given
        Resumption resumption = Resumption.of(state, "a", new LogBounds("b", 0, 100));

        // When
        Folded known = resumption.state().apply(Commands.setStable("c", "2"), 0);
        Folded fresh = known.state().apply(Commands.setStable("d", "3"), 1);

        // Then
        assertThat(resumption.warning()).isPresent();
        assertThat(known.effect()).isInstanceOf(Effect.Duplicate.class);
        assertThat(fresh.effect()).isInstanceOf(Effect.Applied.class);
        assertThat(fresh.state().stableVersion("m")).contains("3");
    }

    @Test
    void aLogThatLostItsBeginningSaysSo() {
        // When
        Resumption resumption = Resumption.of(state, "a", new LogBounds("a", 8, 20));

        // Then
        assertThat(resumption.fromPosition()).isEqualTo(8);
        assertThat(resumption.warning()).isPresent();
    }
}
