package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rollouts with several arms: how they are written, sent, and shown. */
class AbCommandsTest {
    private static final Path FILE = Path.of("rollout.yaml");

    private FakeControlApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeControlApi();
        ObjectNode rollout = FakeControlApi.newRollout("ab");
        rollout.put("candidateVersion", "").put("kind", "ab").put("weightPercent", 20);
        rollout.putObject("guardrails").put("alpha", 0.01).put("beta", 0.05);
        ObjectNode judged = arm(rollout, "2", 20, "LIVE");
        judged.set("verdict", Verdicts.growing(1_000, 0.25));
        arm(rollout, "3", 0, "TAKEN_BACK")
                .putObject("guard")
                .put("at", 1_700_000_000_000L)
                .put("reason", "the candidate fails hard")
                .put("published", false);
        arm(rollout, "4", 20, "LIVE");
        api.rollout(rollout);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void theCommandLineNamesArms() throws IOException {
        Ran ran = run("rollout create --kind ab --model digits --id x --arm 2:20 --arm 3:12.5% --key-header X-User");

        assertThat(ran.err()).isEmpty();
        JsonNode body = api.last().body();
        assertThat(body.path("kind").asText()).isEqualTo("ab");
        assertThat(body.path("arms"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        [{"version":"2","weightPercent":20.0},{"version":"3","weightPercent":12.5}]"""));
        assertThat(body.has("candidateVersion") || body.has("steps")).isFalse();
        assertThat(run("rollout create --kind ab --model digits").err())
                .contains("the rollout has no arms; give --arm");
        assertThat(run("rollout create --model digits --arm 2:20").err())
                .contains("the rollout has no kind; give --kind ab");
        assertThat(run("rollout create --model digits --kind ab --arm two").err())
                .contains("'two' is not an arm; expected VERSION:WEIGHT");
    }

    @Test
    void anArmIsPromotedOrTakenBack() {
        run("rollout promote ab --arm 4");
        assertThat(api.last().path()).endsWith("/rollouts/ab/promote");
        assertThat(api.last().body().path("arm").asText()).isEqualTo("4");

        run("rollout rollback ab --arm 2");
        assertThat(api.last().body().path("arm").asText()).isEqualTo("2");
    }

    @Test
    void theFileIsTakenWhole() throws IOException {
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                kind: ab
                model: digits
                keyHeader: X-User
                arms:
                  - {version: 2, weight: 20%}
                  - {version: 3, weightPercent: 12.5}
                """);

        assertThat(((RolloutFile.Read.Rollout) read).body().toString())
                .isEqualTo(new ObjectMapper()
                        .readTree(
                                """
                        {"kind":"ab","model":"digits","keyHeader":"X-User",
                         "arms":[{"version":"2","weightPercent":20},{"version":"3","weightPercent":12.5}]}""")
                        .toString());
    }

    @Test
    void everyProblemOfTheFileHasItsLineAndItsFix() {
        RolloutFile.Read read = RolloutFile.parse(
                FILE,
                """
                kind: ab
                model: digits
                stableVersion: 1
                candidateVersion: 9
                arms:
                  - {version: 2, weight: 60}
                  - {version: 2, weight: 50}
                  - {version: 1, weight: 0}
                  - {weight: 10, share: 3}
                steps: [{weight: 10}]
                """);
        RolloutFile.Read many = RolloutFile.parse(
                FILE,
                """
                model: digits
                arms: [{version: 2, weight: 1}, {version: 3, weight: 1}, {version: 4, weight: 1}, {version: 5, weight: 1}, {version: 6, weight: 1}]
                """);
        RolloutFile.Read none = RolloutFile.parse(FILE, "kind: ab");
        RolloutFile.Read other = RolloutFile.parse(FILE, "kind: abc");

        assertThat(lines(read))
                .containsExactlyInAnyOrder(
                        "  line 4: candidateVersion is given beside arms; leave it out: an A/B/n has arms only",
                        "  line 6: the arms have 120 % of the traffic, more than there is; lower the weights; what is left"
                                + " stays with the stable version",
                        "  line 7: arms[1].version is '2' like that of line 6; name each version once",
                        "  line 8: arms[2].version is '1', the stable version itself; leave it out: it gets the rest of the"
                                + " traffic",
                        "  line 8: arms[2].weight is '0'; expected a percentage above 0, at most 100, with at most two"
                                + " decimals",
                        "  line 9: 'arms[3].share' is not a known key; expected one of [version, weight, weightPercent]",
                        "  line 9: arms[3].version is missing; give the number of a version, for instance 2",
                        "  line 10: steps is given beside arms; leave it out: each arm keeps its weight, so that nobody"
                                + " changes the version");
        assertThat(lines(many))
                .containsExactlyInAnyOrder(
                        "  line 2: arms are given without a kind; give kind: ab",
                        "  line 2: arms has 5 entries, expected 1 to 4; give one line for each arm, for instance -"
                                + " {version: 2, weight: 20}");
        assertThat(lines(none))
                .containsExactly("  line 1: arms is missing; list the arms, for instance - {version: 2, weight: 20}");
        assertThat(lines(other))
                .containsExactly("  line 1: kind is 'abc'; give ab and arms, or leave kind out for one candidate");
    }

    @Test
    void everyArmIsShownAndOneWithoutAVerdictSaysSo() {
        assertThat(run("rollout list").out()).contains("1 -> 2, 3, 4");
        for (String command : List.of("rollout show ab", "rollout explain ab")) {
            String out = run(command).out();
            assertThat(out.lines())
                    .as(command)
                    .contains(
                            "ARM  STATE       PLANNED  WEIGHT  HARM  VERDICT",
                            "2    LIVE        20 %     20 %    10 %  HOLD: more evidence is needed",
                            "3    TAKEN_BACK  20 %     0 %     -     guard: the candidate fails hard",
                            "4    LIVE        20 %     20 %    -     no verdict: monitoring has said nothing about this"
                                    + " arm, so nothing is known of it",
                            "Arm 2, LIVE, 20 % of the traffic:",
                            "Arm 4, LIVE, 20 % of the traffic:");
        }
        assertThat(run("rollout explain ab").out())
                .contains("versions 2, 3, 4 of model 'digits' are tried side by side against version 1")
                .contains("the arms share the budgets, each has 1/3 of them")
                .contains("Which arm is the best is not tested.");
    }

    @Test
    void harmOfAnArmOnWhichNobodyActsIsAnAlarm() throws IOException {
        // Given a manual A/B/n of which monitoring would take arm 4 back, and arm 2 has an old verdict
        ObjectNode rollout = FakeControlApi.newRollout("manual");
        rollout.put("candidateVersion", "").put("kind", "ab").put("automatic", false);
        arm(rollout, "2", 20, "LIVE").put("verdictAgeSeconds", 14).set("verdict", Verdicts.growing(1_000, 0.25));
        ObjectNode harm = Verdicts.growing(1_000, 1);
        harm.put("conclusion", "ROLL_BACK")
                .put("logECombined", harm.path("logERollBack").asDouble());
        arm(rollout, "4", 20, "LIVE").set("verdict", harm);
        api.rollout(rollout);

        // When
        List<String> said = List.of(
                run("rollout show manual").out(),
                run("rollout explain manual").out(),
                run("rollout list").out());

        // Then
        assertThat(said).allSatisfy(out -> assertThat(out)
                .contains("Arm 4: Alarm: harm is shown, and nobody acts: the rollout is manual, so the candidate keeps"
                        + " 20 % of the traffic until a person says bellwether rollout rollback manual --arm 4."));
        assertThat(said.subList(0, 2))
                .allSatisfy(out -> assertThat(out).contains("Arm 2: Alarm: the latest verdict is 14 s old"));
    }

    @Test
    void aWatchHasALineForEachArm() {
        api.then(rollout -> {});
        api.then(rollout -> ((ObjectNode) rollout.path("arms").path(2)).set("verdict", Verdicts.growing(3_000, 0.5)));
        api.then(rollout -> FakeControlApi.move(rollout, "promote", "person:ada", "it answers best"));

        Ran ran = run("rollout watch ab");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("SECONDS  STATE        ARM");
        assertThat(ran.out().lines().filter(line -> line.contains("3,000      3,000")))
                .isNotEmpty();
        assertThat(ran.out()).contains("rollout ab ended: PROMOTED by person:ada: it answers best");
    }

    private static ObjectNode arm(ObjectNode rollout, String version, double weight, String state) {
        return rollout.withArrayProperty("arms")
                .addObject()
                .put("version", version)
                .put("plannedPercent", 20)
                .put("weightPercent", weight)
                .put("state", state);
    }

    private static List<String> lines(RolloutFile.Read read) {
        List<String> lines = new ArrayList<>(
                ((RolloutFile.Read.Wrong) read).sentence().lines().toList());
        lines.remove(0);
        return lines;
    }

    private Ran run(String line) {
        List<String> all = new ArrayList<>(List.of(line.split(" ")));
        all.addAll(List.of("--control", api.url()));
        return Shell.run(all.toArray(String[]::new));
    }
}
