package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.control.ControlFixture.Answered;
import io.bellwether.gateway.guard.KillPublisher;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A/B/n over the control API; every answer is checked against its OpenAPI document. */
class AbControlTest {
    private static final String CREATE =
            """
            {"id":"r","model":"m","stableVersion":"1","kind":"ab","keyHeader":"X-User","commandId":"c1",
             "arms":[{"version":"2","weightPercent":20},{"version":"4","weightPercent":12.5}]}""";

    private final ControlFixture gateway = new ControlFixture();

    @BeforeEach
    void start() {
        gateway.first.serving("m", "1", "2", "4").listing("m", "LOADING", "it is read", new String[] {"3"});
        gateway.directory.poll();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void everyArmIsShown() {
        // When
        Answered created = gateway.send("POST", "/rollouts", CREATE);
        JsonObject route = gateway.send("GET", "/routes/m", "")
                .json()
                .getJsonArray("routes")
                .getJsonObject(0);

        // Then
        assertThat(created.status()).as(created.body()).isEqualTo(201);
        assertThat(created.json().getString("kind")).isEqualTo("ab");
        assertThat(created.json().getDouble("weightPercent")).isEqualTo(32.5);
        assertThat(created.json().getJsonArray("arms"))
                .isEqualTo(new JsonArray().add(arm("2", 20.0)).add(arm("4", 12.5)));
        assertThat(route.getJsonObject("rollout").getJsonArray("arms")).isEqualTo(JsonArray.of("2", "4"));
        // No verdict has come, and none is made up.
        assertThat(created.json().containsKey("verdict")).isFalse();
    }

    @Test
    void anArmIsTakenBackByItselfAndThePersonPromotesAnother() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        Answered back = gateway.send("POST", "/rollouts/r/rollback", "{\"arm\":\"2\"}");
        Answered again = gateway.send("POST", "/rollouts/r/promote", "{\"arm\":\"2\"}");
        Answered none = gateway.send("POST", "/rollouts/r/promote", "{}");
        Answered held = gateway.send("POST", "/rollouts/r/hold", "{\"arm\":\"4\"}");
        Answered promoted = gateway.send("POST", "/rollouts/r/promote", "{\"arm\":\"4\"}");

        // Then
        assertThat(back.json().getString("state")).isEqualTo("RUNNING");
        assertThat(back.json().getDouble("weightPercent")).isEqualTo(12.5);
        assertThat(states(back)).containsExactly("TAKEN_BACK", "LIVE");
        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body()).contains("arm '2' of rollout 'r' was taken back, and stays so");
        assertThat(none.status()).isEqualTo(409);
        assertThat(none.body()).contains("names none", "name one of [4]");
        assertThat(held.body()).contains("arm is for promote and rollback only");
        assertThat(promoted.json().getString("state")).isEqualTo("PROMOTED");
        assertThat(states(promoted)).containsExactly("TAKEN_BACK", "PROMOTED");
        assertThat(promoted.json().getJsonArray("arms").getJsonObject(0).getDouble("weightPercent"))
                .isZero();
        assertThat(promoted.json().getJsonArray("arms").getJsonObject(1).getDouble("weightPercent"))
                .isEqualTo(100);
        assertThat(gateway.fold.state().stableVersion("m")).contains("4");
        gateway.send("GET", "/state", "");
    }

    @Test
    void withoutTheLogAPersonTakesBackTheArmInQuestionAndNoOther() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);
        gateway.log.reachable = false;

        // When
        Answered back = gateway.send("POST", "/rollouts/r/rollback", "{\"arm\":\"2\",\"actor\":\"ann\"}");

        // Then
        assertThat(back.status()).isEqualTo(202);
        assertThat(states(back)).containsExactly("TAKEN_BACK", "LIVE");
        assertThat(back.json().getDouble("weightPercent")).isEqualTo(12.5);

        // When it is back
        gateway.log.reachable = true;
        new KillPublisher(gateway.fold, gateway.log, "g-1", new FakeTime()).tick();

        // Then
        assertThat(gateway.fold.state().liveRollout("m").orElseThrow().trail().armsTakenBack())
                .containsExactly("2");
        assertThat(gateway.send("POST", "/rollouts/r/abort", "").json().getString("state"))
                .isEqualTo("ABORTED");
    }

    @Test
    void theKeyOfARollBackIsThatOfOneArm() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        String[] key = {"Idempotency-Key", "k"};
        Answered first = gateway.send("POST", "/rollouts/r/rollback", "{\"arm\":\"2\"}", key);
        Answered repeated = gateway.send("POST", "/rollouts/r/rollback", "{\"arm\":\"2\"}", key);
        Answered other = gateway.send("POST", "/rollouts/r/rollback", "{\"arm\":\"4\"}", key);
        Answered all = gateway.send("POST", "/rollouts/r/rollback", "", key);

        // Then
        assertThat(first.status()).isEqualTo(200);
        assertThat(repeated.status()).isEqualTo(200);
        assertThat(other.status()).isEqualTo(409);
        assertThat(all.status()).isEqualTo(409);
    }

    @Test
    void anArmThatTheGuardTookBackHasNothingHereBeforeTheLogKnows() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        gateway.fold.kill(KilledRollouts.NONE.with(new Kill("r", "m", 5, "it fails hard", "2")));
        Answered shown = gateway.send("GET", "/rollouts/r", "");

        // Then
        assertThat(states(shown)).containsExactly("TAKEN_BACK", "LIVE");
        assertThat(shown.json().getDouble("weightPercent")).isEqualTo(12.5);
        JsonObject guard = shown.json().getJsonArray("arms").getJsonObject(0).getJsonObject("guard");
        assertThat(guard.getString("reason")).isEqualTo("it fails hard");
        assertThat(guard.getBoolean("published")).isFalse();
    }

    @Test
    void kindAndArmsGoTogetherAndEveryArmCanBeServed() {
        String body = CREATE;
        assertThat(refusal(body.replace("\"kind\":\"ab\",", "\"candidateVersion\":\"2\",")))
                .contains("arms need kind 'ab'");
        assertThat(refusal(body.replaceFirst("\"arms\":\\[.*]", "\"arms\":[]"))).contains("arms is missing");
        assertThat(refusal(body.replace("\"ab\"", "\"abc\""))).contains("kind is 'abc', expected one of [ab]");
        assertThat(refusal(body.replace("\"4\"", "\"9\""))).contains("no worker has version '9'");
        assertThat(refusal(body.replace("\"4\"", "\"3\""))).contains("version '3' of model 'm' is not ready");
        assertThat(refusal(body.replace("12.5", "90"))).contains("the arms have 110.0 % of the traffic");
        assertThat(gateway.log.appended).isEmpty();
        Answered planned = gateway.send("POST", "/rollouts", body.replaceFirst("\\{", "{\"dryRun\":true,"));
        assertThat(planned.json().getJsonArray("arms")).hasSize(2);
        assertThat(gateway.log.appended).isEmpty();
    }

    private String refusal(String body) {
        Answered answer = gateway.send("POST", "/rollouts", body);
        assertThat(answer.status()).as(answer.body()).isBetween(400, 409);
        return answer.body();
    }

    private static List<String> states(Answered rollout) {
        return rollout.json().getJsonArray("arms").stream()
                .map(arm -> ((JsonObject) arm).getString("state"))
                .toList();
    }

    private static JsonObject arm(String version, double percent) {
        return new JsonObject()
                .put("version", version)
                .put("plannedPercent", percent)
                .put("weightPercent", percent)
                .put("state", "LIVE");
    }
}
