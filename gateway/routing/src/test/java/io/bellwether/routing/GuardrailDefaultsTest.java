package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.bellwether.controlapi.log.GuardrailWeights;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.ScoresMoved;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuardrailDefaultsTest {

    /** The defaults, with another weight of errors and without one of classes. */
    private static GuardrailWeights.Builder weights(double errors) {
        return GuardrailWeights.newBuilder()
                .setErrors(errors)
                .setLatencyP50(0.10)
                .setLatencyP95(0.15)
                .setCost(0.10)
                .setTimeouts(0.05)
                .setLatencyP99(0.10)
                .setNan(0.05);
    }

    private static List<String> messages(Guardrails guardrails) {
        return GuardrailDefaults.problems(guardrails).stream()
                .map(Problem::what)
                .toList();
    }

    @Test
    void absentGuardrailsGetTheValuesOfTheContract() {
        Guardrails complete = GuardrailDefaults.complete(Guardrails.getDefaultInstance());

        assertThat(complete.getAlpha()).isEqualTo(0.01);
        assertThat(complete.getBeta()).isEqualTo(0.05);
        assertThat(complete.getErrorOddsMargin()).isEqualTo(1.25);
        assertThat(complete.getErrorFloor()).isEqualTo(0.0005);
        assertThat(complete.getErrorSafe()).isEqualTo(0.005);
        assertThat(complete.getLatencyP50Margin()).isEqualTo(0.05);
        assertThat(complete.getLatencyP95Margin()).isEqualTo(0.10);
        assertThat(complete.getCostMargin()).isEqualTo(0.05);
        assertThat(complete.getClassOddsMargin()).isEqualTo(1.5);
        assertThat(complete.getTimeoutRatioMargin()).isEqualTo(1.25);
        assertThat(complete.getTimeoutFloor()).isEqualTo(0.002);
        assertThat(complete.getLatencyP99Margin()).isEqualTo(0.20);
        assertThat(complete.getNanRatioMargin()).isEqualTo(1.25);
        assertThat(complete.getNanFloor()).isEqualTo(0.002);
        assertThat(complete.getSlicesWeight()).isEqualTo(0.10);
        assertThat(complete.getSlicesList()).isEmpty();
        assertThat(complete.getShadowDisagreementMargin()).isEqualTo(0.05);
        assertThat(complete.getShadowAccuracyHarm()).isZero();
        assertThat(complete.getShadowAccuracySafe()).isEqualTo(0.01);
        assertThat(complete.getShadowLabelsRequired()).isFalse();
        assertThat(complete.getHorizonSeconds()).isEqualTo(86_400);
        assertThat(complete.getOnInconclusive()).isEqualTo(Guardrails.OnInconclusive.HOLD);
        assertThat(complete.getScoreDistance()).isEqualTo(0.03);
        assertThat(complete.getOnScoresMoved()).isEqualTo(ScoresMoved.Then.SHOW);
        assertThat(complete.getWeights())
                .isEqualTo(weights(0.30).setClasses(0.15).build());
        assertThat(complete).isEqualTo(GuardrailDefaults.DEFAULTS);
    }

    @Test
    void whatTakesNoCandidateBackMayBePromoted() {
        Guardrails wide = Guardrails.newBuilder().setErrorFloor(0.02).build();

        assertThat(GuardrailDefaults.complete(wide).getErrorSafe()).isEqualTo(0.02);
        assertThat(messages(wide)).isEmpty();
        assertThat(messages(wide.toBuilder().setErrorSafe(0.01).build()))
                .containsExactly("errorSafe is 0.01, below errorFloor, which is 0.02");
    }

    @Test
    void givenGuardrailsStay() {
        Guardrails given = Guardrails.newBuilder()
                .setAlpha(0.001)
                .setBeta(0.1)
                .setErrorOddsMargin(2)
                .setErrorFloor(0.01)
                .setErrorSafe(0.02)
                .setLatencyP50Margin(0.2)
                .setLatencyP95Margin(0.3)
                .setCostMargin(0.4)
                .setClassOddsMargin(3)
                .setTimeoutRatioMargin(2)
                .setTimeoutFloor(0.01)
                .setLatencyP99Margin(0.5)
                .setNanRatioMargin(2)
                .setNanFloor(0.001)
                .setSlicesWeight(0.2)
                .setShadowDisagreementMargin(0.1)
                .setShadowAccuracyHarm(0.02)
                .setShadowAccuracySafe(0.03)
                .setShadowLabelsRequired(true)
                .setObjective(0.999)
                .setOutcomesWeight(0.2)
                .setScoreDistance(0.1)
                .setOnScoresMoved(ScoresMoved.Then.HOLD)
                .setHorizonSeconds(60)
                .setOnInconclusive(Guardrails.OnInconclusive.NEVER_PROMOTE)
                .setWeights(weights(0.35).setClasses(0.10))
                .build();

        assertThat(GuardrailDefaults.complete(given)).isEqualTo(given);
        assertThat(GuardrailDefaults.problems(given)).isEmpty();
    }

    @Test
    void defaultsCoverEveryFieldOfTheContractAndAreLegal() {
        assertThat(GuardrailDefaults.DEFAULTS.getAllFields())
                .as("all but policies, slices, objective, outcomes, the loss that ends a shadow and its need of labels")
                .hasSize(Guardrails.getDescriptor().getFields().size() - 7);
        assertThat(GuardrailDefaults.problems(Guardrails.getDefaultInstance())).isEmpty();
    }

    @Test
    void aZeroThatWasGivenIsNoValue() {
        List<FieldDescriptor> numbers = Guardrails.getDescriptor().getFields().stream()
                .filter(field -> field.getType() == FieldDescriptor.Type.DOUBLE)
                .toList();

        assertThat(numbers)
                .as("zero is a value only where it is the default")
                .allMatch(field -> GuardrailDefaults.zero(field).isEmpty()
                        == GuardrailDefaults.DEFAULTS.getField(field).equals(0.0));
        assertThat(GuardrailDefaults.zero(Guardrails.getDescriptor().findFieldByName("alpha"))
                        .orElseThrow()
                        .text())
                .isEqualTo(
                        "guardrail alpha is 0.0, expected 1.0E-9 to 0.5; leave it out for the default, or give a value"
                                + " in that range");
    }

    @Test
    void noValueOutsideItsRangePasses() {
        for (double bad : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY, 101}) {
            Guardrails.Builder all = Guardrails.newBuilder();
            Guardrails.getDescriptor().getFields().stream()
                    .filter(field -> field.getType() == FieldDescriptor.Type.DOUBLE)
                    .forEach(field -> all.setField(field, bad));
            GuardrailWeights.getDescriptor().getFields().forEach(field -> all.getWeightsBuilder()
                    .setField(field, bad));
            assertThat(GuardrailDefaults.problems(all.build())).as("%s", bad).hasSize(21 + 8);
        }
    }

    @Test
    void aLossThatEndsNoShadowIsSafeOnlyIfItIsSmaller() {
        Guardrails given = Guardrails.newBuilder().setShadowAccuracyHarm(0.01).build();

        assertThat(messages(given))
                .containsExactly("shadowAccuracySafe is 0.01, not above shadowAccuracyHarm, which is 0.01");
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

    @Test
    void weightsAreGivenForAllGuardrailsAndSumToOne() {
        Guardrails one = Guardrails.newBuilder()
                .setWeights(GuardrailWeights.newBuilder().setErrors(1))
                .build();
        Guardrails tooMuch = Guardrails.newBuilder()
                .setWeights(weights(0.40).setClasses(0.15))
                .build();

        assertThat(messages(one)).hasSize(7).allMatch(message -> message.contains("is 0.0, expected 0.001 to 1"));
        assertThat(messages(tooMuch)).singleElement().asString().contains("the weights sum to 1.1");
    }

    @Test
    void aHorizonIsAMinuteToAMonthAndItsPolicyIsKnown() {
        Guardrails brief = Guardrails.newBuilder().setHorizonSeconds(59).build();
        Guardrails past = Guardrails.newBuilder().setHorizonSeconds(-1).build();
        Guardrails unknown = Guardrails.newBuilder().setOnInconclusiveValue(9).build();

        assertThat(messages(brief)).containsExactly("the horizon is 59 s, expected 60 to 2592000");
        assertThat(messages(past)).hasSize(1);
        assertThat(messages(unknown)).singleElement().asString().contains("has the number 9");
    }

    @Test
    void aMoveOfTheScoresIsAShareOfTheAnswersAndWhatItDoesIsKnown() {
        Guardrails wide = Guardrails.newBuilder().setScoreDistance(0.95).build();
        Guardrails unknown = Guardrails.newBuilder().setOnScoresMovedValue(9).build();

        assertThat(messages(wide)).containsExactly("guardrail scoreDistance is 0.95, expected 0.005 to 0.9");
        assertThat(messages(unknown)).singleElement().asString().contains("has the number 9");
    }
}
