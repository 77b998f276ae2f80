package io.bellwether.cli;

import static io.bellwether.cli.Shell.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuardrailsFileTest {
    private static final Path FILE = Path.of("g.yaml");

    private static JsonNode body(String text) {
        GuardrailsFile.Read read = GuardrailsFile.parse(FILE, text);
        assertThat(read).isInstanceOf(GuardrailsFile.Read.Guardrails.class);
        return ((GuardrailsFile.Read.Guardrails) read).body();
    }

    private static String[] refused(String text) {
        GuardrailsFile.Read read = GuardrailsFile.parse(FILE, text);
        assertThat(read).isInstanceOf(GuardrailsFile.Read.Wrong.class);
        return ((GuardrailsFile.Read.Wrong) read).sentence().split("\n +");
    }

    @Test
    void theExampleOfTheReadmeIsRightAndSaysTheDefaultsOfTheContract() throws IOException {
        // Given
        String readme = Files.readString(Path.of("README.md"));
        String section = readme.substring(readme.indexOf("## A guardrails file"));
        String example = section.substring(section.indexOf("```yaml\n") + 8);

        // When
        JsonNode body = body(example.substring(0, example.indexOf("```")));

        // Then
        assertThat(body)
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"alpha":0.01,"beta":0.05,"errorOddsMargin":1.25,"errorFloor":0.0005,"errorSafe":0.005,
                         "timeoutRatioMargin":1.25,"timeoutFloor":0.002,"nanRatioMargin":1.25,"nanFloor":0.002,
                         "latencyP50Margin":0.05,"latencyP95Margin":0.1,"latencyP99Margin":0.2,"costMargin":0.05,
                         "classOddsMargin":1.5,"scoreDistance":0.03,"onScoresMoved":"SHOW","horizonSeconds":86400,
                         "onInconclusive":"HOLD",
                         "weights":{"errors":0.3,"timeouts":0.05,"nan":0.05,"latencyP50":0.1,"latencyP95":0.15,
                                    "latencyP99":0.1,"cost":0.1,"classes":0.15}}"""));
    }

    @Test
    void theCommandShowsWhatAFileSetsOrAllThatIsWrongWithIt(@TempDir Path folder) throws IOException {
        // Given
        Path right = Files.writeString(
                folder.resolve("right.yaml"), "alpha: 2%\nhorizon: 2h\nslices: {tenant: [acme, globex]}\n");
        Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "alpha: 2\n");

        // When
        Ran words = run("guardrails", "check", right.toString());
        Ran json = run("guardrails", "check", right.toString(), "--output", "json");
        Ran refused = run("guardrails", "check", wrong.toString());

        // Then
        assertThat(words.code()).isZero();
        assertThat(words.out())
                .contains("can be used")
                .containsPattern("alpha +0.02")
                .containsPattern("horizonSeconds +7200")
                .containsPattern("slices by tenant +acme, globex");
        assertThat(new ObjectMapper().readTree(json.out()))
                .isEqualTo(new ObjectMapper()
                        .readTree("{\"alpha\":0.02,\"horizonSeconds\":7200,\"slices\":[{\"by\":\"tenant\","
                                + "\"values\":[\"acme\",\"globex\"]}]}"));
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("line 1: alpha is 2");
    }

    @Test
    void everyProblemIsNamedWithItsLineAndItsFix() {
        // When
        String[] problems = refused(
                """
                alpha: 0.7
                gamma: 1
                horizon: 5s
                on-inconclusive: promote
                guardrails:
                  errors:
                    odds: 1
                    floor: plenty
                  latency-p90: {margin: 5%}
                  cost: {margin: -3%, floor: 1%}
                  classes: 2
                  nan: {ratio: 2, weight: 0.5}
                  nan: {ratio: 3}
                """);

        // Then
        assertThat(problems)
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("g.yaml is refused as a whole:"),
                        alpha -> assertThat(alpha).startsWith("line 1: alpha is 0.7, expected 1.0E-9 to 0.5; give a"),
                        gamma -> assertThat(gamma).startsWith("line 2: 'gamma' is not a known key; expected one of"),
                        horizon -> assertThat(horizon)
                                .startsWith(
                                        "line 3: horizon is '5s', expected whole seconds from 1m to 720h; give how"),
                        policy -> assertThat(policy)
                                .startsWith(
                                        "line 4: on-inconclusive is 'promote'; expected hold (go on waiting), roll"),
                        twice -> assertThat(twice)
                                .isEqualTo("line 13: 'guardrails.nan' comes twice, first in line 12; keep one of them"),
                        odds -> assertThat(odds).startsWith("line 7: errors.odds is 1, expected 1.01 to 100.0; give"),
                        floor -> assertThat(floor)
                                .startsWith("line 8: errors.floor is 'plenty', which is not a number; give the share"),
                        p90 -> assertThat(p90)
                                .startsWith(
                                        "line 9: 'latency-p90' is not a guardrail; expected one of errors, timeouts"),
                        margin -> assertThat(margin).startsWith("line 10: cost.margin is -3%, expected"),
                        setting -> assertThat(setting)
                                .isEqualTo("line 10: 'floor' is not a setting of cost; expected one of margin, weight"),
                        classes -> assertThat(classes)
                                .isEqualTo("line 11: classes is not a set of settings; expected odds, weight"),
                        weights -> assertThat(weights)
                                .startsWith("line 12: weights are given, but none for errors, timeouts, latency-p50,")
                                .endsWith("give all 8 or none"));
    }

    @Test
    void slicesAreReadAndRefusedWithTheirLines() throws IOException {
        assertThat(body("slices:\n  tenant: [acme, globex]\n  x-bw-segment: [free]\nslices-weight: 20%\n"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"slices":[{"by":"tenant","values":["acme","globex"]},{"by":"x-bw-segment","values":["free"]}],
                         "slicesWeight":0.2}"""));
        assertThat(
                        refused(
                                """
                        slices:
                          tenant: acme
                          a: [1, [2]]
                          b: []
                          c: [1]
                          d: [1]
                        slices-weight: 0.9
                        """))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("g.yaml is refused as a whole:"),
                        word -> assertThat(word)
                                .startsWith("line 2: the slices by 'tenant' have no values; expected a"),
                        nested -> assertThat(nested).startsWith("line 3: a value of the slices by 'a' is not a word"),
                        empty -> assertThat(empty).startsWith("line 4: the slices by 'b' have no values"),
                        many -> assertThat(many)
                                .contains("told apart by 5 properties with 3 values, expected at most 4 and 16"),
                        weight -> assertThat(weight).startsWith("line 7: slices-weight is 0.9, expected 0.001 to 0.5"));
        assertThat(refused("slices: acme\n")[1]).startsWith("line 1: slices is not a set of slices; expected");
    }

    @Test
    void outcomesAreReadAndRefusedWithTheirLines() throws IOException {
        assertThat(
                        body(
                                """
                        outcomes:
                          revenue: {min: 0, max: 200, margin: 0.5, better: higher}
                          dwell: {min: -1, max: 60, margin: 2, better: lower}
                        outcomes-weight: 20%
                        """))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"outcomes":[{"name":"revenue","least":0.0,"most":200.0,"margin":0.5,"better":"HIGHER"},
                                     {"name":"dwell","least":-1.0,"most":60.0,"margin":2.0,"better":"LOWER"}],
                         "outcomesWeight":0.2}"""));
        assertThat(
                        refused(
                                """
                        outcomes:
                          A: {min: 0, max: 1, margin: 0.1, better: higher}
                          b: {min: 1, max: 1, margin: 0.1, better: higher}
                          c: {min: 0, max: 1, margin: 2, better: up}
                          d: {min: x, max: 1, margin: 0.1, better: lower, unit: s}
                          e: 7
                        """))
                .satisfiesExactlyInAnyOrder(
                        first -> assertThat(first).isEqualTo("g.yaml is refused as a whole:"),
                        many -> assertThat(many).contains("5 outcomes are declared, expected at most 4"),
                        name -> assertThat(name).startsWith("line 2: 'A' is not the name of an outcome"),
                        bounds -> assertThat(bounds).startsWith("line 3: outcomes.b.min is 1.0, not below max"),
                        margin -> assertThat(margin).startsWith("line 4: outcomes.c.margin is 2.0, expected above 0"),
                        better -> assertThat(better).startsWith("line 4: outcomes.c.better is 'up'"),
                        word -> assertThat(word).startsWith("line 5: outcomes.d.min is 'x', which is not a number"),
                        key -> assertThat(key).startsWith("line 5: 'outcomes.d.unit' is not a known key"),
                        set -> assertThat(set).startsWith("line 6: outcomes.e is not a set of keys"),
                        min -> assertThat(min).startsWith("line 6: outcomes.e.min is missing"),
                        max -> assertThat(max).startsWith("line 6: outcomes.e.max is missing"),
                        none -> assertThat(none).startsWith("line 6: outcomes.e.margin is missing"),
                        way -> assertThat(way).startsWith("line 6: outcomes.e.better is ''"));
    }

    @Test
    void anObjectiveIsAShareOfTheRequests() throws IOException {
        assertThat(body("objective: 99.9%\n").path("objective").asDouble()).isCloseTo(0.999, within(1e-12));
        assertThat(refused("alpha: 1%\nobjective: 100%\n")[1])
                .isEqualTo("line 2: objective is 100%, expected 0.5 to 0.99999; give the share of all requests of the"
                        + " model that should be answered well, for instance 99.9% or 0.999");
    }

    @Test
    void whatIsSaidAboutScoresIsReadAndRefusedWithItsLines() throws IOException {
        assertThat(body("scores: {distance: 5%, moved: hold}\n"))
                .isEqualTo(new ObjectMapper().readTree("{\"scoreDistance\":0.05,\"onScoresMoved\":\"HOLD\"}"));
        assertThat(refused("scores:\n  distance: 95%\n  moved: stop\n  weight: 0.1\n"))
                .satisfiesExactlyInAnyOrder(
                        first -> assertThat(first).isEqualTo("g.yaml is refused as a whole:"),
                        key -> assertThat(key).startsWith("line 4: 'scores.weight' is not a known key"),
                        range -> assertThat(range)
                                .startsWith("line 2: scores.distance is 95%, expected 0.005 to 0.9; give the share"),
                        word -> assertThat(word)
                                .isEqualTo("line 3: scores.moved is 'stop'; expected show (verdicts say that the scores"
                                        + " moved) or hold (and nothing goes up until a person decides)"));
    }

    @Test
    void whatIsSaidAboutShadowsIsReadAndRefusedWithItsLines() throws IOException {
        assertThat(
                        body(
                                """
                        shadow:
                          disagreement: 10%
                          accuracy: {harm: 0.5%, safe: 0.02, labels-required: true}
                        """))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"shadowDisagreementMargin":0.1,"shadowAccuracyHarm":0.005,"shadowAccuracySafe":0.02,
                         "shadowLabelsRequired":true}"""));
        assertThat(
                        refused(
                                """
                        shadow:
                          disagreement: half
                          accuracy:
                            harm: 2%
                            safe: 60%
                            labels-required: maybe
                            margin: 1
                          noise: 1
                        """))
                .satisfiesExactlyInAnyOrder(
                        first -> assertThat(first).isEqualTo("g.yaml is refused as a whole:"),
                        noise -> assertThat(noise).startsWith("line 8: 'shadow.noise' is not a known key"),
                        word -> assertThat(word).startsWith("line 2: shadow.disagreement is 'half', which is not a"),
                        unknown -> assertThat(unknown).startsWith("line 7: 'shadow.accuracy.margin' is not a known"),
                        range -> assertThat(range)
                                .startsWith("line 5: shadow.accuracy.safe is 60%, expected 1.0E-6 to 0.49; give a"),
                        flag -> assertThat(flag).startsWith("line 6: shadow.accuracy.labels-required is 'maybe'"),
                        order -> assertThat(order)
                                .startsWith("line 4: shadow.accuracy.safe is 0.01, not above shadow.accuracy.harm"));
        assertThat(refused("shadow: 5\n")[1]).startsWith("line 1: shadow is not a set of keys");
    }

    @Test
    void slicesThatTheGatewayWouldRefuseAreRefusedHere() {
        assertThat(
                        refused(
                                """
                        slices:
                          x bad: [a]
                          X-Plan: [a]
                          x-plan:
                            - acme
                            - acme
                            - bad value!
                        """))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("g.yaml is refused as a whole:"),
                        name -> assertThat(name)
                                .startsWith("line 2: 'x bad' is nothing to tell slices apart by; give tenant, or"),
                        property -> assertThat(property)
                                .isEqualTo("line 5: slices are told apart by 'x-plan' twice, upper or lower case;"
                                        + " list all of its values once"),
                        repeat -> assertThat(repeat)
                                .isEqualTo(
                                        "line 6: the slices by 'x-plan' have the value 'acme' twice; keep one of them"),
                        value -> assertThat(value)
                                .startsWith("line 7: 'bad value!' is not a value of a slice; give 1 to 64 letters"));
    }

    @Test
    void aShareThatTakesNothingBackMayBePromoted() {
        assertThat(refused("guardrails:\n  errors: {floor: 2%, safe: 0.5%}\n")[1])
                .isEqualTo(
                        "line 2: errors.safe is 0.005, below the floor of errors, which is 0.02; a share that takes no"
                                + " candidate back may be promoted: give at least that, or leave it out");
        assertThat(refused("guardrails: {errors: {safe: 0.01%}}\n")[1]).contains("which is 5.0E-4");
        assertThat(body("guardrails: {errors: {floor: 2%}}\n").has("errorSafe")).isFalse();
        assertThat(refused("guardrails: {errors: {floor: 2, safe: 0.5%}}\n")).hasSize(2);
    }

    @Test
    void weightsThatDoNotAddUpAreRefusedWithTheirSum() {
        String text =
                """
                guardrails:
                  errors: {weight: 0.30}
                  timeouts: {weight: 0.05}
                  nan: {weight: 0.05}
                  latency-p50: {weight: 0.10}
                  latency-p95: {weight: 0.15}
                  latency-p99: {weight: 0.10}
                  cost: {weight: 0.10}
                  classes: {weight: %s}
                """;
        assertThat(refused(text.formatted("25%"))[1])
                .isEqualTo(
                        "line 2: the weights sum to 1.1, expected 1; they share one error budget: divide each by 1.1");
        assertThat(refused(text.formatted("0"))[1]).startsWith("line 9: classes.weight is 0, expected 0.001 to 1.0");
        assertThat(body(text.formatted("15%")).path("weights")).hasSize(8);
    }

    @ParameterizedTest
    @CsvSource({
        "'[1, 2]', holds no guardrails",
        "'', holds no guardrails",
        "'guardrails: [1]', line 1: guardrails is not a set of guardrails",
        "'alpha: {a: 1}', line 1: alpha is not a number",
        "'guardrails: {errors: {odds: 125%}}', line 1: errors.odds is '125%'",
        "'guardrails: {errors: {odds: .nan}}', line 1: errors.odds is '.nan'",
        "'alpha: [', is not YAML",
        "'guardrails: &a {errors: *a}', g.yaml"
    })
    void whateverElseIsWrongGivesASentence(String text, String sentence) {
        assertThat(String.join(" ", refused(text))).startsWith("g.yaml").contains(sentence);
    }

    @Test
    void createSendsTheGuardrailsOfTheFileAndOptionsOverrideThem(@TempDir Path folder) throws IOException {
        // Given
        Path file = Files.writeString(
                folder.resolve("guardrails.yaml"), "alpha: 2%\nguardrails: {cost: {margin: 30%}, nan: {floor: 1%}}\n");
        try (FakeControlApi api = new FakeControlApi()) {
            // When
            Ran ran = run(
                    "rollout",
                    "create",
                    "--control",
                    api.url(),
                    "--model",
                    "digits",
                    "--candidate",
                    "2",
                    "--step",
                    "25",
                    "--guardrails",
                    file.toString(),
                    "--margin",
                    "cost=0.1",
                    "--margin",
                    "latency-p99=0.4");

            // Then
            assertThat(ran.err()).isEmpty();
            assertThat(api.last().body().path("guardrails"))
                    .isEqualTo(new ObjectMapper()
                            .readTree(
                                    "{\"alpha\":0.02,\"costMargin\":0.1,\"nanFloor\":0.01,\"latencyP99Margin\":0.4}"));
        }
    }

    @Test
    void aWrongFileIsRefusedAndNothingIsSent(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("guardrails.yaml"), "alpha: 2\nbeta: 3\n");
        Ran ran = run(
                "rollout",
                "create",
                "--model",
                "digits",
                "--candidate",
                "2",
                "--step",
                "25",
                "--guardrails",
                file.toString());
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains("line 1: alpha is 2").contains("line 2: beta is 3");
    }
}
