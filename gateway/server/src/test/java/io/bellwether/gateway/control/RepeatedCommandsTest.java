package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.control.ControlFixture.Answered;
import io.bellwether.gateway.guard.KillPublisher;
import io.bellwether.routing.RolloutState;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a key stands for, and what holds without a log: a candidate can be taken back. */
class RepeatedCommandsTest {
    private static final String STEPS = "\"steps\":[{\"weightPercent\":10},{\"weightPercent\":50}]}";
    private static final String CREATE = "{\"id\":\"r\",\"model\":\"m\",\"candidateVersion\":\"2\"," + STEPS;
    private static final String UNNAMED = "{\"model\":\"m\",\"candidateVersion\":\"2\"," + STEPS;

    private final ControlFixture gateway = new ControlFixture();

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theKeyOfOneCommandIsNotThatOfAnother() {
        // Given
        gateway.send("POST", "/rollouts", CREATE, "Idempotency-Key", "k");

        // When
        Answered abort = gateway.send("POST", "/rollouts/r/abort", "", "Idempotency-Key", "k");
        Answered create = gateway.send("POST", "/rollouts", CREATE.replace("\"r\"", "\"q\""), "Idempotency-Key", "k");
        Answered repeated = gateway.send("POST", "/rollouts", CREATE, "Idempotency-Key", "k");

        // Then: refused with what to do, and never told as done
        assertThat(abort.status()).isEqualTo(409);
        assertThat(abort.json().getString("error")).contains("'k' was used for another command", "use a new one");
        assertThat(create.status()).isEqualTo(409);
        assertThat(repeated.status()).isEqualTo(201);
        assertThat(gateway.log.appended).hasSize(1);
    }

    @Test
    void aRepeatedMoveIsDoneOnce() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        Answered first = gateway.send("POST", "/rollouts/r/hold", "", "Idempotency-Key", "k");
        Answered second = gateway.send("POST", "/rollouts/r/hold", "", "Idempotency-Key", "k");
        Answered other = gateway.send("POST", "/rollouts/r/resume", "", "Idempotency-Key", "k");
        Answered stable = gateway.send("PUT", "/models/m/stable", "{\"version\":\"2\"}", "Idempotency-Key", "k");

        // Then
        assertThat(first.status()).isEqualTo(200);
        assertThat(second.json()).isEqualTo(first.json());
        assertThat(other.status()).isEqualTo(409);
        assertThat(stable.status()).isEqualTo(409);
        assertThat(gateway.log.appended).hasSize(2);
    }

    @Test
    void aRepeatedCreationWithoutANameFindsTheSameRollout() {
        // When
        Answered first = gateway.send("POST", "/rollouts", UNNAMED, "Idempotency-Key", "k");
        Answered second = gateway.send("POST", "/rollouts", UNNAMED, "Idempotency-Key", "k");

        // Then
        assertThat(first.status()).isEqualTo(201);
        assertThat(second.json().getString("id")).isEqualTo(first.json().getString("id"));
        assertThat(gateway.log.appended).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"r/v1/rollback", "r/guard", "/"})
    void nobodyTakesTheIdsOfThePlatformBeforeIt(String id) {
        // When
        Answered answer = gateway.send("POST", "/rollouts", CREATE, "Idempotency-Key", id);

        // Then
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().getString("error")).contains("has a '/'");
    }

    @ParameterizedTest
    @CsvSource({"abort, true", "rollback, true", "abort, false", "rollback, false"})
    void aCandidateIsTakenBackWithoutTheLogAndTheLogLearnsOfItLater(String verb, boolean reachable) {
        // Given: a log that is away, or one that takes the command and gives nothing back
        gateway.send("POST", "/rollouts", CREATE);
        gateway.log.reachable = reachable;
        gateway.log.followed = false;

        // When
        Answered answer = gateway.send("POST", "/rollouts/r/" + verb, "{\"actor\":\"ann\",\"reason\":\"it hurts\"}");
        Answered again = gateway.send("POST", "/rollouts/r/" + verb, "{\"actor\":\"bob\"}");

        // Then
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.json().getDouble("weightPercent")).isZero();
        JsonObject guard = answer.json().getJsonObject("guard");
        assertThat(guard.getBoolean("published")).isFalse();
        assertThat(guard.getString("reason"))
                .isEqualTo("person:ann took it back before the control log had confirmed it: it hurts");
        assertThat(again.json().getJsonObject("guard")).isEqualTo(guard);

        // When: it is back
        gateway.log.reachable = true;
        gateway.log.followed = true;
        new KillPublisher(gateway.fold, gateway.log, "g-1", new FakeTime()).tick();

        // Then
        var rollout = gateway.fold.state().rollout("r").orElseThrow();
        assertThat(rollout.state()).isEqualTo(RolloutState.ROLLED_BACK);
        assertThat(rollout.trail().history()).last().satisfies(entry -> {
            assertThat(entry.actor()).isEqualTo("gateway:g-1");
            assertThat(entry.reason()).contains("person:ann");
        });
    }

    @Test
    void withoutTheLogNothingElseIsDone() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);
        gateway.log.reachable = false;

        // When
        Answered advance = gateway.send("POST", "/rollouts/r/advance", "");

        // Then
        assertThat(advance.status()).isEqualTo(503);
        assertThat(gateway.fold.killed().kills()).isEmpty();
    }
}
