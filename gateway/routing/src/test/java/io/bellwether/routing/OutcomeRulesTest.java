package io.bellwether.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.CreateRollout;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Outcome;
import io.bellwether.controlapi.log.Shadow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeRulesTest {
    private static final Outcome CLICK =
            Outcome.newBuilder().setName("click").setMost(1).setMargin(0.01).build();

    private static List<String> problems(Outcome... outcomes) {
        List<Problem> problems = new ArrayList<>();
        OutcomeRules.check(problems, List.of(outcomes));
        return problems.stream().map(Problem::what).toList();
    }

    @Test
    void outcomesHaveANameBoundsAndAMarginWithin() {
        assertThat(problems(CLICK)).isEmpty();
        assertThat(problems(CLICK, CLICK)).containsExactly("'click' is declared twice");
        assertThat(problems(CLICK.toBuilder().setName("A b").build()))
                .containsExactly("'A b' is not the name of an outcome");
        assertThat(problems(CLICK.toBuilder().setMost(-1).build()))
                .singleElement()
                .asString()
                .startsWith("the bounds are 0.0 and -1.0");
        for (double margin : new double[] {0, -1, 1, Double.NaN}) {
            assertThat(problems(CLICK.toBuilder().setMargin(margin).build()))
                    .singleElement()
                    .asString()
                    .startsWith("the margin is");
        }
        assertThat(problems(CLICK.toBuilder().setBetterValue(9).build())).containsExactly("the direction is not known");
        assertThat(problems(Collections.nCopies(5, CLICK).toArray(Outcome[]::new)))
                .containsExactly("5 outcomes are declared, expected at most 4");
    }

    @Test
    void theyAreForRolloutsThatDrawRequestsOneByOne() {
        // Given
        CreateRollout steps = CreateRollout.newBuilder()
                .setGuardrails(Guardrails.newBuilder().addOutcomes(CLICK))
                .build();

        // Then
        assertThat(use(steps)).isEmpty();
        assertThat(use(steps.toBuilder().setKeyHeader("X-User").build()))
                .containsExactly("outcomes are compared by requests, and the split is by client");
        assertThat(use(steps.toBuilder().setShadow(Shadow.getDefaultInstance()).build()))
                .singleElement()
                .asString()
                .startsWith("nobody is served by the candidate of a shadow");
    }

    private static List<String> use(CreateRollout create) {
        List<Problem> problems = new ArrayList<>();
        OutcomeRules.checkUse(problems, create);
        return problems.stream().map(Problem::what).toList();
    }
}
