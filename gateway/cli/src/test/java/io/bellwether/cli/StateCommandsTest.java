package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.cli.FakeControlApi.Asked;
import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code export} and {@code import}: what was decided, kept in a file and given back to a platform that lost it. */
class StateCommandsTest {
    /** Digits was set to 2 and has a live rollout; texts was promoted to 5; q was killed by the guard of the gateway. */
    private static final String STATE =
            """
            {"atMillis":1700000000000,
             "control":{"logId":"log-a","lastPosition":9,"routeVersion":9,
               "models":[
                 {"model":"digits","stableVersion":"2","setStableCommandIds":["s-1","s-2"],"ended":[],
                  "live":{"id":"r","version":3,"phase":"RUNNING","step":1,"heldBy":"","history":[],"commandIds":["c-1"],
                    "plan":{"stableVersion":"2","candidateVersion":"4","keyHeader":"","automatic":true,
                      "guardrails":{"alpha":0.010,"nanFloor":2.0E-3},
                      "steps":[{"weightBasisPoints":1000},{"weightBasisPoints":5000}]}}},
                 {"model":"texts","stableVersion":"5","setStableCommandIds":[],"ended":[]}],
               "ended":[{"id":"p","phase":"PROMOTED"},{"id":"q","phase":"ROLLED_BACK"}]},
             "killed":[{"id":"q","model":"texts","atMillis":1,"reason":"it fails hard"}]}""";

    private static final String NOTHING =
            "{\"atMillis\":1,\"control\":{\"lastPosition\":-1,\"routeVersion\":-1,\"models\":[],\"ended\":[]},\"killed\":[]}";

    private static final String MODELS =
            """
            [{"model":"digits","stableVersion":"1","versions":[{"version":"1","state":"READY"},{"version":"2","state":"READY"},
              {"version":"4","state":"READY"}]},
             {"model":"texts","stableVersion":"1","versions":[{"version":"1","state":"READY"},
              {"version":"5","state":"LOADING"}]}]""";

    @TempDir
    private Path folder;

    private FakeControlApi api;
    private Path file;

