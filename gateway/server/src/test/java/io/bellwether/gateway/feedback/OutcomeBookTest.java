package io.bellwether.gateway.feedback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.bellwether.controlapi.log.Outcome;
import io.bellwether.gateway.evidence.Told;
import io.bellwether.telemetry.ToldScale;
import io.bellwether.telemetry.events.Arm;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OutcomeBookTest {
    private static final Outcome SECONDS = Outcome.newBuilder()
            .setName("dwell")
            .setLeast(-10)
            .setMost(90)
            .setMargin(1)
            .build();
    private static final Assigned ASSIGNED = new Assigned("r", "2", Arm.CANDIDATE, List.of(SECONDS));

    private static Told told(double value, double chance) {
        return OutcomeBook.told(ASSIGNED, SECONDS, value, chance);
    }

    @Test
    void aNumberOnAStepIsThatStepAndOneBeyondABoundIsTheBound() {
        assertThat(told(0, 0.99)).isEqualTo(new Told("r", "2", Arm.CANDIDATE, "dwell", 100, false));
        assertThat(told(90, 0).step()).isEqualTo(ToldScale.STEPS);
        assertThat(told(-10, 0)).isEqualTo(new Told("r", "2", Arm.CANDIDATE, "dwell", 0, false));
        assertThat(told(1e300, 0)).isEqualTo(new Told("r", "2", Arm.CANDIDATE, "dwell", ToldScale.STEPS, true));
        assertThat(told(-11, 0)).isEqualTo(new Told("r", "2", Arm.CANDIDATE, "dwell", 0, true));
    }

    @Test
    void betweenTwoStepsChanceDecidesAndTheMeanStays() {
        // Given a quarter of the way from step 100 to 101
        double value = -10 + 100 * 0.10025;

        // Then
        assertThat(told(value, 0.24).step()).isEqualTo(101);
        assertThat(told(value, 0.26).step()).isEqualTo(100);
        Random random = new Random(5);
        double mean = random.doubles(20_000)
                .map(chance -> told(value, chance).step())
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(100.25, offset(0.02));
    }
}
