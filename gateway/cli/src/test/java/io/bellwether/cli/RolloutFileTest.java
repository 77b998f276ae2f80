package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rollout file becomes, and what is said of one that is wrong. */
class RolloutFileTest {
    private static final Path FILE = Path.of("rollout.yaml");

    @Test
    void stepsMayBeWrittenShort() throws IOException {
        // When
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                model: digits
                candidateVersion: 2
                steps:
                  - {weight: 5, bake: 2m, requests: 500, gate: manual}
                  - weight: 12.5%
                    bake: 90
                    gate: open
                  - {weightPercent: 50, bakeSecondsMin: 30, requestsMin: 7, gate: MANUAL}
                target:
                  header: X-Plan
                  values: [beta, 7, true]
                """);

        // Then
        assertThat(((RolloutFile.Read.Rollout) read).body().toString())
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                """
                        {"model":"digits","candidateVersion":"2",
                         "steps":[{"weightPercent":5,"bakeSecondsMin":120,"requestsMin":500,"gate":"MANUAL"},
                                  {"weightPercent":12.5,"bakeSecondsMin":90,"gate":"OPEN"},
                                  {"weightPercent":50,"bakeSecondsMin":30,"requestsMin":7,"gate":"MANUAL"}],
                         "target":{"header":"X-Plan","values":["beta","7","true"]}}""")
                        .toString());
    }

    @Test
    void everyProblemHasItsLineAndItsFix() {
        // When
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                model: digits
                steps:
                  - {weight: 25, bake: 0s}
                  - {weight: 10, bake: -5s}
                  - {weight: 100, bake: 721h, gate: auto}
                  - {weight: 100, requests: many}
                  - {weight: 50, weightPercent: 50}
                  - {bake: 1m}
                target: {tenants: [acme, acme], header: X-Plan}
                """);

