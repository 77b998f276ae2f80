package io.bellwether.deploy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwether.deploy.Await;
import java.time.Duration;

/** Rollouts of a model with margins and steps that suit a test of seconds. */
final class Rollouts {
    private static final String STEPS =
            """
            "steps": [{"weightPercent": 25, "bakeSecondsMin": 3, "requestsMin": 100},
                      {"weightPercent": 50, "bakeSecondsMin": 3, "requestsMin": 100}],
            """;
    private static final String GUARDRAILS =
            """
            "guardrails": {%s"errorOddsMargin": 1.5, "errorFloor": 0.02, "latencyP50Margin": 1.0,
              "latencyP95Margin": 2.0, "latencyP99Margin": %s, "timeoutFloor": 0.02, "nanFloor": 0.02, "costMargin": 1.0, "classOddsMargin": 2.5},
            """;

    private static final double P99_MARGIN = 4;

    private final Client client;
    private final String model;

    /** Of the digits. */
    Rollouts(Client client) {
        this(client, Client.MODEL);
    }

    Rollouts(Client client, String model) {
        this.client = client;
        this.model = model;
    }

    /** Makes a version stable and waits until the routes say so. */
    void stable(String version) throws Exception {
        var answer = client.control(
                "PUT", "/models/" + model + "/stable", "{\"version\": \"" + version + "\", \"reason\": \"test\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Await.until(
                "version " + version + " is stable",
                Duration.ofSeconds(20),
                () -> client.model(model).path("stableVersion").asText().equals(version));
    }

    /** Starts a rollout and gives its id. */
    String create(String stable, String candidate) throws Exception {
        return create(stable, candidate, "");
    }

    /** Starts a rollout that is split by the users of {@link SteadyLoad} and gives its id. */
    String createByUser(String stable, String candidate) throws Exception {
        return create(stable, candidate, "\"keyHeader\": \"" + Client.USER_HEADER + "\",");
    }

    /** Starts a rollout that goes nowhere while the scores of its answers, or its embeddings, have moved, and gives its id. */
    String createHeldByMoves(String stable, String candidate) throws Exception {
        return createHeldByMoves(stable, candidate, P99_MARGIN);
    }

    /** The same with a margin of the slowest requests that suits the load: the wider, the fewer requests it takes. */
    String createHeldByMoves(String stable, String candidate, double p99Margin) throws Exception {
        return create(stable, candidate, "", GUARDRAILS.formatted("\"onScoresMoved\": \"HOLD\", ", p99Margin));
    }

    /** Starts a shadow of all requests that is judged by labels: answers may differ up to one in two. */
    String createShadow(String stable, String candidate) throws Exception {
        return start("{\"model\": \"" + model + "\", \"stableVersion\": \"" + stable + "\","
                + "\"shadow\": {\"sharePercent\": 100, \"comparison\": {\"rule\": \"LABEL\"}},"
                + "\"guardrails\": {\"shadowDisagreementMargin\": 0.49, \"shadowLabelsRequired\": true},"
                + "\"candidateVersion\": \"" + candidate + "\", \"reason\": \"test\", \"actor\": \"person:test\"}");
    }

    private String create(String stable, String candidate, String more) throws Exception {
        return create(stable, candidate, more, GUARDRAILS.formatted("", P99_MARGIN));
    }

    private String create(String stable, String candidate, String more, String guardrails) throws Exception {
        var body = "{\"model\": \"" + model + "\", \"stableVersion\": \"" + stable + "\"," + STEPS
                + guardrails
                + more
                + "\"candidateVersion\": \"" + candidate + "\", \"reason\": \"test\", \"actor\": \"person:test\"}";
        return start(body);
    }

    private String start(String body) throws Exception {
        var answer = client.control("POST", "/rollouts", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return client.parse(answer.body()).path("id").asText();
    }

    String state(String id) throws Exception {
        return client.rollout(id).path("state").asText();
    }

    /** Waits until the rollout has ended and gives what the control API says then. */
    JsonNode awaitEnd(String id, Duration limit) throws Exception {
        try {
            Await.until("the rollout ends", limit, () -> !state(id).matches("RUNNING|HELD"));
        } catch (AssertionError e) {
            throw new AssertionError(
                    e.getMessage() + "; it is " + client.rollout(id).toPrettyString(), e);
        }
        return client.rollout(id);
    }
}