    @BeforeEach
    void start() throws IOException {
        api = new FakeControlApi();
        api.models(MODELS);
        api.state(STATE);
        file = folder.resolve("state.json");
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void exportWritesTheStateWithItsChecksum() throws IOException {
        // When
        Ran ran = run("export", file.toString());

        // Then
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().strip())
                .isEqualTo(file + ": 2 models, 1 live and 2 ended rollouts, up to position 9 of the control log log-a");
        JsonNode written = new ObjectMapper().readTree(Files.readString(file));
        assertThat(written.path("format").asText()).isEqualTo("bellwether-control-state/1");
        assertThat(written.path("checksum").asText()).matches("[0-9a-f]{64}");
        assertThat(written.path("state")).isEqualTo(new ObjectMapper().readTree(STATE));
        assertThat(StateFile.read(file)).isInstanceOf(StateFile.Read.Whole.class);
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void theChecksumIsTheDigestOfTheStateWithoutSpaces() throws IOException {
        // Given: printf '{"control":{"lastPosition":1.5}}' | sha256sum
        JsonNode state = new ObjectMapper().readTree("{\"control\":{\"lastPosition\":1.5}}");

        // Then
        assertThat(StateFile.checksum(state))
                .isEqualTo("d99bae172d814916d458ed08dc3687c27b7613e89af9729669507c2d47b82f1d");
    }

    @Test
    void anExportThatFailsLeavesTheFileAsItWas() throws IOException {
        // Given
        Files.writeString(file, "before");
        api.alwaysAnswer(503, "{\"error\":\"not now; repeat it\"}");

        // When
        Ran refused = run("export", file.toString());
        Ran nowhere = Shell.run("export", file.toString(), "--control", "http://127.0.0.1:1");

        // Then
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("not now; repeat it");
        assertThat(nowhere.code()).isEqualTo(1);
        assertThat(Files.readString(file)).isEqualTo("before");
    }

    @Test
    void anExportIntoAFolderThatIsNotThereSaysSo() {
        assertThat(run("export", folder.resolve("none/state.json").toString()).err())
                .contains("cannot be written; name a file in a folder that is there");
    }

    @Test
    void importSetsStableVersionsAndNothingElse() throws IOException {
        // Given
        run("export", file.toString());
        api.state(NOTHING);

        // When
        Ran ran = run("import", file.toString(), "--actor", "ada");

        // Then
        assertThat(ran.code()).as("texts cannot be restored").isEqualTo(1);
        assertThat(ran.out().lines())
                .containsExactly(
                        file + ": state of 2023-11-14 22:13:20 (UTC), whole",
                        "MODEL   NOW  FILE  RESULT        REASON",
                        "digits  -    2     set",
                        "texts   -    5     not restored  no worker has the version ready; add it to the repository of one,"
                                + " then import again",
                        "rollout r of digits (RUNNING) is not brought back: its evidence is gone, and version 4 gets no"
                                + " traffic; create it again when you want it");
        List<Asked> changes = changes();
        assertThat(changes).hasSize(1);
        assertThat(changes.get(0).method()).isEqualTo("PUT");
        assertThat(changes.get(0).path()).isEqualTo("/control/v1/models/digits/stable");
        assertThat(changes.get(0).body().path("version").asText()).isEqualTo("2");
        assertThat(changes.get(0).body().path("actor").asText()).isEqualTo("person:ada");
        assertThat(changes.get(0).body().path("commandId").asText()).matches("import-[0-9a-f]{16}-digits");
    }

    @Test
    void anImportNamesBothControlLogsSoThatAWrongPlatformCanBeTold() throws IOException {
        // Given
        run("export", file.toString());

        // Then
        assertThat(run("import", file.toString(), "--dry-run").out())
                .contains("the file and this platform have the same control log, log-a");

        // When the platform has another log
        api.state(NOTHING.replace("{\"lastPosition\"", "{\"logId\":\"log-b\",\"lastPosition\""));

        // Then
        assertThat(run("import", file.toString(), "--dry-run").out())
                .contains(
                        "the file is of control log log-a, this platform has log-b: right if the platform lost its log;"
                                + " else the file is of another platform");
        JsonNode json = new ObjectMapper()
                .readTree(run("import", file.toString(), "--dry-run", "-o", "json")
                        .out());
        assertThat(json.path("logOfFile").asText()).isEqualTo("log-a");
        assertThat(json.path("logOfPlatform").asText()).isEqualTo("log-b");
    }

    @Test
    void aDryRunChangesNothing() {
        // Given
        run("export", file.toString());
        api.state(NOTHING);

        // When
        Ran ran = run("import", file.toString(), "--dry-run");

        // Then
        assertThat(ran.out()).containsPattern("digits +- +2 +would be set");
        assertThat(changes()).isEmpty();
    }

    @Test
    void anImportIntoThePlatformThatWroteItChangesNothing() {
        // Given
        run("export", file.toString());

        // When
        Ran ran = run("import", file.toString());

        // Then
        assertThat(ran.code()).isZero();
        assertThat(ran.out()).containsPattern("digits +2 +2 +already so").doesNotContain("not brought back");
        assertThat(changes()).isEmpty();
    }

    @Test
    void anImportThatIsRepeatedIsNotTakenForOlderThanItself() throws IOException {
        // Given: what the platform knows after an import
        run("export", file.toString());
        String id = Restoration.commandId(
                new ObjectMapper()
                        .readTree(Files.readString(file))
                        .path("checksum")
                        .asText(),
                "digits");
        api.state(NOTHING.replace(
                "\"models\":[]",
                "\"models\":[{\"model\":\"digits\",\"stableVersion\":\"2\",\"setStableCommandIds\":[\"" + id
                        + "\"]}]"));

        // Then
        assertThat(run("import", file.toString()).out()).containsPattern("digits +2 +2 +already so");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'ended':[] | 'ended':[{'id':'z','phase':'ABORTED'}] | rollout z has ended since (ABORTED)",
                "'models':[] | 'models':[{'model':'digits','setStableCommandIds':['s-3']}]"
                        + " | the stable version of digits has been set since",
                "'models':[] | 'models':[{'model':'digits','live':{'id':'r','version':4}}]"
                        + " | rollout r of digits has begun or moved since",
                "'models':[] | 'models':[{'model':'new','live':{'id':'n','version':1}}]"
                        + " | rollout n of new has begun or moved since"
            })
    void aFileThatDoesNotKnowWhatWasDecidedSinceIsRefusedWhole(String part, String instead, String reason) {
        // Given
        run("export", file.toString());
        api.state(NOTHING.replace(part.replace('\'', '"'), instead.replace('\'', '"')));

        // When
        Ran ran = run("import", file.toString());

        // Then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("is older than what the platform has decided: " + reason, "Nothing was changed");
        assertThat(changes()).isEmpty();
    }

