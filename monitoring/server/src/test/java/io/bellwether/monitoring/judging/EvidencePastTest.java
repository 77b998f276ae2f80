package io.bellwether.monitoring.judging;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.monitoring.evaluation.Assessment;
import io.bellwether.monitoring.evaluation.Assigned;
import io.bellwether.monitoring.evaluation.Conclusion;
import io.bellwether.monitoring.evaluation.GuardrailEvidence;
import io.bellwether.monitoring.evaluation.Unit;
import io.bellwether.monitoring.state.PastMemory;
import io.bellwether.telemetry.events.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvidencePastTest {
    private static final long FIRST_SLOT = 1_800_000_000L;
    private static final GuardrailEvidence.ArmShare NOTHING = new GuardrailEvidence.ArmShare(0, 0, 0);

    @Test
    void manySlotsLeaveFewPointsEvenlySpreadFromTheFirst() {
        // Given an hour in which harm grows by a hundredth of a nat a slot
        EvidencePast past = new EvidencePast();
        for (int i = 0; i < 3_600; i++) {
            past.note(assessment(i, i / 100.0, 0, false));
        }

        // Then
        Verdict verdict = verdict(past);
        assertThat(verdict.getPastSlotsCount()).isBetween(EvidencePast.POINTS_MAX / 2, EvidencePast.POINTS_MAX);
        assertThat(verdict.getPastSlots(0)).isEqualTo(FIRST_SLOT);
        long stride = verdict.getPastSlots(1) - verdict.getPastSlots(0);
        for (int i = 0; i < verdict.getPastSlotsCount(); i++) {
            assertThat(verdict.getPastSlots(i)).isEqualTo(FIRST_SLOT + i * stride);
            assertThat(verdict.getGuardrails(0).getPastLogEHarm(i)).isEqualTo((int) (i * stride));
        }
        assertThat(verdict.getPastSlots(verdict.getPastSlotsCount() - 1)).isGreaterThan(FIRST_SLOT + 3_599 - stride);
    }

    @Test
    void sinceWhenIsTheFirstSlotOfHarmAndOfUnbrokenSafety() {
        // Given safety that breaks once, and harm from slot 7 on
        EvidencePast past = new EvidencePast();
        for (int i = 0; i < 10; i++) {
            past.note(assessment(i, 0, i == 4 ? 0 : 5, i >= 7));
        }

        // Then
        Verdict verdict = verdict(past);
        assertThat(verdict.getGuardrails(0).getHarmedSinceSlot()).isEqualTo(FIRST_SLOT + 7);
        assertThat(verdict.getGuardrails(0).getSafeSinceSlot()).isEqualTo(FIRST_SLOT + 5);
    }

    @Test
    void aSlotThatIsJudgedAgainChangesNothing() {
        EvidencePast past = new EvidencePast();
        past.note(assessment(0, 1, 0, false));

        past.note(assessment(0, 2, 5, true));

        assertThat(verdict(past).getGuardrails(0).getPastLogEHarmList()).containsExactly(100);
        assertThat(verdict(past).getGuardrails(0).getHarmedSinceSlot()).isZero();
    }

    @Test
    void itContinuesFromItsMemoryAsIfItHadNeverStopped() {
        // Given
        EvidencePast whole = new EvidencePast();
        EvidencePast resumed = new EvidencePast();

        // When one of them starts again after every slot
        for (int i = 0; i < 500; i++) {
            Assessment now = assessment(i, i, 500 - i, i > 250);
            whole.note(now);
            resumed = EvidencePast.resume(resumed.memory());
            resumed.note(now);
        }

        // Then
        assertThat(verdict(resumed)).isEqualTo(verdict(whole));
        assertThat(resumed.memory()).isEqualTo(whole.memory());
    }

    @Test
    void aMemoryThatContradictsItselfBeginsAnew() {
        EvidencePast past = new EvidencePast();
        past.note(assessment(0, 1, 1, false));
        PastMemory torn = past.memory().toBuilder().addSlots(FIRST_SLOT + 1).build();

        assertThat(verdict(EvidencePast.resume(torn)).getPastSlotsCount()).isZero();
        assertThat(verdict(EvidencePast.resume(PastMemory.getDefaultInstance())).getPastSlotsCount())
                .isZero();
    }

    private static Verdict verdict(EvidencePast past) {
        Verdict.Builder verdict = Verdict.newBuilder();
        verdict.addGuardrailsBuilder().setName("errors");
        past.addTo(verdict);
        return verdict.build();
    }

    private static Assessment assessment(int slot, double logEHarm, double logESafe, boolean harmed) {
        return new Assessment(
                Conclusion.HOLD,
                "",
                harmed ? List.of("errors") : List.of(),
                new Assessment.Levels(0, 4.6, 3),
                List.of(new GuardrailEvidence(
                        "errors", 1, logEHarm, logESafe, NOTHING, NOTHING, "ratio", 1.25, "", 0, true)),
                List.of(),
                new Assessment.Counts(FIRST_SLOT + slot, 0, 0, 0, 0, 0, 0, 0, 0),
                new Assessment.Observed(Unit.REQUEST, 0, 0),
                false,
                new Assessment.Split(0, 6.9, Assigned.NONE),
                "");
    }
}
