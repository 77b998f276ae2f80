package io.bellwether.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwether.cli.Shell.Ran;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code model show} and {@code route show}. */
class TrafficCommandsTest {
    private static final String ROUTES =
            """
            {"routeVersion":12,"routes":[
              {"model":"digits","stableVersion":"1","keyHeader":"X-User","shares":[
                {"version":"2","arm":"CANDIDATE","weightPercent":12.5,"served":true,"workers":["w-1","w-2","w-3","w-4","w-5"]},
                {"version":"1","arm":"CONTROL","weightPercent":12.5,"served":true,"workers":["w-1"]},
                {"version":"1","arm":"STABLE_REST","weightPercent":75.0,"served":true,"workers":["w-1"]}],
               "rollout":{"id":"first","state":"RUNNING","candidateVersion":"2","step":0,"steps":2,"takenBackByGuard":false}},
              {"model":"lost","stableVersion":"3","keyHeader":"","shares":[
                {"version":"3","arm":"STABLE_REST","weightPercent":100.0,"served":false,"workers":[]}]},
              {"model":"new","stableVersion":"","keyHeader":"","shares":[]}]}""";

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
    void routeShowSaysWhichVersionGetsHowMuchFromWhomAndWhy() {
        // Given
        api.routes(ROUTES);

        // When
        Ran ran = run("route", "show");

        // Then
        assertThat(ran.code()).isZero();
        assertThat(api.last().path()).isEqualTo("/control/v1/routes");
        assertThat(ran.out().lines())
                .containsExactly(
                        "route version 12",
                        "MODEL   VERSION  ARM          WEIGHT  WORKERS                                    ROLLOUT",
                        "digits  2        CANDIDATE    12.5 %  w-1, w-2, w-3 and 2 more                   first RUNNING,"
                                + " step 1/2, sticky by X-User",
                        "digits  1        CONTROL      12.5 %  w-1",
                        "digits  1        STABLE_REST  75 %    w-1",
                        "lost    3        STABLE_REST  100 %   none is ready: requests are refused",
                        "new     -        -            100 %   no version is known: requests are refused");
    }

    @Test
    void routeShowOfOneModelAsksForThatOneAndShowsCopiesAndTheGuard() {
        // Given
        api.routes(
                """
                {"routeVersion":3,"routes":[{"model":"my model","stableVersion":"1","keyHeader":"","shares":[
                  {"version":"1","arm":"STABLE_REST","weightPercent":100.0,"served":true,"workers":["w-1"]}],
                 "rollout":{"id":"s","state":"RUNNING","candidateVersion":"2","step":0,"steps":1,"takenBackByGuard":true},
                 "target":{"tenants":["acme","globex"]},
                 "copies":{"version":"2","sharePercent":20.0,"twinPercent":5.0}}]}""");

        // When
        Ran ran = run("route", "show", "my model");

        // Then
        assertThat(api.last().path()).isEqualTo("/control/v1/routes/my%20model");
        assertThat(ran.out())
                .containsPattern("my model +2 +\\(copies\\) +20 %")
                .contains("s RUNNING, step 1/1, only requests of tenant acme or globex, taken back at this gateway");
    }

    @Test
    void aModelSaysWhoseRequestsItsWeightsAreOf() {
        // Given
        api.model(
                """
                {"model":"digits","stableVersion":"1","rolloutId":"first","routeVersion":12,"versions":[],
                 "target":{"header":"X-Plan","values":["beta"]}}""");

        // Then
        assertThat(run("model", "show", "digits").out())
                .contains("WEIGHT is of requests with X-Plan beta; all others go to the stable version.");
    }

    @Test
    void withoutModelsItSaysHowToGetOne() {
        // Given
        api.routes("{\"routeVersion\":-1,\"routes\":[]}");

        // Then
        assertThat(run("route", "show").out().lines())
                .containsExactly("route version -1", "no models; add one to the repository of a worker");
    }

    @Test
    void modelShowSaysWhatEachWorkerSaysOfEachVersion() {
        // Given
        api.model(
                """
                {"model":"digits","stableVersion":"1","rolloutId":"first","routeVersion":12,"versions":[
                  {"version":"1","state":"READY","reason":"","workers":["w-1","w-2"],"weightPercent":87.5,"onWorkers":[
                    {"worker":"w-1","reachable":true,"state":"READY","reason":"","requestsInFlight":3,
                     "told":{"waiting":41,"running":8,"waitMillis":12.3456,"runMillis":0.9,"ageMillis":48.7}},
                    {"worker":"w-2","reachable":false,"state":"READY","reason":"","requestsInFlight":0}]},
                  {"version":"3","state":"UNAVAILABLE","reason":"model.pt is missing","workers":["w-1"],"weightPercent":0.0,
                   "onWorkers":[
                    {"worker":"w-1","reachable":true,"state":"UNAVAILABLE","reason":"model.pt is missing","requestsInFlight":3}]}]}""");

        // When
        Ran ran = run("model", "show", "digits");

        // Then
        assertThat(ran.code()).isZero();
        assertThat(api.last().path()).isEqualTo("/control/v1/models/digits");
        assertThat(ran.out().lines())
                .containsExactly(
                        "digits: stable version 1, rollout first, route version 12",
                        "VERSION  WEIGHT  ROLE    WORKER  STATE          IN FLIGHT  WAITING  WAIT      RUN        TOLD       REASON",
                        "1        87.5 %  stable  w-1     READY          3          41       12.35 ms  0.9000 ms  0.0 s ago",
                        "1        87.5 %  stable  w-2     NOT REACHABLE  0          -        -         -          -",
                        "3        0 %             w-1     UNAVAILABLE    3          -        -         -          -          model.pt is missing",
                        "",
                        "Where its requests go: bellwether route show digits. What it can carry: bellwether capacity"
                                + " digits. Why: bellwether rollout explain first.");
    }

    @Test
    void aModelThatOnlyCommandsKnowIsShownToo() {
        // Given
        api.model("{\"model\":\"old\",\"stableVersion\":\"\",\"routeVersion\":4,\"versions\":[]}");

        // Then
        assertThat(run("model", "show", "old").out())
                .contains("old: no stable version, route version 4")
                .contains("no worker has it; add it to the repository of one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"route show digits", "model show digits"})
    void jsonIsTheAnswerAsItIs(String line) throws IOException {
        // Given
        api.routes(ROUTES);
        api.model(ROUTES);

        // When
        Ran ran = run((line + " --output json").split(" "));

        // Then
        assertThat(new ObjectMapper().readTree(ran.out())).isEqualTo(new ObjectMapper().readTree(ROUTES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"route show none", "model show none"})
    void aRefusalIsSaidAndFails(String line) {
        // Given
        api.alwaysAnswer(
                404, "{\"error\":\"there is no model 'none'; list those there are\",\"reason\":\"NOT_FOUND\"}");

        // When
        Ran ran = run(line.split(" "));

        // Then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err().strip()).isEqualTo("bellwether: there is no model 'none'; list those there are");
    }

    private Ran run(String... args) {
        String[] all = new String[args.length + 2];
        System.arraycopy(args, 0, all, 0, args.length);
        all[args.length] = "--control";
        all[args.length + 1] = api.url();
        return Shell.run(all);
    }
}
