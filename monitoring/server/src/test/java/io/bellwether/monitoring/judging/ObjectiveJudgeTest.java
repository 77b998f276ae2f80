package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.telemetry.events.Verdict;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A rollout of a model that burns its error budget, from snapshots to verdicts, over a restart, and once more. */
class ObjectiveJudgeTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    @Test
    void aModelThatBurnsItsBudgetHoldsAnEqualCandidateAndAllOfItIsMadeAgain() throws InvalidProtocolBufferException {
        // Given one failure in a thousand where one in ten thousand is allowed, and a restart in the middle
        SimulatedFleet fleet = new SimulatedFleet(7, Behaviour.EQUAL, 300, START_MILLIS);
        fleet.route("r1", 0.2);
        JudgedRollout rollout = new JudgedRollout(create(0.9999), fleet, UnaryOperator.identity());
        rollout.play(100);
        rollout.restart();

        // When
        Verdict last = rollout.play(100);

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.HOLD);
        assertThat(last.getReason()).startsWith("the model burns the error budget of its objective of 99.99 %");
        assertThat(last.getObjective().getBurning()).isTrue();
        assertThat(last.getObjective().getHourBurnRate()).isBetween(5.0, 20.0);
        assertThat(last.getLogERollBack()).isEqualTo(-Math.log(0.01 * 0.95));

        // When all of it is judged once more, then
        rollout.assertMadeAgain();
    }

    @Test
    void aRolloutWithoutAnObjectiveHasNone() {
        // Given
        SimulatedFleet fleet = new SimulatedFleet(7, Behaviour.EQUAL, 50, START_MILLIS);
        fleet.route("r1", 0.2);

        // When
        Verdict last = new JudgedRollout(create(0), fleet, UnaryOperator.identity()).play(40);

        // Then
        assertThat(last.hasObjective()).isFalse();
        assertThat(last.getLogERollBack()).isEqualTo(-Math.log(0.01));
    }

    private static Command create(double objective) {
        Command create = ControlCommands.create("r1", START_MILLIS, true, 3_600);
        return create.toBuilder()
                .setCreate(create.getCreate().toBuilder()
                        .setGuardrails(Guardrails.newBuilder().setObjective(objective)))
                .build();
    }
}
