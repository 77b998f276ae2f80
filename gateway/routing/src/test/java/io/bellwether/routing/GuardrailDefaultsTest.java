package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Guardrails;
import org.junit.jupiter.api.Test;

class GuardrailDefaultsTest {

    @Test
    void absentGuardrailsGetTheValuesOfTheContract() {
        Guardrails complete = GuardrailDefaults.complete(Guardrails.getDefaultInstance());

        assertThat(complete.getAlpha()).isEqualTo(0.01);
        assertThat(complete.getBeta()).isEqualTo(0.05);
        assertThat(complete.getErrorOddsMargin()).isEqualTo(1.25);
        assertThat(complete.getErrorFloor()).isEqualTo(0.005);
        assertThat(complete.getLatencyP50Margin()).isEqualTo(0.05);
        assertThat(complete.getLatencyP95Margin()).isEqualTo(0.10);
        assertThat(complete.getCostMargin()).isEqualTo(0.05);
        assertThat(complete.getClassOddsMargin()).isEqualTo(1.5);
        assertThat(complete).isEqualTo(GuardrailDefaults.DEFAULTS);
    }

    @Test
    void givenGuardrailsStay() {
        Guardrails given = Guardrails.newBuilder()
                .setAlpha(0.001)
                .setBeta(0.1)
                .setErrorOddsMargin(2)
                .setErrorFloor(0.01)
                .setLatencyP50Margin(0.2)
                .setLatencyP95Margin(0.3)
                .setCostMargin(0.4)
                .setClassOddsMargin(3)
                .build();

        assertThat(GuardrailDefaults.complete(given)).isEqualTo(given);
        assertThat(GuardrailDefaults.problems(given)).isEmpty();
    }

    @Test
    void defaultsCoverEveryFieldOfTheContractAndAreLegal() {
        assertThat(GuardrailDefaults.DEFAULTS.getAllFields())
                .hasSize(Guardrails.getDescriptor().getFields().size());
        assertThat(GuardrailDefaults.problems(Guardrails.getDefaultInstance())).isEmpty();
    }

    @Test
    void noValueOutsideItsRangePasses() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 101}) {
            Guardrails.Builder all = Guardrails.newBuilder();
            Guardrails.getDescriptor().getFields().forEach(field -> all.setField(field, bad));
            assertThat(GuardrailDefaults.problems(all.build())).as("%s", bad).hasSize(8);
        }
    }

    @Test
    void anOddsMarginOfOneLeavesNoRoomForEvidence() {
        // Given
        Guardrails noRoom = Guardrails.newBuilder()
                .setErrorOddsMargin(1)
                .setClassOddsMargin(1)
                .build();

        // When
        var problems = GuardrailDefaults.problems(noRoom);

        // Then
        assertThat(problems).hasSize(2);
    }
}
