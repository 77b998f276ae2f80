package io.bellwether.routing;

import static io.bellwether.routing.Commands.abort;
import static io.bellwether.routing.Commands.createRollout;
import static io.bellwether.routing.Commands.fold;
import static io.bellwether.routing.Commands.move;
import static io.bellwether.routing.Commands.plan;
import static io.bellwether.routing.Commands.setStable;
import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Step;
import io.bellwether.routing.Problem.Kind;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCheckTest {

    @Test
    void aGoodCommandHasNoProblem() {
        assertThat(CommandCheck.problems(ControlState.empty(), createRollout("c-0")))
                .isEmpty();
        assertThat(CommandCheck.problems(ControlState.empty(), createRollout("c-0"), versions("1", "2", "3")))
                .isEmpty();
    }

    @Test
    void allProblemsAreReportedAtOnceEachWithItsFix() {
        Command bad = move("", 0)
                .setModel("no such/model")
                .setRolloutId("../x")
                .setCreate(plan("1", "1", 5_000, 2_500, 10_001)
                        .setKeyHeader("X User")
                        .setGuardrails(Guardrails.newBuilder().setAlpha(2).setCostMargin(Double.NaN)))
                .build();

        assertThat(CommandCheck.problems(ControlState.empty(), bad))
                .allMatch(problem -> !problem.fix().isBlank() && problem.kind() == Kind.INVALID)
                .extracting(Problem::field)
                .containsExactlyInAnyOrder(
                        "id",
                        "model",
                        "id",
                        "candidateVersion",
                        "steps[1].weightPercent",
                        "steps[2].weightPercent",
                        "keyHeader",
                        "guardrails.alpha",
                        "guardrails.costMargin");
    }

    @Test
    void anIdOfLegalCharactersBeginsWithALetterOrADigit() {
        Command dots = Commands.abort("c", 0).toBuilder().setRolloutId("..").build();

        assertThat(CommandCheck.problems(ControlState.empty(), dots))
                .extracting(Problem::text)
                .contains("id '..' is not valid; give 1 to 128 characters A-Z a-z 0-9 . _ : -, the first a letter or a"
                        + " digit");
    }

    @Test
    void thereAreOneToTwentySteps() {
        int[] twentyOne = new int[21];
        for (int i = 0; i < 21; i++) {
            twentyOne[i] = 100 * (i + 1);
        }
        assertProblem(plan("1", "2"), "steps", "has 0 steps, expected 1 to 20");
        assertProblem(plan("1", "2", twentyOne), "steps", "has 21 steps, expected 1 to 20");
    }

    @Test
    void weightsRiseFromAboveZeroToAtMostTheWhole() {
        assertProblem(plan("1", "2", 0), "steps[0].weightPercent", "0.0 %, expected more than 0.0 %");
        assertProblem(plan("1", "2", -5), "steps[0].weightPercent", "expected more than");
        assertProblem(plan("1", "2", 1_000, 1_000), "steps[1].weightPercent", "more than 10.0 %");
        assertThat(CommandCheck.problems(
                        ControlState.empty(),
                        move("c", 0)
                                .setCreate(plan("1", "2", 1, 10_000).setAutomatic(false))
                                .build()))
                .isEmpty();
    }

    @Test
    void aStepBehindTheWholeTrafficIsNeverReached() {
        assertProblem(
                plan("1", "2", 1_000, 10_000, 10_000),
                "steps[2].weightPercent",
                "steps[2] is never reached: a step before it gives the candidate all traffic already");
    }

    @Test
    void aGateOfANewerProgramIsRefused() {
        assertProblem(
                plan("1", "2")
                        .addSteps(Step.newBuilder().setWeightBasisPoints(1).setGateValue(7)),
                "steps[0].gate",
                "a gate that this program does not know");
    }

    @Test
    void anAutomaticRolloutKeepsAControlArm() {
        assertProblem(plan("1", "2", 1_000, 10_000), "steps[1].weightPercent", "nothing to compare it with");
    }

    @Test
    void minimaAreNotNegative() {
        assertProblem(
                plan("1", "2")
                        .addSteps(Step.newBuilder().setWeightBasisPoints(1).setBakeSecondsMin(-1)),
                "steps[0].bakeSecondsMin",
                "is -1");
        assertProblem(
                plan("1", "2")
                        .addSteps(Step.newBuilder().setWeightBasisPoints(1).setRequestsMin(-1)),
                "steps[0].requestsMin",
                "is -1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "01", "-1", "v2", "1.0", "1234567890123456789", "2\n"})
    void aVersionIsAPositiveInteger(String version) {
        assertProblem(plan("1", version, 1_000), "candidateVersion", "is not a version");
        assertThat(CommandCheck.problems(ControlState.empty(), setStable("s", version)))
                .extracting(Problem::field)
                .containsExactly("version");
    }

    @Test
    void versionsThatNoWorkerHasAreUnknown() {
        assertThat(CommandCheck.problems(ControlState.empty(), createRollout("c-0"), versions("1", "3")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.kind()).isEqualTo(Kind.UNKNOWN);
                    assertThat(problem.text())
                            .isEqualTo("no worker has version '2' of model 'digits'; use one of [1, 3]");
                });
        assertThat(CommandCheck.problems(ControlState.empty(), setStable("s", "9"), versions()))
                .singleElement()
                .satisfies(problem -> assertThat(problem.fix()).contains("repository of a worker"));
    }

    @Test
    void aModelThatNobodyHasIsUnknownAndNotAskedForItsStableVersion() {
        Command create = move("c", 0).setCreate(plan("", "2", 1_000)).build();

        assertThat(CommandCheck.problems(ControlState.empty(), create, versions()))
                .extracting(Problem::kind)
                .containsExactly(Kind.UNKNOWN);
        assertThat(CommandCheck.problems(ControlState.empty(), create, versions("2")))
                .extracting(Problem::text)
                .containsExactly(
                        "model 'digits' has no stable version yet; name the version that it is to be compared with");
    }

    @Test
    void theKindTellsConflictFromUnknown() {
        assertThat(CommandCheck.problems(ControlState.empty(), abort("a", 1)))
                .extracting(Problem::kind)
                .containsExactly(Kind.UNKNOWN);
        assertThat(CommandCheck.problems(fold(createRollout("c-0"), abort("a", 1)), abort("b", 1)))
                .extracting(Problem::kind)
                .containsExactly(Kind.CONFLICT);
    }

    @Test
    void messagesCarryNoControlCharactersAndNoLongValues() {
        Command bad = createRollout("c-0").toBuilder()
                .setModel("a\n\u001b[31m" + "x".repeat(10_000))
                .build();

        assertThat(CommandCheck.problems(ControlState.empty(), bad))
                .singleElement()
                .satisfies(problem ->
                        assertThat(problem.text()).hasSizeLessThan(300).doesNotContain("\n", "\u001b"));
    }

    @Test
    void actorsAreReadFromTheirTexts() {
        assertThat(Actor.of("person:ada")).isEqualTo(Actor.PERSON);
        assertThat(Actor.of("monitoring")).isEqualTo(Actor.MONITORING);
        assertThat(Actor.of("gateway:g-1")).isEqualTo(Actor.GATEWAY);
        assertThat(Actor.of("ada")).isEqualTo(Actor.UNKNOWN);
        assertThat(Actor.personText("ada")).isEqualTo("person:ada");
        assertThat(Actor.personText("person:ada")).isEqualTo("person:ada");
        assertThat(Actor.personText("monitoring")).isEqualTo("person:monitoring");
        assertThat(Actor.personText("gateway:g-1")).isEqualTo("person:gateway:g-1");
    }

    private static Known versions(String... versions) {
        return new Known(Set.of(versions), Set.of("default"));
    }

    private static void assertProblem(CreateRollout.Builder plan, String field, String what) {
        assertThat(CommandCheck.problems(
                        ControlState.empty(), move("c-0", 0).setCreate(plan).build()))
                .anySatisfy(problem -> {
                    assertThat(problem.field()).isEqualTo(field);
                    assertThat(problem.what()).contains(what);
                });
    }
}
