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

class CapacityCommandTest {
    private static final String KNOWN =
            """
            {"model":"cnn","stableVersion":"1","requestsPerSecond":%s,
             "projectedTraffic":{"basis":"RECENT_ARRIVALS","requestsPerSecond":120.4},"versions":[
              {"version":"1","known":true,"arrivingRequestsPerSecond":120.4,"promisedRequestsPerSecond":396.2,
               "meanRequestsPerSecond":420.0,"headRoomRequestsPerSecond":275.8,"itemsPerRequest":1.0,
               "replicasNeeded":%s,"sustainedRequestsPerSecond":410.3,"slowestWorker":"b","projection":[%s],"workers":[
                 {"worker":"a","objectiveMillis":100.0},
                 {"worker":"b","instances":1,"batchItemsMax":32,"objectiveMillis":100.0,
                  "latency":{"alphaMillis":1.25,"betaMillis":4.5,"sigmaShare":0.031,"runs":104.0},
                  "capacity":{"bestItems":10,"meanMillis":46.25,"p99Millis":49.6,"errorMillis":0.2}}]},
              {"version":"2","known":false,"arrivingRequestsPerSecond":0.0,"promisedRequestsPerSecond":null,
               "headRoomRequestsPerSecond":null,"replicasNeeded":null,"workers":[
                 {"worker":"a","objectiveMillis":0.0,"latency":null,"capacity":null}]}]}""";

    private FakeControlApi api;

    @BeforeEach
    void start() throws IOException {
        api = new FakeControlApi();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    private Ran run(String line) {
        return Shell.run((line + " --control " + api.url()).split(" "));
    }

    @Test
    void capacityIsShownForEachVersionByItsSlowestWorker() {
        // Given
        api.capacity(KNOWN.formatted("null", "null", ""));

        // When
        Ran ran = run("capacity cnn");

        // Then
        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(api.last().path()).isEqualTo("/control/v1/models/cnn/capacity");
        assertThat(ran.out().lines())
                .containsExactly(
                        "VERSION  ROLE    BATCH OF b TAKES  SPREAD  RUNS  OBJECTIVE  BEST BATCH  TAKES               P99",
                        "1        stable  1.25 + 4.50 b ms  3.1 %   104   100 ms     10          46.25 +- 0.2000 ms  49.60 ms",
                        "2                -                 -       -     none       -           -                   -",
                        "",
                        "VERSION  WORKERS  PROMISED  SUSTAINED  ARRIVING  HEAD ROOM",
                        "1        2        396/s     410/s      120/s     276/s",
                        "2        1        -         -          0.0/s     -",
                        "version 2: its capacity is not known yet; it is after some batches of several sizes");
    }

    @Test
    void aRateAsksHowManyWorkersItNeeds() {
        // Given
        api.capacity(KNOWN.formatted("1000.0", "3", ""));

        // When
        Ran ran = run("capacity cnn --rate 1000");

        // Then
        assertThat(api.last().path()).isEqualTo("/control/v1/models/cnn/capacity?requestsPerSecond=1000.0");
        assertThat(run("capacity cnn --rate 1000 --random").code()).isZero();
        assertThat(api.last().path())
                .isEqualTo("/control/v1/models/cnn/capacity?requestsPerSecond=1000.0&arrivals=random");
        assertThat(ran.out().lines())
                .contains(
                        "VERSION  WORKERS  PROMISED  SUSTAINED  ARRIVING  HEAD ROOM  WORKERS FOR 1,000/s",
                        "1        2        396/s     410/s      120/s     276/s      3",
                        "2        1        -         -          0.0/s     -          -");
    }

    @Test
    void theProjectionShowsAllTrafficForTheStableVersionAndWeightsForOthers() {
        // Given
        String weights =
                """
                {"weightPercent":10,"utilisation":0.201,"onTimeShare":1.0,"p50Millis":6.5,"p99Millis":11.0},
                {"weightPercent":100,"utilisation":0.95,"onTimeShare":0.99996,"p50Millis":41.2,"p99Millis":99.0}""";
        api.capacity(KNOWN.formatted("null", "null", weights)
                .replace("\"replicasNeeded\":null,\"workers\"", "\"projection\":[" + weights + "],\"workers\""));

        // When
        Ran ran = run("capacity cnn");

        // Then
        assertThat(ran.out().lines().skip(9))
                .containsExactly(
                        "projection for 120/s, made from the recent requests, not a measurement:",
                        "VERSION  WEIGHT  BUSY    ON TIME  P50       P99",
                        "1        100 %   95.0 %  99.9 %   41.20 ms  99.00 ms",
                        "2        10 %    20.1 %  100.0 %  6.50 ms   11.00 ms",
                        "2        100 %   95.0 %  99.9 %   41.20 ms  99.00 ms");
    }

    @Test
    void aVersionThatIsTooSlowIsSaidToBe() {
        // Given
        api.capacity(KNOWN.formatted("1000.0", "null", "").replace("\"bestItems\":10", "\"bestItems\":0"));

        // When
        Ran ran = run("capacity cnn --rate 1000");

        // Then
        assertThat(ran.out()).contains("none is fast enough").contains("no number of them");
    }

    @Test
    void outputAsJsonIsTheAnswerOfTheGateway() throws IOException {
        // Given
        String answer = KNOWN.formatted("null", "null", "");
        api.capacity(answer);

        // When
        Ran ran = run("capacity cnn --output json");

        // Then
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readTree(ran.out())).isEqualTo(json.readTree(answer));
    }

    @Test
    void aModelThatNoWorkerServesHasNone() {
        // Given
        api.capacity("{\"model\":\"cnn\",\"versions\":[]}");

        // Then
        assertThat(run("capacity cnn").out())
                .isEqualToIgnoringNewLines(
                        "no worker that can be asked serves cnn; 'bellwether model list' shows why\n");
    }

    @Test
    void aRefusalIsTheSentenceOfTheGateway() {
        // Given
        api.alwaysAnswer(404, "{\"error\":\"there is no model 'cnn'\",\"reason\":\"NOT_FOUND\"}");

        // When
        Ran ran = run("capacity cnn");

        // Then
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).isEqualToIgnoringNewLines("bellwether: there is no model 'cnn'\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "capacity cnn --rate 0",
                "capacity cnn --rate -3",
                "capacity cnn --rate NaN",
                "capacity cnn --random",
                "capacity"
            })
    void aWrongCommandLineIsRefusedWithoutAskingTheGateway(String line) {
        // When
        Ran ran = run(line);

        // Then
        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).startsWith("bellwether: ");
        assertThat(api.asked()).isEmpty();
    }
}