    @Test
    void aModelWithALiveRolloutIsLeftAlone() {
        // Given: the platform has only seen the beginning of the rollout that is in the file
        run("export", file.toString());
        api.state(NOTHING.replace(
                "\"models\":[]",
                "\"models\":[{\"model\":\"digits\",\"stableVersion\":\"1\",\"live\":{\"id\":\"r\",\"version\":1}}]"));

        // When
        Ran ran = run("import", file.toString());

        // Then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("rollout r is live; abort or promote it, then import again");
        assertThat(changes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"stableVersion\" : \"2\" | \"stableVersion\" : \"4\" | is damaged or was changed",
                "ROLLED_BACK | PROMOTED | is damaged or was changed",
                "0.01 | 0.02 | is damaged or was changed",
                "control-state/1 | control-state/2 | has the format 'bellwether-control-state/2'",
                "\"state\" | \"stale\" | holds no state",
                "{ | [ | is damaged: it is no JSON"
            })
    void aDamagedFileIsRefusedBeforeAnythingIsAsked(String part, String instead, String reason) throws IOException {
        // Given
        String whole = StateFile.text(new ObjectMapper().readTree(STATE));
        Files.writeString(file, whole.replaceFirst(Pattern.quote(part), instead));

        // When
        Ran ran = run("import", file.toString());

        // Then
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(reason);
        assertThat(api.asked()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThat(run("import", file.toString()).err()).contains("cannot be read; give a file");
    }

    @Test
    void jsonNamesWhatBecameOfEachModel() throws IOException {
        // Given
        run("export", file.toString());
        api.state(NOTHING);

        // When
        JsonNode json = new ObjectMapper()
                .readTree(run("import", file.toString(), "--output", "json").out());

        // Then
        assertThat(json.path("models").path(0).path("result").asText()).isEqualTo("set");
        assertThat(json.path("models").path(1).path("result").asText()).isEqualTo("not restored");
        assertThat(json.path("notBroughtBack")).hasSize(1);
    }

    @Test
    void aVersionThatTheGatewayRefusesIsNamedWithItsReason() {
        // Given
        run("export", file.toString());
        api.state(NOTHING);
        api.refusePut(409, "{\"error\":\"version '2' went away; wait\"}");

        // When
        Ran ran = run("import", file.toString());

        // Then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).containsPattern("digits +- +2 +not restored +version '2' went away; wait");
    }

    private List<Asked> changes() {
        return api.asked().stream()
                .filter(asked -> !asked.method().equals("GET"))
                .toList();
    }

    private Ran run(String... args) {
        String[] all = new String[args.length + 2];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "--control";
        all[args.length + 1] = api.url();
        return Shell.run(all);
    }
}
