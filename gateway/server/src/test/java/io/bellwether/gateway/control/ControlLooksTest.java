package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.control.ControlFixture.Answered;
import io.bellwether.protocol.hop.HopStatus;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Routes, one model, and the state: what the control API shows of who gets which traffic, and why. */
@Timeout(60)
class ControlLooksTest {
    private static final String CREATE =
            "{\"id\":\"r\",\"model\":\"m\",\"candidateVersion\":\"2\",\"commandId\":\"c1\",\"keyHeader\":\"X-User\","
                    + "\"steps\":[{\"weightPercent\":12.5},{\"weightPercent\":50}]}";

    private final ControlFixture gateway = new ControlFixture();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void withoutARolloutTheStableVersionHasAllTraffic() {
        // When
        JsonObject routes = gateway.send("GET", "/routes", "").json();

        // Then
        assertThat(routes)
                .isEqualTo(
                        new JsonObject(
                                """
                {"routeVersion": -1, "routes": [{"model": "m", "stableVersion": "1", "keyHeader": "", "shares": [
                  {"version": "1", "arm": "STABLE_REST", "weightPercent": 100.0, "served": true,
                   "workers": ["w-1", "w-2"]}]}]}"""));
    }

    @Test
    void aRouteShowsEachArmOfARolloutAndWhoServesIt() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        JsonObject route = route();