        // Then
        assertThat(((RolloutFile.Read.Wrong) read).sentence().lines())
                .containsExactly(
                        "rollout.yaml is refused as a whole:",
                        "  line 3: steps[0].bake is '0s', expected whole seconds from 1s to 720h; give the shortest time"
                                + " in the step, for instance 2m, or leave it out",
                        "  line 4: steps[1].weight is '10', not more than the 25 of line 3; let the weights rise from"
                                + " step to step",
                        "  line 4: steps[1].bake is '-5s', expected whole seconds from 1s to 720h; give the shortest time"
                                + " in the step, for instance 2m, or leave it out",
                        "  line 5: steps[2].bake is '721h', expected whole seconds from 1s to 720h; give the shortest"
                                + " time in the step, for instance 2m, or leave it out",
                        "  line 5: steps[2].gate is 'auto'; expected manual (a person lets the rollout pass) or open",
                        "  line 6: steps[3].weight is never reached: line 5 gives the candidate all traffic; leave the"
                                + " step out",
                        "  line 6: steps[3].requests is 'many', expected a whole number from 0 to 9223372036854775807;"
                                + " give one, or leave it out",
                        "  line 7: steps[4] has weight and weightPercent; keep one of them",
                        "  line 7: steps[4].weight is never reached: line 5 gives the candidate all traffic; leave the"
                                + " step out",
                        "  line 8: steps[5].weight is missing; give a percentage of the traffic, for instance 10",
                        "  line 9: target names tenants and a header; give tenants, or header and values; leave the"
                                + " target out for everybody");
    }

    @Test
    void everythingElseThatIsWrongHasItsLineAndItsFixToo() {
        // When
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                id: 123
                model: [digits]
                candidateVersion: 2.5
                automatic: "yes"
                keyHeader: [a]
                reason: 7
                guardrails:
                  latencyP50Margin: lots
                  costMargin: -1
                  errorFloor: 2%
                  errorSafe: 1%
                  horizonSeconds: 5
                  onInconclusive: maybe
                  weights: {errors: 1}
                  slices: [{by: X-Plan, values: [a, a]}]
                shadow: {sharePercent: 0, twinPercent: 101, comparison: {rule: SAME, tolerance: 0, top: 1.5, atLeast: 2}}
                """);

        // Then
        assertThat(((RolloutFile.Read.Wrong) read).sentence().lines().map(String::strip))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("rollout.yaml is refused as a whole:"),
                        id -> assertThat(id)
                                .isEqualTo(
                                        "line 1: id is '123', which cannot be used; put it into quotes if it is meant"
                                                + " as a text, for instance id: \"123\""),
                        model -> assertThat(model)
                                .startsWith("line 2: model is a list or a set of keys, which cannot be used; give 1"),
                        version -> assertThat(version).startsWith("line 3: candidateVersion is '2.5'"),
                        automatic -> assertThat(automatic)
                                .startsWith("line 4: automatic is 'yes', which cannot be used; give true"),
                        header -> assertThat(header).startsWith("line 5: keyHeader is a list or a set of keys"),
                        reason -> assertThat(reason).startsWith("line 6: reason is '7'"),
                        margin -> assertThat(margin)
                                .startsWith("line 8: guardrails.latencyP50Margin is 'lots', which is not a number"),
                        cost -> assertThat(cost)
                                .startsWith("line 9: guardrails.costMargin is -1, expected 1.0E-6 to 10"),
                        safe -> assertThat(safe).startsWith("line 11: guardrails.errorSafe is 0.01, below the floor"),
                        horizon -> assertThat(horizon).startsWith("line 12: guardrails.horizonSeconds is '5'"),
                        policy -> assertThat(policy).startsWith("line 13: guardrails.onInconclusive is 'maybe'"),
                        weights -> assertThat(weights).startsWith("line 14: weights are given, but none for classes,"),
                        slices ->
                                assertThat(slices).contains("line 15: the slices by 'X-Plan' have the value 'a' twice"),
                        share -> assertThat(share).contains("shadow.sharePercent is '0', which cannot be used"),
                        twin -> assertThat(twin).contains("shadow.twinPercent is '101'"),
                        rule -> assertThat(rule).contains("shadow.comparison.rule is 'SAME'"),
                        tolerance -> assertThat(tolerance).contains("shadow.comparison.tolerance is '0'"),
                        top -> assertThat(top).contains("shadow.comparison.top is '1.5'"),
                        atLeast -> assertThat(atLeast).contains("shadow.comparison.atLeast is '2'"));
    }

    @Test
    void guardrailsOfTheModelAndOfShadowsAreThoseOfTheControlApi() throws IOException {
        // When
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                guardrails: {objective: 0.999, shadowDisagreementMargin: 10%, shadowAccuracyHarm: 0,
                             shadowAccuracySafe: 2%, shadowLabelsRequired: true, scoreDistance: 2%, onScoresMoved: HOLD}
                """);
        RolloutFile.Read wrong = RolloutFile.parse(
                FILE,
                "guardrails: {objective: 2, shadowAccuracySafe: 60%, shadowLabelsRequired: maybe, onScoresMoved: hold}\n");

        // Then
        assertThat(((RolloutFile.Read.Rollout) read).body().path("guardrails"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"objective":0.999,"shadowDisagreementMargin":0.1,"shadowAccuracyHarm":0.0,
                         "shadowAccuracySafe":0.02,"shadowLabelsRequired":true,"scoreDistance":0.02,"onScoresMoved":"HOLD"}"""));
        assertThat(((RolloutFile.Read.Wrong) wrong).sentence())
                .contains(
                        "line 1: guardrails.objective is 2, expected 0.5 to 0.99999",
                        "line 1: guardrails.shadowAccuracySafe is 60%, expected 1.0E-6 to 0.49",
                        "line 1: guardrails.shadowLabelsRequired is 'maybe'",
                        "line 1: guardrails.onScoresMoved is 'hold'; expected SHOW (verdicts say");
    }

    @Test
    void outcomesAreThoseOfTheControlApi() throws IOException {
        // When
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                guardrails:
                  outcomes:
                  - {name: revenue, least: 0, most: 200, margin: 0.5, better: HIGHER}
                  outcomesWeight: 10%
                """);
        RolloutFile.Read wrong = RolloutFile.parse(
                FILE,
                """
                guardrails:
                  outcomesWeight: 60%
                  outcomes:
                  - {name: revenue, least: 0, most: 200, margin: 0.5, better: higher}
                  - {name: revenue, least: 0, most: 200, margin: 300, better: LOWER, max: 3}
                  - {name: 3, margin: 1}
                """);
        RolloutFile.Read none = RolloutFile.parse(FILE, "guardrails: {outcomes: {revenue: {}}}\n");

        // Then
        assertThat(((RolloutFile.Read.Rollout) read).body().path("guardrails"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"outcomesWeight":0.1,
                         "outcomes":[{"name":"revenue","least":0.0,"most":200.0,"margin":0.5,"better":"HIGHER"}]}"""));
        assertThat(((RolloutFile.Read.Wrong) wrong).sentence())
                .contains(
                        "line 2: guardrails.outcomesWeight is 60%",
                        "line 4: guardrails.outcomes[0].better is 'higher'; say whether",
                        "line 5: outcome 'revenue' comes twice",
                        "line 5: 'guardrails.outcomes[1].max' is not a known key",
                        "line 5: guardrails.outcomes[1].margin is 300.0, expected above 0 and below the range of 200.0",
                        "line 6: '3' is not the name of an outcome");
        assertThat(((RolloutFile.Read.Wrong) none).sentence()).contains("line 1: guardrails.outcomes is not a list");
    }

    @Test
    void whatIsRightPassesAndSharesMayBeInPercent() throws IOException {
        // When
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                id: r:1
                stableVersion: "1"
                candidateVersion: 2
                keyHeader: X-User
                automatic: false
                reason:
                guardrails: {latencyP50Margin: 20%, alpha: 0.02, horizonSeconds: 60, onInconclusive: ROLL_BACK,
                             slices: [{by: tenant, values: [acme]}]}
                shadow: {sharePercent: 12.5, twinPercent: 0, comparison: {rule: COSINE, atLeast: 0.9}}
                """);

        // Then
        assertThat(((RolloutFile.Read.Rollout) read).body())
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"id":"r:1","stableVersion":"1","candidateVersion":"2","keyHeader":"X-User","automatic":false,
                         "reason":null,
                         "guardrails":{"latencyP50Margin":0.2,"alpha":0.02,"horizonSeconds":60,
                                       "onInconclusive":"ROLL_BACK","slices":[{"by":"tenant","values":["acme"]}]},
                         "shadow":{"sharePercent":12.5,"twinPercent":0,
                                   "comparison":{"rule":"COSINE","atLeast":0.9}}}"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "steps: [] | steps has 0 entries, expected 1 to 20",
                "steps: [{weight: 0}] | steps[0].weight is '0', expected more than 0 and at most 100",
                "steps: [{weight: 101}] | steps[0].weight is '101', expected more than 0 and at most 100",
                "steps: [{weight: 1.234}] | steps[0].weight is '1.234', which is no percentage",
                "steps: [{weight: [1]}] | steps[0].weight is '', which is no percentage",
                "steps: [{weight: 1, bake: 500ms}] | steps[0].bake is '500ms', expected whole seconds",
                "steps: [{weight: 1, bakeSecondsMin: 2592001}] | steps[0].bakeSecondsMin is '2592001', expected a whole",
                "steps: [7] | steps[0] is not a set of keys",
                "target: {} | target names nobody",
                "target: 7 | target is not a set of keys",
                "target: {header: X-Plan} | target has a header or values, and not both",
                "target: {header: X Plan, values: [a]} | target.header is 'X Plan', which is not the name of a header",
                "target: {tenants: [a b]} | target.tenants has 'a b'; expected 1 to 64 letters",
                "target: {tenants: [a, a]} | target.tenants has 'a' twice, first in line 1",
                "target: {tenants: []} | target.tenants is not a list of 1 to 16",
                "target: {tenants: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]} | target.tenants is not a list of 1 to 16",
                "target: {header: X-Plan, values: ['']} | target.values has ''; expected 1 to 64 printable characters"
            })
    void aWrongValueIsNamed(String text, String problem) {
        assertThat(RolloutFile.parse(FILE, text))
                .isInstanceOfSatisfying(RolloutFile.Read.Wrong.class, wrong -> assertThat(wrong.sentence())
                        .contains("line 1: " + problem));
    }
}
