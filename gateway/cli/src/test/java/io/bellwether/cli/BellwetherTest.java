package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BellwetherTest {

    private FakeControlApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeControlApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void modelListShowsEachVersionAndWhichIsStable() {
        api.models(
                """
                [{"model":"digits","stableVersion":"1","rolloutId":"digits-2","versions":[
                  {"version":"1","state":"READY","reason":"","workers":["w-1"]},
                  {"version":"2","state":"FAILED","reason":"model.pt is missing","workers":0}]}]""");

        Ran ran = run("model", "list");

        assertThat(ran.code()).isZero();
        assertThat(ran.out().lines())
                .containsExactly(
                        "MODEL   VERSION  STATE   WORKERS  ROLE              REASON",
                        "digits  1        READY   1        stable",
                        "digits  2        FAILED  0                          model.pt is missing",
                        "digits                            rollout digits-2");
    }

    @Test
    void modelStableSendsVersionReasonAndActor() {
        Ran ran = run("model", "stable", "my model", "3", "--reason", "first", "--actor", "ada", "--command-id", "c-1");

        assertThat(ran.out()).isEqualTo("version 3 of my model is the stable one" + System.lineSeparator());
        assertThat(api.last())
                .isEqualTo(new FakeControlApi.Asked(
                        "PUT",
                        "/control/v1/models/my%20model/stable",
                        object().put("version", "3")
                                .put("commandId", "c-1")
                                .put("reason", "first")
                                .put("actor", "person:ada")));
    }

    @Test
    void createSendsWhatTheOptionsSay() throws IOException {
        Ran ran = run("rollout create --model digits --candidate 2 --stable 1 --id d-7 --key-header X-User --manual"
                + " --step 2.5:10s:500 --step 25%:2m --step 50 --margin latency-p50=0.2 --margin cost=0.1"
                + " --alpha 0.001 --actor person:ada --command-id c-2");

        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .contains("rollout d-7 of digits: version 1 -> 2, RUNNING, step 1/3, weight 25 %, state version 1")
                .contains("bellwether rollout watch d-7");
        assertThat(api.last().path()).isEqualTo("/control/v1/rollouts");
        assertThat(api.last().body())
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"id":"d-7","model":"digits","candidateVersion":"2","stableVersion":"1","keyHeader":"X-User",
                         "steps":[{"weightPercent":2.5,"bakeSecondsMin":10,"requestsMin":500},
                                  {"weightPercent":25.0,"bakeSecondsMin":120,"requestsMin":0},
                                  {"weightPercent":50.0,"bakeSecondsMin":0,"requestsMin":0}],
                         "automatic":false,
                         "guardrails":{"latencyP50Margin":0.2,"costMargin":0.1,"alpha":0.001},
                         "commandId":"c-2",
                         "actor":"person:ada"}"""));
    }

    @Test
    void aDryRunShowsWhatEachArmWouldGetAndCreatesNothing() {
        // When
        Ran ran = run(
                "rollout create --model digits --candidate 2 --id d-9 --step 10:30s:500 --step 75 --dry-run --ignore-capacity");

        // Then
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(api.last().body().path("dryRun").asBoolean()).isTrue();
        assertThat(api.last().body().path("ignoreCapacity").asBoolean()).isTrue();
        assertThat(ran.out())
                .contains("nothing was created; it would be rollout d-9 of digits")
                .containsPattern("1 +10 % +10 % +80 % +30 s +500\\R")
                .containsPattern("2 +75 % +25 % +0 % +0 s +0\\R")
                .doesNotContain("watch it with");
        assertThat(run("rollout show d-9").code()).isEqualTo(1);
    }

    @Test
    void whatTheGatewaySaysAgainstAFileHasItsLine(@TempDir Path folder) throws IOException {
        // Given
        Path file = Files.writeString(
                folder.resolve("rollout.yaml"),
                """
                # which versions there are only the gateway knows
                kind: ab
                model: digitz
                arms:
                  - {version: 2, weight: 20}
                  - {version: 9, weight: 20}
                """);
        api.alwaysAnswer(
                404,
                """
                {"error":"all of it","reason":"NOT_FOUND","problems":[
                 {"field":"model","text":"no worker has it; add it"},
                 {"field":"arms[1].version","text":"no worker has version '9'; use one of [1, 2]"},
                 {"field":"actor","text":"nobody; give one"}]}""");

        // When
        Ran ofFile = run("rollout create -f " + file);
        Ran overridden = run("rollout create --model other -f " + file);
        Ran ofOptions = run("rollout create --model digitz --candidate 2 --step 10");

        // Then
        assertThat(ofFile.code()).isEqualTo(1);
        assertThat(ofFile.err().lines())
                .containsExactly(
                        "bellwether: " + file + " is refused as a whole:",
                        "  line 3: no worker has it; add it",
                        "  line 6: no worker has version '9'; use one of [1, 2]",
                        "  nobody; give one");
        assertThat(overridden.err().lines()).contains("  no worker has it; add it");
        assertThat(ofOptions.err().strip()).isEqualTo("bellwether: all of it");
    }

    @Test
    void aMoveMayIgnoreCapacity() {
        run("rollout create --model digits --candidate 2 --id d-8 --step 10 --step 50");

        run("rollout advance d-8 --ignore-capacity");

        assertThat(api.last().body().path("ignoreCapacity").asBoolean()).isTrue();
    }

    @Test
    void aStepThatWaitsForCapacityIsShown() {
        // Given
        ObjectNode rollout = FakeControlApi.newRollout("d-6");
        rollout.putObject("verdict")
                .put("conclusion", "HOLD")
                .put("reason", "step 2 of 50 % waits: version '2' cannot carry 50 %")
                .put("stepProblem", "version '2' cannot carry 50 %");
        api.rollout(rollout);

        // Then
        for (String command : List.of("rollout list", "rollout show d-6", "rollout explain d-6")) {
            assertThat(run(command).out())
                    .as(command)
                    .contains("the next step waits for capacity: version '2' cannot carry 50 %");
        }
    }

    @Test
    void createSendsGatesAndATarget() throws IOException {
        // When
        Ran tenants =
                run("rollout create --model digits --candidate 2 --step 5:2m:manual --step 25:manual --step 50:1m:9"
                        + " --target-tenant acme --target-tenant globex");
        JsonNode ofTenants = api.last().body();
        run("rollout create --model digits --candidate 2 --step 50 --target-header X-Plan --target-value beta");

        // Then
        assertThat(tenants.err()).isEmpty();
        assertThat(ofTenants.path("steps"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        [{"weightPercent":5.0,"bakeSecondsMin":120,"requestsMin":0,"gate":"MANUAL"},
                         {"weightPercent":25.0,"bakeSecondsMin":0,"requestsMin":0,"gate":"MANUAL"},
                         {"weightPercent":50.0,"bakeSecondsMin":60,"requestsMin":9}]"""));
        assertThat(ofTenants.path("target"))
                .isEqualTo(new ObjectMapper().readTree("{\"tenants\":[\"acme\",\"globex\"]}"));
        assertThat(api.last().body().path("target"))
                .isEqualTo(new ObjectMapper().readTree("{\"header\":\"X-Plan\",\"values\":[\"beta\"]}"));
    }

    @Test
    void aRolloutAtAGateSaysWhatItWaitsFor() {
        // Given
        ObjectNode rollout = FakeControlApi.newRollout("d-1");
        rollout.put("waitingAtGate", true);
        rollout.putArray("steps").addObject().put("weightPercent", 25).put("gate", "MANUAL");
        rollout.withArrayProperty("steps").addObject().put("weightPercent", 50).put("gate", "OPEN");
        rollout.putObject("target").putArray("tenants").add("acme");
        api.rollout(rollout);

        // Then
        String waiting = "waiting at gate, say bellwether rollout advance d-1";
        assertThat(run("rollout list").out().lines().skip(1))
                .singleElement()
                .asString()
                .endsWith(waiting);
        assertThat(run("rollout show d-1").out())
                .contains("state version 1; " + waiting)
                .contains("manual gates: a person lets it pass after step 1\n")
                .contains("target: requests of tenant acme; all others stay with version 1 and are not compared, and a"
                        + " promotion gives them version 2 too");
        assertThat(run("rollout explain d-1").out())
                .contains("Waiting at a gate: version 2 of model 'digits' is tried")
                .contains("Next: only a person lets it pass; " + waiting + ", or abort it.");

        // When it is in its last step
        rollout.put("step", 1);

        // Then
        assertThat(run("rollout show d-1").out()).contains("say bellwether rollout promote d-1");
    }

    @Test
    void aDryRunShowsGatesAndWhoIsTargeted() throws IOException {
        // Given
        JsonNode planned = new ObjectMapper()
                .readTree(
                        """
                {"id":"d-9","model":"digits","stableVersion":"1","candidateVersion":"2","state":"RUNNING","version":1,
                 "step":0,"weightPercent":5,"automatic":true,
                 "steps":[{"weightPercent":5,"bakeSecondsMin":120,"requestsMin":0,"gate":"MANUAL"},
                          {"weightPercent":50,"bakeSecondsMin":0,"requestsMin":0,"gate":"OPEN"}],
                 "target":{"header":"X-Plan","values":["beta","pro"]}}""");

        // Then
        assertThat(String.join("\n", RolloutText.planned(planned)))
                .contains("manual gates: a person lets it pass after step 1\n")
                .contains("target: requests with X-Plan beta or pro; all others stay with version 1")
                .containsPattern("STEP .* GATE\n")
                .containsPattern("1 +5 % +5 % +90 % +120 s +0 +a person\n")
                .containsPattern("2 +50 % +50 % +0 % +0 s +0$");
    }

    @Test
    void createSendsAShadow() throws IOException {
        // When
        Ran ran = run("rollout create --model digits --candidate 2 --id d-8 --shadow 20 --twin 2.5 --compare ranking"
                + " --top 3 --at-least 0.6 --actor person:ada --command-id c-3");

        // Then
        assertThat(ran.err()).isEmpty();
        assertThat(api.last().body())
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        {"id":"d-8","model":"digits","candidateVersion":"2",
                         "shadow":{"sharePercent":20,"twinPercent":2.5,
                                   "comparison":{"rule":"RANKING","top":3,"atLeast":0.6}},
                         "commandId":"c-3",
                         "actor":"person:ada"}"""));
    }

    @Test
    void aShadowWithoutAShareIsOfAllRequests() throws IOException {
        // When
        run("rollout create --model digits --candidate 2 --shadow --compare label");

        // Then
        assertThat(api.last().body().path("shadow").path("sharePercent").asInt())
                .isEqualTo(100);
        assertThat(run("rollout create --model digits --candidate 2 --shadow 10 --compare colour")
                        .err())
                .contains("--compare", "colour", "TOLERANCE");
    }

    @Test
    void aShadowShowsWhatBecameOfItsCopies() throws IOException {
        // Given
        JsonNode rollout = new ObjectMapper()
                .readTree(
                        """
                {"id":"d-8","model":"digits","stableVersion":"1","candidateVersion":"2","state":"RUNNING","version":1,
                 "shadow":{"sharePercent":20.0,"twinPercent":2.5,"comparison":{"rule":"LABEL"},
                           "counts":{"candidate":{"agree":990,"differ":10,"incomparable":1,"failed":2},
                                     "twin":{"agree":100,"differ":0,"incomparable":0,"failed":0},"dropped":7}},
                 "history":[]}""");

        // Then
        assertThat(String.join("\n", RolloutText.whole(rollout)))
                .contains("20 % of the requests are copied, 2.5 % of those to the stable version too")
                .contains("agree by label")
                .containsPattern("candidate +990 +10 +1.000 % +1 +2")
                .containsPattern("stable version +100 +0 +0.000 % +0 +0")
                .contains("dropped: 7");
    }

    @Test
    void createReadsAFileAndOptionsOverrideIt(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("rollout.yaml"),
                """
                model: digits
                candidateVersion: 2
                automatic: true
                steps:
                  - {weightPercent: 25, bakeSecondsMin: 10, requestsMin: 500}
                guardrails: {costMargin: 0.3, beta: 0.1}
                """);

        Ran ran = run("rollout", "create", "-f", file.toString(), "--candidate", "3", "--margin", "cost=0.1");

        assertThat(ran.err()).isEmpty();
        JsonNode body = api.last().body();
        assertThat(body.path("candidateVersion")).isEqualTo(JsonNodeFactory.instance.textNode("3"));
        assertThat(body.path("steps").path(0).path("requestsMin").asInt()).isEqualTo(500);
        assertThat(body.path("guardrails").path("costMargin").asDouble()).isEqualTo(0.1);
        assertThat(body.path("guardrails").path("beta").asDouble()).isEqualTo(0.1);
        assertThat(body.path("automatic").asBoolean()).isTrue();
    }

    @Test
    void slicesComeFromTheCommandLineOrTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("rollout.yaml"),
                """
                model: digits
                candidateVersion: 2
                steps:
                  - {weightPercent: 25}
                guardrails: {slicesWeight: 0.2, slices: [{by: tenant, values: [acme]}]}
                """);

        Ran fromFile = run("rollout", "create", "-f", file.toString());
        JsonNode inFile = api.last().body().path("guardrails").path("slices");
        Ran given =
                run("rollout create --model digits --candidate 2 --id d-4 --step 25 --slice tenant=acme,globex --slice"
                        + " X-Segment=free");

        assertThat(fromFile.err() + given.err()).isEmpty();
        assertThat(inFile).isEqualTo(new ObjectMapper().readTree("[{\"by\":\"tenant\",\"values\":[\"acme\"]}]"));
        assertThat(api.last().body().path("guardrails").path("slices"))
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        """
                        [{"by":"tenant","values":["acme","globex"]},{"by":"X-Segment","values":["free"]}]"""));
        assertThat(run("rollout create --model digits --candidate 2 --step 25 --slice acme")
                        .err())
                .contains("'acme' declares no slices; expected BY=VALUE[,VALUE]");
    }

    @Test
    void aWrongFileIsRefusedWithAllItsProblemsAndNothingIsSent(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("rollout.yaml"),
                "model: digits\ncandidate: 2\nsteps:\n  - {percent: 25}\nguardrails: {cost: 1}\n");

        Ran ran = run("rollout", "create", "--file", file.toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("line 2: 'candidate' is not a known key")
                .contains("line 4: 'steps[0].percent' is not a known key; expected one of [bake, bakeSecondsMin, gate,")
                .contains("line 5: 'guardrails.cost' is not a known key");
        assertThat(api.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not yaml: [ | is not YAML",
                "a: 1\\na: 2 | is not YAML",
                "- 1 | holds no rollout",
                "'' | holds no rollout",
                "steps: 5 | steps is not a list",
                "guardrails: 5 | line 1: guardrails is not a set of keys",
                "model: digits | the rollout has no candidateVersion; give --candidate"
            })
    void anyOtherFileGivesASentence(String content, String sentence, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("rollout.yaml"), content.replace("\\n", "\n"));

        Ran ran = run("rollout", "create", "-f", file.toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(sentence);
        assertThat(run("rollout create -f /no/such/file").err()).contains("/no/such/file cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"advance", "hold", "resume", "promote", "rollback", "abort"})
    void everyMoveIsOneRequestWithItsOwnCommandId(String verb) {
        api.rollout(FakeControlApi.newRollout("d-1"));

        Ran ran = run("rollout", verb, "d-1", "--reason", "why not", "--actor", "ada", "--based-on-version", "1");

        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .startsWith("rollout d-1 of digits: version 1 -> 2, ")
                .contains("state version 2");
        assertThat(api.last().path()).isEqualTo("/control/v1/rollouts/d-1/" + verb);
        JsonNode body = api.last().body();
        assertThat(body.path("commandId").asText()).matches("cli-[0-9a-f]+");
        assertThat(body.path("basedOnVersion").asLong()).isEqualTo(1);
        assertThat(body.path("reason").asText()).isEqualTo("why not");
        assertThat(body.path("actor").asText()).isEqualTo("person:ada");
    }

    @Test
    void pauseIsAnotherWordForHold() {
        api.rollout(FakeControlApi.newRollout("d-1"));

        assertThat(run("rollout pause d-1").code()).isZero();
        assertThat(api.last().path()).isEqualTo("/control/v1/rollouts/d-1/hold");
    }

    @Test
    void aRefusalIsJsonWhereTheAnswerWouldBe() throws IOException {
        Ran ran = run("rollout show nope --output json");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(new ObjectMapper().readTree(ran.err()))
                .isEqualTo(
                        new ObjectMapper().readTree("{\"error\":\"rollout 'nope' is not known; list the rollouts\"}"));
    }

    @Test
    void aRefusalIsTheSentenceOfTheGateway() {
        api.rollout(FakeControlApi.newRollout("d-1"));

        assertThat(run("rollout hold d-1 --based-on-version 9"))
                .isEqualTo(new Ran(1, "", "bellwether: stale; look again" + System.lineSeparator()));
        assertThat(run("rollout show nope").err())
                .isEqualTo("bellwether: rollout 'nope' is not known; list the rollouts" + System.lineSeparator());
    }

    @Test
    void rolloutListAndGetShowWhatThereIs() {
        assertThat(run("rollout list").out().strip()).isEqualTo("no rollouts");
        ObjectNode rollout = FakeControlApi.newRollout("d-1");
        rollout.set("verdict", Verdicts.growing(900, 0.5));
        api.rollout(rollout);

        assertThat(run("rollout list --model digits").out().lines())
                .containsExactly(
                        "ID   MODEL   VERSIONS  STATE    STEP  WEIGHT  REASON",
                        "d-1  digits  1 -> 2    RUNNING  1     25 %    try it");
        assertThat(api.last().path()).isEqualTo("/control/v1/rollouts?model=digits");
        assertThat(run("rollout get d-1").out())
                .contains("verdict: HOLD: more evidence is needed")
                .contains(
                        "compared: 900 control, 900 candidate; exposed: 1,800 requests saw the candidate and cost 2.00e-06 USD")
                .contains("evidence of harm: 10 % of what rolls back")
                .contains("latency_p50  50 %  12.00 ms  13.00 ms   0.0612  450/900 460/900  median")
                .contains("2023-11-14 22:13:20  CREATE  person:ada  try it");
    }

    @Test
    void aRolloutThatTheGuardTookBackSaysSoAndWhy() {
        ObjectNode rollout = FakeControlApi.newRollout("d-1");
        rollout.put("weightPercent", 0);
        ObjectNode guard = rollout.putObject("guard");
        guard.put("at", 1_700_000_000_000L).put("reason", "it fails hard").put("published", false);
        api.rollout(rollout);

        assertThat(run("rollout list").out().lines().skip(1))
                .singleElement()
                .asString()
                .endsWith("guard: it fails hard");
        assertThat(run("rollout show d-1").out())
                .contains("weight 0 %, state version 1, taken back at this gateway")
                .contains("guard: this gateway took the candidate back at 2023-11-14 22:13:20 (UTC): it fails hard;"
                        + " the control log does not have it yet");

        guard.put("published", true);
        assertThat(run("rollout show d-1").out())
                .doesNotContain("of this gateway")
                .contains("): it fails hard\n");
    }

    @Test
    void outputAsJsonIsTheAnswerOfTheGateway() throws IOException {
        ObjectNode rollout = FakeControlApi.newRollout("d-1");
        api.rollout(rollout);

        assertThat(json("rollout show d-1 --output json")).isEqualTo(rollout.toString());
        assertThat(json("rollout hold d-1 -o JSON"))
                .isEqualTo(rollout.toString())
                .contains("HELD");
        assertThat(json("rollout list -o json")).isEqualTo("[" + rollout + "]");
    }

    @Test
    void aGatewayThatIsNotThereGivesOneSentenceThatSaysWhatToDo() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }

        Ran ran = Shell.run("model", "list", "--control", "http://127.0.0.1:" + port);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err().lines())
                .containsExactly("bellwether: no control API answers at http://127.0.0.1:" + port
                        + "; start the platform with 'deploy/bellwether up', or name its address with --control or"
                        + " BELLWETHER_CONTROL");
    }

    @ParameterizedTest
    @CsvSource({"200, hello", "404, <html>", "500, ''", "200, 5", "301, {}"})
    void somethingElseThatAnswersIsNamedAsSuch(int status, String body) {
        api.alwaysAnswer(status, body);

        Ran ran = run("model list");

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("is not a control API (HTTP status " + status + ")");
    }

    @Test
    void withoutKafkaTheGatewaysSentenceIsShown() {
        api.alwaysAnswer(503, "{\"error\":\"Kafka is away; try again when it is back\",\"reason\":\"UNAVAILABLE\"}");

        assertThat(run("rollout abort d-1").err()).contains("Kafka is away; try again when it is back");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollout create --model digits --candidate 2 --step 10",
                "rollout promote d-1",
                "model stable digits 2"
            })
    void anUnconfirmedChangeNamesTheIdUnderWhichItMayBeRepeated(String line) {
        // Given
        api.neverAnswer();

        // When
        Ran ran = run(line);

        // Then
        assertThat(ran.code()).isEqualTo(1);
        String id = api.last().body().path("commandId").asText();
        assertThat(ran.err()).contains("--command-id " + id + " is safe").contains("not known");
        assertThat(ran.err().lines()).hasSize(1);
    }

    @Test
    void aChangeThatTheGatewayCouldNotConfirmNamesItsIdToo() {
        // Given
        api.alwaysAnswer(503, "{\"error\":\"the control log did not confirm the command in time\"}");

        // When
        Ran ran = run("rollout abort d-1 --command-id c-9");

        // Then
        assertThat(ran.err()).contains("did not confirm the command in time", "--command-id c-9 is safe");
        assertThat(run("rollout show d-1").err()).doesNotContain("--command-id");
    }

    @Test
    void aRepeatedCreationAsksForTheSameRollout() {
        // When
        run("rollout create --model digits --candidate 2 --step 10 --command-id c-9");
        JsonNode first = api.last().body();
        run("rollout create --model digits --candidate 2 --step 10 --command-id c-9");
        JsonNode second = api.last().body();
        run("rollout create --model digits --candidate 2 --step 10");
        JsonNode other = api.last().body();

        // Then
        assertThat(first.path("id").asText()).matches("digits-[0-9a-f]{12}");
        assertThat(second).isEqualTo(first);
        assertThat(other.path("id")).isNotEqualTo(first.path("id"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rollout",
                "rollout frobnicate",
                "rollout show",
                "rollout create --model digits",
                "rollout create --model d --candidate 2 --step fast",
                "rollout create --model d --candidate 2 --step 10:1500ms",
                "rollout create --model d --candidate 2 --step 10:soon",
                "rollout create --model d --candidate 2 --step 10 --margin speed=2",
                "rollout create --model d --candidate 2 --step 10 --automatic --manual",
                "model list --output xml",
                "model list --timeout never",
                "model stable digits",
                "model show",
                "route",
                "completion fish",
                "export",
                "import"
            })
    void aWrongCommandLineIsRefusedWithoutAskingTheGateway(String line) {
        Ran ran = run(line);

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).isNotBlank().doesNotContain("Exception");
        assertThat(ran.out()).isEmpty();
        assertThat(api.asked()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8003", "ftp://x", "http://", "http://a b", ""})
    void aWrongAddressIsRefused(String address) {
        assertThat(Shell.run("model", "list", "--control", address).err())
                .contains("is not the address of a control API; expected something like http://127.0.0.1:8003");
    }

    @Test
    void everyCommandHasAHelpTextWithAnExample() {
        for (String command : List.of(
                "",
                "model list",
                "model show",
                "model stable",
                "route show",
                "capacity",
                "guardrails check",
                "export",
                "import",
                "completion",
                "rollout list",
                "rollout show",
                "rollout explain",
                "rollout watch",
                "rollout create",
                "rollout advance",
                "rollout hold",
                "rollout resume",
                "rollout promote",
                "rollout rollback",
                "rollout abort")) {
            Ran ran = Shell.run((command + " --help").strip().split(" "));
            assertThat(ran.code()).as(command).isZero();
            assertThat(ran.out())
                    .as(command)
                    .contains("Usage: bellwether " + command)
                    .contains("Example");
        }
    }

    private String json(String line) throws IOException {
        return new ObjectMapper().readTree(run(line).out()).toString();
    }

    private Ran run(String line) {
        return run(line.split(" "));
    }

    private Ran run(String... args) {
        return Shell.run(concat(List.of(args), "--control", api.url()));
    }

    private static String[] concat(List<String> first, String... then) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(then));
        return all.toArray(String[]::new);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