        // Then
        assertThat(route.getString("keyHeader")).isEqualTo("X-User");
        assertThat(shares(route)).containsExactly("2 CANDIDATE 12.5", "1 CONTROL 12.5", "1 STABLE_REST 75.0");
        assertThat(route.getJsonObject("rollout"))
                .isEqualTo(
                        new JsonObject(
                                """
                {"id": "r", "state": "RUNNING", "candidateVersion": "2", "step": 0, "steps": 2,
                 "takenBackByGuard": false}"""));
        assertThat(gateway.send("GET", "/routes/m", "").json().getInteger("routeVersion"))
                .isZero();
    }

    @Test
    void theShareOfACandidateThatIsLostIsWithTheStableVersion() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        gateway.first.up = false;
        gateway.second.up = false;
        gateway.directory.poll();
        JsonObject route = route();

        // Then
        assertThat(shares(route)).containsExactly("1 CONTROL 12.5", "1 STABLE_REST 87.5");
        assertThat(route.getJsonArray("shares").getJsonObject(0).getBoolean("served"))
                .isFalse();
    }

    @Test
    void aCandidateThatTheGuardTookBackHasNoShare() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        gateway.fold.kill(KilledRollouts.NONE.with(new Kill("r", "m", 123, "it fails hard")));

        // Then
        assertThat(shares(route())).containsExactly("1 STABLE_REST 100.0");
        assertThat(route().getJsonObject("rollout").getBoolean("takenBackByGuard"))
                .isTrue();
    }

    @Test
    void aShadowGetsCopiesWhileItRuns() {
        // Given
        gateway.send(
                "POST",
                "/rollouts",
                """
                {"id":"s","model":"m","candidateVersion":"2","shadow":{"sharePercent":20,"twinPercent":5}}""");

        // Then
        assertThat(shares(route())).containsExactly("1 STABLE_REST 100.0");
        assertThat(route().getJsonObject("copies"))
                .isEqualTo(new JsonObject("{\"version\":\"2\",\"sharePercent\":20.0,\"twinPercent\":5.0}"));
        gateway.send("POST", "/rollouts/s/hold", "");
        assertThat(route().containsKey("copies")).isFalse();
    }

    @Test
    void aModelShowsWhatEachWorkerSaysOfEachVersion() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);
        gateway.second.up = false;
        gateway.directory.poll();

        // When
        JsonObject model = gateway.send("GET", "/models/m", "").json();

        // Then
        assertThat(model.getString("rolloutId")).isEqualTo("r");
        assertThat(model.getInteger("routeVersion")).isZero();
        JsonArray versions = model.getJsonArray("versions");
        assertThat(versions.getJsonObject(0).getDouble("weightPercent")).isEqualTo(87.5);
        assertThat(versions.getJsonObject(1).getDouble("weightPercent")).isEqualTo(12.5);
        assertThat(versions.getJsonObject(1).getJsonArray("onWorkers"))
                .isEqualTo(
                        new JsonArray(
                                """
                [{"worker": "w-1", "reachable": true, "state": "READY", "reason": "", "requestsInFlight": 0},
                 {"worker": "w-2", "reachable": false, "state": "READY", "reason": "", "requestsInFlight": 0}]"""));
        assertThat(versions.getJsonObject(2).getDouble("weightPercent")).isZero();
        assertThat(versions.getJsonObject(2).getJsonArray("onWorkers"))
                .isEqualTo(
                        new JsonArray(
                                """
                [{"worker": "w-1", "reachable": true, "state": "LOADING", "reason": "it is read", "requestsInFlight": 0}]"""));
    }

    @Test
    void aModelShowsWhatAWorkerToldOfHowAVersionStands() {
        // Given
        HopStatus known = HopStatus.newBuilder()
                .setModel("m")
                .setVersion("1")
                .setWaiting(7)
                .setRunning(2)
                .setWaitNanos(4_500_000)
                .setRunNanos(3_000_000)
                .setEachNanos(1)
                .build();
        HopStatus unknown = HopStatus.newBuilder()
                .setModel("m")
                .setVersion("1")
                .setWaiting(1)
                .build();

        // When
        gateway.first.news.told(List.of(known));
        gateway.second.news.told(List.of(unknown));

        // Then
        JsonArray onWorkers = gateway.send("GET", "/models/m", "")
                .json()
                .getJsonArray("versions")
                .getJsonObject(0)
                .getJsonArray("onWorkers");
        assertThat(onWorkers.getJsonObject(0).getJsonObject("told"))
                .isEqualTo(
                        new JsonObject(
                                """
                {"waiting": 7, "running": 2, "waitMillis": 4.5, "runMillis": 3.0, "ageMillis": 0.0}"""));
        assertThat(onWorkers.getJsonObject(1).getJsonObject("told"))
                .isEqualTo(
                        new JsonObject(
                                """
                {"waiting": 1, "running": 0, "waitMillis": null, "runMillis": null, "ageMillis": 0.0}"""));
    }

    @Test
    void anUnknownModelIsNamedWithWhatToDo() {
        for (String path : List.of("/models/none", "/routes/none")) {
            Answered answer = gateway.send("GET", path, "");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.json().getString("error")).contains("there is no model 'none'", "model list");
        }
    }

    @Test
    void theStateHasAllThatWasDecided() {
        // Given
        gateway.send("PUT", "/models/m/stable", "{\"version\":\"1\",\"commandId\":\"s1\"}");
        gateway.send("POST", "/rollouts", CREATE);
        gateway.send("POST", "/rollouts/r/abort", "{\"commandId\":\"c2\",\"reason\":\"enough\"}");
        gateway.send("POST", "/rollouts", CREATE.replace("\"r\"", "\"q\"").replace("c1", "c3"));
        gateway.fold.kill(KilledRollouts.NONE.with(new Kill("q", "m", 123, "it fails hard")));

        // When
        JsonObject state = gateway.send("GET", "/state", "").json();

        // Then
        assertThat(state.getLong("atMillis")).isEqualTo(new FakeTime().epochMillis());
        assertThat(state.getJsonArray("killed"))
                .isEqualTo(
                        new JsonArray(
                                "[{\"id\":\"q\",\"model\":\"m\",\"atMillis\":123,\"reason\":\"it fails hard\",\"version\":\"\"}]"));
        JsonObject control = state.getJsonObject("control");
        assertThat(control.getLong("lastPosition")).isEqualTo(3);
        assertThat(control.getJsonArray("ended")).isEqualTo(new JsonArray("[{\"id\":\"r\",\"phase\":\"ABORTED\"}]"));
        JsonObject model = control.getJsonArray("models").getJsonObject(0);
        assertThat(model.getString("stableVersion")).isEqualTo("1");
        assertThat(model.getJsonArray("setStableCommandIds")).containsExactly("s1");
        assertThat(model.getJsonObject("live").getString("id")).isEqualTo("q");
        JsonObject ended = model.getJsonArray("ended").getJsonObject(0);
        assertThat(ended.getJsonObject("plan").getString("candidateVersion")).isEqualTo("2");
        assertThat(ended.getJsonArray("history").getJsonObject(1).getString("reason"))
                .isEqualTo("enough");
    }

    private JsonObject route() {
        return gateway.send("GET", "/routes/m", "")
                .json()
                .getJsonArray("routes")
                .getJsonObject(0);
    }

    private static List<String> shares(JsonObject route) {
        return route.getJsonArray("shares").stream()
                .map(JsonObject.class::cast)
                .map(share -> share.getString("version") + " " + share.getString("arm") + " "
                        + share.getDouble("weightPercent"))
                .toList();
    }
}
