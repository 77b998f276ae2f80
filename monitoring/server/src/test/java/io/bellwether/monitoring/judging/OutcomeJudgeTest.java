package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.protobuf.InvalidProtocolBufferException;
import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Outcome;
import io.bellwether.monitoring.ControlCommands;
import io.bellwether.monitoring.SimulatedFleet;
import io.bellwether.monitoring.SimulatedFleet.Behaviour;
import io.bellwether.telemetry.events.Arm;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.Snapshot;
import io.bellwether.telemetry.events.ToldNumbers;
import io.bellwether.telemetry.events.Verdict;
import org.junit.jupiter.api.Test;

/** A rollout with numbers that an application tells, from snapshots to verdicts, over a restart, and once more. */
class OutcomeJudgeTest {
    private static final long START_MILLIS = 1_800_000_000_000L;

    @Test
    void aCandidateThatEarnsLessIsTakenBackAndAllOfItIsMadeAgain() throws InvalidProtocolBufferException {
        // Given ten numbers an arm and second, of which the candidate's are half as large, and a restart in the middle
        SimulatedFleet fleet = new SimulatedFleet(7, Behaviour.EQUAL, 300, START_MILLIS);
        fleet.route("r1", 0.2);
        JudgedRollout rollout = new JudgedRollout(create(), fleet, OutcomeJudgeTest::told);
        rollout.play(100);
        rollout.restart();

        // When
        Verdict last = rollout.play(100);

        // Then
        assertThat(last.getConclusion()).isEqualTo(Verdict.Conclusion.ROLL_BACK);
        assertThat(last.getReason()).startsWith("revenue: 25.00 on average of").contains("against 50.00 of");
        assertThat(last.getHarmedList()).containsExactly("outcome_revenue");
        GuardrailEvidence shown = last.getGuardrails(last.getGuardrailsCount() - 1);
        assertThat(shown.getName()).isEqualTo("outcome_revenue");
        assertThat(shown.getUnit()).isEqualTo("number");
        assertThat(shown.getHarmedSinceSlot()).isPositive();
        assertThat(last.getLogERollBack()).isEqualTo(-Math.log(0.01 * 0.9));
        assertThat(last.getLogEOutcomesLevel()).isCloseTo(-Math.log(0.01 * 0.1), within(1e-9));
        assertThat(last.getLogEOutcomes()).isGreaterThanOrEqualTo(last.getLogEOutcomesLevel());
        assertThat(shown.getEffectLowest()).isZero();
        assertThat(shown.getEffectHighest()).isZero();

        // When all of it is judged once more, then
        rollout.assertMadeAgain();
    }

    private static Command create() {
        Command create = ControlCommands.create("r1", START_MILLIS, true, 3_600);
        return create.toBuilder()
                .setCreate(create.getCreate().toBuilder()
                        .setGuardrails(Guardrails.newBuilder()
                                .addOutcomes(Outcome.newBuilder()
                                        .setName("revenue")
                                        .setMost(100)
                                        .setMargin(1))))
                .build();
    }

    /** The same snapshot, in which ten numbers of each compared arm were told. */
    private static Snapshot told(Snapshot snapshot) {
        Snapshot.Builder told = snapshot.toBuilder();
        for (CellCounts.Builder cell : told.getCellsBuilderList()) {
            Arm arm = cell.getKey().getArm();
            if (cell.getRequests() > 0 && (arm == Arm.CONTROL || arm == Arm.CANDIDATE)) {
                cell.addNumbers(ToldNumbers.newBuilder()
                        .setName("revenue")
                        .addStep(arm == Arm.CONTROL ? 500 : 250)
                        .addCount(10));
            }
        }
        return told.build();
    }
}
