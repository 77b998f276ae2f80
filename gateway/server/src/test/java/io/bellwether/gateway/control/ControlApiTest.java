package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.Directories;
import io.bellwether.gateway.FakeTime;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.capacity.FleetCapacity;
import io.bellwether.gateway.capacity.Measured;
import io.bellwether.gateway.shadow.ShadowCounts;
import io.bellwether.gateway.worker.Worker;
import io.bellwether.gateway.worker.WorkerDirectory;
import io.bellwether.protocol.capacity.CapacityResponse;
import io.bellwether.protocol.capacity.PromisedCapacity;
import io.bellwether.protocol.capacity.QueuePolicy;
import io.bellwether.protocol.capacity.RunLatency;
import io.bellwether.protocol.capacity.VersionCapacity;
import io.bellwether.routing.Kill;
import io.bellwether.routing.KilledRollouts;
import io.bellwether.telemetry.events.GuardrailEvidence;
import io.bellwether.telemetry.events.Verdict;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The control API on a real socket, with a control log in memory. */
class ControlApiTest {
    private static final String CREATE = "{\"id\":\"r\",\"model\":\"m\",\"candidateVersion\":\"2\",\"actor\":\"ann\","
            + "\"reason\":\"try it\",\"commandId\":\"c1\",\"steps\":[{\"weightPercent\":12.5,\"bakeSecondsMin\":5,"
            + "\"requestsMin\":100},{\"weightPercent\":50}],\"guardrails\":{\"alpha\":0.02}}";

    private final ControlFold fold = new ControlFold();
    private final FakeControlLog log = new FakeControlLog(fold);
    private final VerdictBoard verdicts = new VerdictBoard(4);
    private final Map<String, ShadowCounts> shadowCounts = new HashMap<>();
    private final FakeWorkerLink worker = new FakeWorkerLink();
    private final WorkerDirectory directory = Directories.of(new Worker("w", worker));
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile boolean busy;
    private ControlServer server;
    private int port;

    @BeforeEach
    void start() {
        worker.serving("m", "1", "2").listing("m", "LOADING", "it is read", new String[] {"3"});
        directory.poll();
        ControlViews views =
                new ControlViews(fold, directory, verdicts, id -> Optional.ofNullable(shadowCounts.get(id)));
        ControlApi api = new ControlApi(
                fold,
                views,
                new CommandWriter(
                        fold, log, Duration.ofMillis(200), Duration.ofMillis(100), List.of("default", "acme")),
                new FakeTime(),
                new FleetCapacity(directory, this::project));
        server = new ControlServer(vertx, api, new RolloutEvents(vertx, fold, views), "127.0.0.1", 0, 2_048);
        port = server.start().toCompletionStage().toCompletableFuture().join();
    }

    private static String targeted(String target) {
        return CREATE.replaceFirst("\\{", "{\"target\":" + target + ",");
    }

    private void project(Runnable task) {
        if (busy) {
            throw new RejectedExecutionException("busy");
        }
        task.run();
    }

    @AfterEach
    void stop() {
        server.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aRolloutThatTheGuardTookBackSaysSoAndWhy() {
        // Given
        send("POST", "/rollouts", CREATE);
        JsonObject before = new JsonObject(send("GET", "/rollouts/r", "").body());

        // When
        fold.kill(KilledRollouts.NONE.with(new Kill("r", "m", 123, "it fails hard")));
        JsonObject killed = new JsonObject(send("GET", "/rollouts/r", "").body());
        send("POST", "/rollouts/r/rollback", "{\"commandId\":\"c2\"}");
        JsonObject ended = new JsonObject(send("GET", "/rollouts/r", "").body());

        // Then
        assertThat(before.containsKey("guard")).isFalse();
        assertThat(killed.getString("state")).isEqualTo("RUNNING");
        assertThat(killed.getDouble("weightPercent")).isZero();
        assertThat(killed.getJsonObject("guard"))
                .isEqualTo(new JsonObject()
                        .put("at", 123)
                        .put("reason", "it fails hard")
                        .put("published", false));
        assertThat(ended.getString("state")).isEqualTo("ROLLED_BACK");
        assertThat(ended.getJsonObject("guard").getBoolean("published")).isTrue();
    }

    @Test
    void aVerdictHasItsAgeWhileTheRolloutLives() {
        // Given
        send("POST", "/rollouts", CREATE);
        boolean before = new JsonObject(send("GET", "/rollouts/r", "").body()).containsKey("verdictAgeSeconds");
        long now = new FakeTime().epochMillis();

        // When
        verdicts.put(
                Verdict.newBuilder().setRolloutId("r").setAtMillis(now - 14_999).build());
        JsonObject old = new JsonObject(send("GET", "/rollouts/r", "").body());
        verdicts.put(
                Verdict.newBuilder().setRolloutId("r").setAtMillis(now + 400).build());
        JsonObject ahead = new JsonObject(send("GET", "/rollouts/r", "").body());
        send("POST", "/rollouts/r/abort", "{\"commandId\":\"c2\"}");
        JsonObject ended = new JsonObject(send("GET", "/rollouts/r", "").body());

        // Then
        assertThat(before).isFalse();
        assertThat(old.getInteger("verdictAgeSeconds")).isEqualTo(14);
        assertThat(ahead.getInteger("verdictAgeSeconds")).isZero();
        assertThat(ended.containsKey("verdictAgeSeconds")).isFalse();
    }

    @Test
    void createdRolloutsAreShownWithAllTheirFields() {
        // When
        HttpResponse<String> created = send("POST", "/rollouts", CREATE);

        // Then
        assertThat(created.statusCode()).isEqualTo(201);
        JsonObject rollout = new JsonObject(created.body());
        assertThat(rollout.getString("id")).isEqualTo("r");
        assertThat(rollout.getString("model")).isEqualTo("m");
        assertThat(rollout.getString("stableVersion")).isEqualTo("1");
        assertThat(rollout.getString("candidateVersion")).isEqualTo("2");
        assertThat(rollout.getString("state")).isEqualTo("RUNNING");
        assertThat(rollout.getInteger("step")).isZero();
        assertThat(rollout.getDouble("weightPercent")).isEqualTo(12.5);
        assertThat(rollout.getLong("version")).isEqualTo(1);
        assertThat(rollout.getJsonObject("guardrails").getDouble("alpha")).isEqualTo(0.02);
        assertThat(rollout.getJsonObject("guardrails").getDouble("beta")).isEqualTo(0.05);
        JsonObject entry = rollout.getJsonArray("history").getJsonObject(0);
        assertThat(entry.getString("action")).isEqualTo("CREATE");
        assertThat(entry.getString("actor")).isEqualTo("person:ann");
        assertThat(entry.getString("reason")).isEqualTo("try it");
        assertThat(entry.getString("commandId")).isEqualTo("c1");
        assertThat(rollout.getJsonObject("lastDecision"))
                .isEqualTo(new JsonObject()
                        .put("appendedAtMillis", FakeControlLog.APPENDED_AT_MILLIS)
                        .put("appliedAtMillis", FakeControlLog.APPLIED_AT_MILLIS));
        assertThat(send("GET", "/rollouts/r", "").body()).isEqualTo(created.body());
        assertThat(new JsonArray(send("GET", "/rollouts?model=m", "").body())).hasSize(1);
        assertThat(new JsonArray(send("GET", "/rollouts?model=other", "").body()))
                .isEmpty();
    }

    @Test
    void aDryRunShowsTheRolloutThatWouldBeAndWritesNothing() {
        // When
        HttpResponse<String> planned = send("POST", "/rollouts", CREATE.replaceFirst("\\{", "{\"dryRun\":true,"));

        // Then
        assertThat(planned.statusCode()).as(planned.body()).isEqualTo(200);
        JsonObject rollout = new JsonObject(planned.body());
        assertThat(rollout.getBoolean("dryRun")).isTrue();
        assertThat(rollout.getString("stableVersion")).isEqualTo("1");
        assertThat(rollout.getDouble("weightPercent")).isEqualTo(12.5);
        assertThat(rollout.getJsonArray("steps")).hasSize(2);
        assertThat(send("GET", "/rollouts/r", "").statusCode()).isEqualTo(404);
        assertThat(new JsonArray(send("GET", "/rollouts", "").body())).isEmpty();
        assertThat(send("POST", "/rollouts", CREATE).statusCode()).isEqualTo(201);
    }

    @Test
    void aDryRunNamesAllThatIsAgainstTheRollout() {
        // When
        HttpResponse<String> refused = send(
                "POST",
                "/rollouts",
                """
                {"dryRun": true, "id": "r", "model": "m", "candidateVersion": "3",
                 "steps": [{"weightPercent": 50}, {"weightPercent": 20}]}""");

        // Then
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body())
                .contains("steps[1] has the weight 20.0 %")
                .contains("LOADING")
                .contains("it is read");
        assertThat(send("POST", "/rollouts", CREATE.replaceFirst("\\{", "{\"dryRun\":1,"))
                        .body())
                .contains("dryRun is not true or false");
    }

    @Test
    void slicesAreRecordedAsGivenAndRefusedWithEachProblem() {
        // When
        HttpResponse<String> refused = send(
                "POST",
                "/rollouts",
                CREATE.replace("\"alpha\":0.02", "\"slices\":[{\"by\":\"tenant\",\"values\":[\"acme\",\"acme\"]}]"));
        HttpResponse<String> wrong =
                send("POST", "/rollouts", CREATE.replace("\"alpha\":0.02", "\"slices\":[{\"values\":[7]}]"));
        HttpResponse<String> created = send(
                "POST",
                "/rollouts",
                CREATE.replace(
                        "\"alpha\":0.02",
                        "\"slices\":[{\"by\":\"tenant\",\"values\":[\"acme\"]}],\"slicesWeight\":0.2"));

        // Then
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        JsonObject guardrails = new JsonObject(created.body()).getJsonObject("guardrails");
        assertThat(guardrails.getDouble("slicesWeight")).isEqualTo(0.2);
        assertThat(guardrails.getJsonArray("slices").getJsonObject(0))
                .isEqualTo(new JsonObject("{\"by\":\"tenant\",\"values\":[\"acme\"]}"));
        assertThat(refused.body()).contains("the value 'acme' comes twice");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("guardrails.slices[0].by is missing")
                .contains("guardrails.slices[0].values[0] is not a string");
    }

    @Test
    void guardrailsAreRecordedAsGivenAndTheRestAtItsDefault() {
        // When
        String weights =
                """
                {"errors":0.2,"latencyP50":0.1,"latencyP95":0.1,"cost":0.1,"classes":0.1,"timeouts":0.2,"latencyP99":0.1,
                 "nan":0.1}""";
        HttpResponse<String> created = send(
                "POST",
                "/rollouts",
                CREATE.replace(
                        "\"alpha\":0.02",
                        "\"latencyP99Margin\":0.4,\"nanFloor\":0.01,\"horizonSeconds\":600,\"onScoresMoved\":\"HOLD\",\"onInconclusive\":"
                                + "\"NEVER_PROMOTE\",\"weights\":" + weights));

        // Then
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        JsonObject guardrails = new JsonObject(created.body()).getJsonObject("guardrails");
        assertThat(guardrails.getDouble("latencyP99Margin")).isEqualTo(0.4);
        assertThat(guardrails.getDouble("nanFloor")).isEqualTo(0.01);
        assertThat(guardrails.getDouble("timeoutFloor")).isEqualTo(0.002);
        assertThat(guardrails.getInteger("horizonSeconds")).isEqualTo(600);
        assertThat(guardrails.getString("onInconclusive")).isEqualTo("NEVER_PROMOTE");
        assertThat(guardrails.getDouble("scoreDistance")).isEqualTo(0.03);
        assertThat(guardrails.getString("onScoresMoved")).isEqualTo("HOLD");
        assertThat(guardrails.getJsonObject("weights")).isEqualTo(new JsonObject(weights));
    }

    @Test
    void aZeroThatWasGivenIsRefusedAndNotReplacedByTheDefault() {
        // When
        HttpResponse<String> guardrails = send(
                "POST",
                "/rollouts",
                CREATE.replace("\"alpha\":0.02", "\"alpha\":0,\"latencyP50Margin\":0.0,\"horizonSeconds\":0"));
        HttpResponse<String> shadow = send(
                "POST",
                "/rollouts",
                "{\"model\":\"m\",\"candidateVersion\":\"2\",\"shadow\":{\"sharePercent\":0,\"comparison\":"
                        + "{\"tolerance\":0,\"top\":0,\"atLeast\":0}}}");

        // Then
        assertThat(guardrails.statusCode()).isEqualTo(400);
        assertThat(guardrails.body())
                .contains("guardrail alpha is 0.0, expected 1.0E-9 to 0.5; leave it out for the default")
                .contains("guardrail latencyP50Margin is 0.0")
                .contains("guardrails.horizonSeconds is 0, which cannot be meant; leave it out for a day");
        assertThat(shadow.statusCode()).isEqualTo(400);
        assertThat(shadow.body())
                .contains("shadow.sharePercent is 0")
                .contains("shadow.comparison.tolerance is 0")
                .contains("shadow.comparison.top is 0")
                .contains("shadow.comparison.atLeast is 0");
        assertThat(log.appended).isEmpty();
    }

    @Test
    void allThatIsWrongWithGuardrailsIsSaid() {
        String body = send(
                        "POST",
                        "/rollouts",
                        CREATE.replace("\"alpha\":0.02", "\"nanFloor\":2,\"horizonSeconds\":5,\"weights\":{\"nan\":1}"))
                .body();
        assertThat(body)
                .contains("guardrail nanFloor is 2.0")
                .contains("the horizon is 5 s")
                .contains("the weight of errors is 0.0");
        assertThat(send("POST", "/rollouts", CREATE.replace("\"alpha\":0.02", "\"onInconclusive\":\"MAYBE\""))
                        .body())
                .contains("onInconclusive is 'MAYBE', expected one of [HOLD, ROLL_BACK, NEVER_PROMOTE]");
        assertThat(send("POST", "/rollouts", CREATE.replace("\"alpha\":0.02", "\"weights\":{\"p90\":1}"))
                        .body())
                .contains("p90");
    }

    @Test
    void aShadowIsShownWithItsDefaultsAndWhatWasCounted() {
        // Given
        shadowCounts.put(
                "s", new ShadowCounts(new ShadowCounts.Answers(5, 1, 2, 3), new ShadowCounts.Answers(4, 0, 0, 0), 9));

        // When
        HttpResponse<String> created = send(
                "POST",
                "/rollouts",
                """
                {"id": "s", "model": "m", "stableVersion": "1", "candidateVersion": "2",
                 "shadow": {"sharePercent": 12.5, "comparison": {"rule": "RANKING"}}}""");

        // Then
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        JsonObject rollout = new JsonObject(created.body());
        assertThat(rollout.getDouble("weightPercent")).isZero();
        assertThat(rollout.getBoolean("automatic")).isTrue();
        assertThat(rollout.getJsonObject("shadow"))
                .isEqualTo(
                        new JsonObject(
                                """
                        {"sharePercent": 12.5, "twinPercent": 0.0,
                         "comparison": {"rule": "RANKING", "tolerance": 0.001, "top": 5, "atLeast": 0.8},
                         "counts": {"candidate": {"agree": 5, "differ": 1, "incomparable": 2, "failed": 3},
                                    "twin": {"agree": 4, "differ": 0, "incomparable": 0, "failed": 0},
                                    "dropped": 9}}"""));
    }

    @Test
    void whatIsWrongWithAShadowIsSaid() {
        // When
        HttpResponse<String> refused = send(
                "POST",
                "/rollouts",
                """
                {"id": "s", "model": "m", "stableVersion": "1", "candidateVersion": "2",
                 "shadow": {"percent": 12.5, "comparison": {"rule": "COLOUR"}}}""");

        // Then
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(refused.body()).getString("error"))
                .contains("shadow.comparison.rule is 'COLOUR', expected one of [TOLERANCE, LABEL, RANKING, COSINE]")
                .contains("shadow.percent is not a field; expected one of [sharePercent, twinPercent, comparison]");
    }

    @Test
    void aStepThatEndsAtAGateWaitsForAPerson() {
        // Given
        send("POST", "/rollouts", CREATE.replace("\"requestsMin\":100", "\"requestsMin\":100,\"gate\":\"MANUAL\""));
        Verdict verdict = Verdict.newBuilder()
                .setRolloutId("r")
                .setRolloutVersion(1)
                .setAtMillis(5)
                .setConclusion(Verdict.Conclusion.ADVANCE)
                .setWaitingAtGate(true)
                .build();
        JsonObject before = new JsonObject(send("GET", "/rollouts/r", "").body());

        // When
        verdicts.put(verdict);
        JsonObject waiting = new JsonObject(send("GET", "/rollouts/r", "").body());
        JsonObject passed = new JsonObject(
                send("POST", "/rollouts/r/advance", "{\"basedOnVersion\":1}").body());

        // Then
        assertThat(before.getBoolean("waitingAtGate")).isFalse();
        assertThat(waiting.getBoolean("waitingAtGate")).isTrue();
        assertThat(waiting.getJsonArray("steps").getJsonObject(0).getString("gate"))
                .isEqualTo("MANUAL");
        assertThat(waiting.getJsonArray("steps").getJsonObject(1).getString("gate"))
                .isEqualTo("OPEN");
        assertThat(passed.getInteger("step")).isEqualTo(1);
        assertThat(passed.getBoolean("waitingAtGate")).isFalse();
        assertThat(send("POST", "/rollouts/r/advance", "{\"basedOnVersion\":1}").statusCode())
                .isEqualTo(409);
    }

    @Test
    void aTargetIsShownAndOnlyDeclaredTenantsAreOne() {
        // When
        String target = "{\"tenants\":[\"acme\"]}";
        HttpResponse<String> unknown = send("POST", "/rollouts", targeted("{\"tenants\":[\"globex\"]}"));
        HttpResponse<String> wrong = send("POST", "/rollouts", targeted("{\"tenants\":[7],\"plan\":\"x\"}"));
        HttpResponse<String> created = send("POST", "/rollouts", targeted(target));

        // Then
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("tenant 'globex' is not declared at this gateway");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body())
                .contains("target.tenants[0] is not a string")
                .contains("target.plan is not a field; expected one of [tenants, header, values]");
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(new JsonObject(created.body()).getJsonObject("target")).isEqualTo(new JsonObject(target));
        JsonObject route = new JsonObject(send("GET", "/routes/m", "").body())
                .getJsonArray("routes")
                .getJsonObject(0);
        assertThat(route.getJsonObject("target")).isEqualTo(new JsonObject(target));
    }

    @Test
    void aModelThatNobodyHasIsNotFoundWithOrWithoutAStableVersion() {
        for (String stable : List.of("", "\"stableVersion\":\"1\",")) {
            HttpResponse<String> refused =
                    send("POST", "/rollouts", CREATE.replace("\"model\":\"m\",", "\"model\":\"none\"," + stable));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(404);
            assertThat(new JsonObject(refused.body()).getString("error"))
                    .contains("no worker has version '2' of model 'none'; add the model to the repository of a worker");
        }
    }

    @Test
    void theSameCommandIdAgainHasNoSecondEffect() {
        // Given
        send("POST", "/rollouts", CREATE);

        // When
        HttpResponse<String> again = send("POST", "/rollouts", CREATE);

        // Then
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(log.appended).hasSize(1);
    }

    @Test
    void modelsShowWhatWorkersHave() {
        // Given
        send("POST", "/rollouts", CREATE);

        // When
        JsonObject model = new JsonArray(send("GET", "/models", "").body()).getJsonObject(0);

        // Then
        assertThat(model.getString("model")).isEqualTo("m");
        assertThat(model.getString("stableVersion")).isEqualTo("1");
        assertThat(model.getString("rolloutId")).isEqualTo("r");
        JsonObject third = model.getJsonArray("versions").getJsonObject(2);
        assertThat(third.getString("version")).isEqualTo("3");
        assertThat(third.getString("state")).isEqualTo("LOADING");
        assertThat(third.getJsonArray("workers")).containsExactly("w");
    }

    @Test
    void capacityIsTheSumOverTheWorkersThatAnswer() {
        // Given
        worker.capacity = request -> CapacityResponse.newBuilder()
                .addVersions(version("1")
                        .setItemsPerSecond(100)
                        .setItemsMean(2)
                        .setLatency(RunLatency.newBuilder()
                                .setAlphaNanos(2_000_000)
                                .setBetaNanos(1_000_000)
                                .setAlphaVariance(1e10)
                                .setSigmaShare(0.05)
                                .setRuns(40))
                        .setCapacity(PromisedCapacity.newBuilder()
                                .setBestItems(8)
                                .setMeanNanos(10_000_000)
                                .setP99Nanos(12_500_000)
                                .setErrorNanos(250_000)
                                .setPromisedItemsPerSecond(640)
                                .setMeanItemsPerSecond(800)))
                .addVersions(version("2"))
                .build();

        // When
        HttpResponse<String> answer = send("GET", "/models/m/capacity?requestsPerSecond=1000", "");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.getString("model")).isEqualTo("m");
        assertThat(json.getString("stableVersion")).isEqualTo("1");
        assertThat(json.getDouble("requestsPerSecond")).isEqualTo(1_000);
        JsonObject first = json.getJsonArray("versions").getJsonObject(0);
        assertThat(first.getDouble("promisedRequestsPerSecond")).isEqualTo(320);
        assertThat(first.getDouble("meanRequestsPerSecond")).isEqualTo(400);
        assertThat(first.getDouble("arrivingRequestsPerSecond")).isEqualTo(50);
        assertThat(first.getDouble("headRoomRequestsPerSecond")).isEqualTo(270);
        assertThat(first.getLong("replicasNeeded")).isEqualTo(4);
        assertThat(first.getString("slowestWorker")).isEqualTo("w");
        JsonObject onWorker = first.getJsonArray("workers").getJsonObject(0);
        assertThat(onWorker.getDouble("objectiveMillis")).isEqualTo(50);
        assertThat(onWorker.getJsonObject("latency").getDouble("alphaMillis")).isEqualTo(2);
        assertThat(onWorker.getJsonObject("latency").getDouble("alphaErrorMillis"))
                .isEqualTo(0.1);
        assertThat(onWorker.getJsonObject("capacity").getDouble("p99Millis")).isEqualTo(12.5);
        JsonObject second = json.getJsonArray("versions").getJsonObject(1);
        assertThat(json.getJsonObject("projectedTraffic").getString("basis")).isEqualTo("POISSON");
        JsonObject whole = first.getJsonArray("projection").getJsonObject(5);
        assertThat(whole.getInteger("weightPercent")).isEqualTo(100);
        assertThat(whole.getDouble("onTimeShare")).isBetween(0.0, 0.9);
        assertThat(second.getJsonArray("projection")).isEmpty();
        assertThat(second.getBoolean("known")).isFalse();
        assertThat(second.getDouble("promisedRequestsPerSecond")).isNull();
        assertThat(second.getLong("replicasNeeded")).isNull();
    }

    @Test
    void aCandidateThatCouldNotCarryThePresentTrafficIsNotCreatedUnlessSomebodyInsists() {
        // Given
        worker.capacity = request -> CapacityResponse.newBuilder()
                .addVersions(Measured.arriving(Measured.version(1), 920, 3_000).setVersion("1"))
                .addVersions(Measured.version(1.5).setVersion("2"))
                .build();

        // When
        HttpResponse<String> refused = send("POST", "/rollouts", CREATE);
        HttpResponse<String> planned = send("POST", "/rollouts", CREATE.replaceFirst("\\{", "{\"dryRun\":true,"));
        HttpResponse<String> insisted =
                send("POST", "/rollouts", CREATE.replaceFirst("\\{", "{\"ignoreCapacity\":true,"));

        // Then
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body())
                .contains("cannot carry 100 % of the present traffic")
                .contains("ignoreCapacity");
        assertThat(planned.statusCode()).isEqualTo(409);
        assertThat(planned.body()).isEqualTo(refused.body());
        assertThat(insisted.statusCode()).as(insisted.body()).isEqualTo(201);
    }

    @Test
    void aStepThatTheCandidateCouldNotCarryIsRefusedUnlessSomebodyInsists() {
        // Given a rollout that fitted when it was created
        send("POST", "/rollouts", CREATE);
        worker.capacity = request -> CapacityResponse.newBuilder()
                .addVersions(Measured.arriving(Measured.version(1), 920, 3_000).setVersion("1"))
                .addVersions(Measured.version(3).setVersion("2"))
                .build();

        // When
        HttpResponse<String> advanced = send("POST", "/rollouts/r/advance", "{}");
        HttpResponse<String> promoted = send("POST", "/rollouts/r/promote", "{}");
        HttpResponse<String> stale = send("POST", "/rollouts/r/advance", "{\"basedOnVersion\":7}");
        HttpResponse<String> held = send("POST", "/rollouts/r/hold", "{\"ignoreCapacity\":true}");
        HttpResponse<String> insisted = send("POST", "/rollouts/r/advance", "{\"ignoreCapacity\":true}");

        // Then
        assertThat(advanced.statusCode()).isEqualTo(409);
        assertThat(advanced.body())
                .contains("cannot carry 50 % of the present traffic (920 requests/s)")
                .contains("--ignore-capacity (ignoreCapacity)");
        assertThat(promoted.statusCode()).isEqualTo(409);
        assertThat(promoted.body()).contains("cannot carry 100 %");
        assertThat(stale.body()).doesNotContain("carry");
        assertThat(held.statusCode()).isEqualTo(400);
        assertThat(held.body()).contains("ignoreCapacity is for advance and promote only");
        assertThat(insisted.statusCode()).as(insisted.body()).isEqualTo(200);
        assertThat(new JsonObject(insisted.body()).getInteger("step")).isEqualTo(1);
    }

    @Test
    void whatIsWrongIsToldByFieldToo() {
        // When
        JsonObject version = new JsonObject(
                send("POST", "/rollouts", CREATE.replace("\"candidateVersion\":\"2\"", "\"candidateVersion\":\"9\""))
                        .body());
        JsonObject model =
                new JsonObject(send("POST", "/rollouts", CREATE.replace("\"model\":\"m\"", "\"model\":\"n\""))
                        .body());

        // Then
        assertThat(version.getJsonArray("problems"))
                .isEqualTo(JsonArray.of(new JsonObject()
                        .put("field", "candidateVersion")
                        .put("text", "no worker has version '9' of model 'm'; use one of [1, 2, 3]")));
        assertThat(model.getJsonArray("problems").getJsonObject(0).getString("field"))
                .isEqualTo("model");
    }

    @Test
    void aRolloutThatIgnoresCapacitySaysSoAndIsNeverAsked() {
        // Given
        worker.capacity = request -> CapacityResponse.newBuilder()
                .addVersions(Measured.arriving(Measured.version(1), 920, 3_000).setVersion("1"))
                .addVersions(Measured.version(3).setVersion("2"))
                .build();

        // When
        HttpResponse<String> created =
                send("POST", "/rollouts", CREATE.replaceFirst("\\{", "{\"ignoreCapacity\":true,"));
        HttpResponse<String> advanced = send("POST", "/rollouts/r/advance", "{}");

        // Then
        assertThat(new JsonObject(created.body()).getBoolean("ignoreCapacity")).isTrue();
        assertThat(advanced.statusCode()).as(advanced.body()).isEqualTo(200);
    }

    private static VersionCapacity.Builder version(String version) {
        return VersionCapacity.newBuilder()
                .setModel("m")
                .setVersion(version)
                .setItemsMean(1)
                .setLengthMean(1)
                .setPolicy(QueuePolicy.newBuilder()
                        .setBatchItemsMax(8)
                        .setQueueRequestsMax(100)
                        .setInstances(1)
                        .setObjectiveNanos(50_000_000));
    }

    @Test
    void aWorkerThatIsAwayAddsNothing() {
        // Given
        worker.up = false;

        // When
        HttpResponse<String> answer = send("GET", "/models/m/capacity", "");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getJsonArray("versions")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-1", "NaN", "1e10", "many", "Infinity", "0x1p3000", "1111111111111111111111111111111111"})
    void aRateThatIsNoneIsRefused(String rate) {
        // When
        HttpResponse<String> answer = send("GET", "/models/m/capacity?requestsPerSecond=" + rate, "");

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error"))
                .isEqualTo("requestsPerSecond must be a number from 0.001 to 1000000000");
    }

    @Test
    void tooManyQuestionsAtOnceAreRefused() {
        // Given
        busy = true;

        // When
        HttpResponse<String> answer = send("GET", "/models/m/capacity", "");

        // Then
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(new JsonObject(answer.body()).getString("error")).contains("repeat it later");
    }

    @Test
    void theCapacityOfAnUnknownModelIsNotFound() {
        // When
        HttpResponse<String> answer = send("GET", "/models/none/capacity", "");

        // Then
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(send("PUT", "/models/m/capacity", "{}").statusCode()).isEqualTo(405);
        assertThat(send("GET", "/models/m/capacity?arrivals=many", "").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aRolloutMovesStepByStep() {
        // Given
        send("POST", "/rollouts", CREATE);

        // Then
        assertThat(state(send("POST", "/rollouts/r/advance", "{\"basedOnVersion\":1}")))
                .isEqualTo("RUNNING/1/50.0/2");
        assertThat(state(send("POST", "/rollouts/r/hold", ""))).isEqualTo("HELD/1/50.0/3");
        assertThat(state(send("POST", "/rollouts/r/resume", "{}"))).isEqualTo("RUNNING/1/50.0/4");
        assertThat(state(send("POST", "/rollouts/r/promote", "{}"))).isEqualTo("PROMOTED/1/100.0/5");
        assertThat(fold.routes().stableVersion("m", java.util.Set.of())).contains("2");
    }

    @ParameterizedTest
    @CsvSource({"rollback, ROLLED_BACK", "abort, ABORTED"})
    void aRolloutIsTakenBack(String verb, String state) {
        // Given
        send("POST", "/rollouts", CREATE);

        // Then
        assertThat(state(send("POST", "/rollouts/r/" + verb, "{}"))).isEqualTo(state + "/0/0.0/2");
        assertThat(send("POST", "/rollouts/r/" + verb, "{}").statusCode()).isEqualTo(409);
    }

    @Test
    void aStaleCommandIsAConflict() {
        // Given
        send("POST", "/rollouts", CREATE);
        send("POST", "/rollouts/r/hold", "{}");

        // When
        HttpResponse<String> stale = send("POST", "/rollouts/r/promote", "{\"basedOnVersion\":1}");

        // Then
        assertThat(stale.statusCode()).isEqualTo(409);
        assertThat(new JsonObject(stale.body()).getString("reason")).isEqualTo("CONFLICT");
        assertThat(new JsonObject(stale.body()).getString("error"))
                .contains("version 1")
                .contains("version 2");
    }

    @Test
    void whoeverComesFirstOnTheLogWins() {
        // Given
        send("POST", "/rollouts", CREATE);
        log.before = () -> log.write(Commands.rollBack("r"));

        // When
        HttpResponse<String> late = send("POST", "/rollouts/r/promote", "{}");

        // Then
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(new JsonObject(late.body()).getString("error")).contains("another command came first");
        assertThat(state(send("GET", "/rollouts/r", ""))).startsWith("ROLLED_BACK");
    }

    @Test
    void withoutTheLogReadsWorkAndWritesSayWhatToDo() {
        // Given
        send("POST", "/rollouts", CREATE);
        log.reachable = false;

        // When
        HttpResponse<String> write = send("POST", "/rollouts/r/hold", "{}");

        // Then
        assertThat(write.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(write.body()).getString("error")).contains("start Kafka");
        assertThat(send("GET", "/rollouts/r", "").statusCode()).isEqualTo(200);
    }

    @Test
    void aStoredCommandThatIsNotAppliedInTimeSaysSo() {
        // Given
        log.followed = false;

        // When
        HttpResponse<String> write = send("POST", "/rollouts", CREATE);

        // Then
        assertThat(write.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(write.body()).getString("error")).contains("stored");
    }

    @Test
    void theLatestVerdictIsShown() {
        // Given
        send("POST", "/rollouts", CREATE);
        verdicts.put(Verdict.newBuilder()
                .setRolloutId("r")
                .setAtMillis(2)
                .setConclusion(Verdict.Conclusion.HOLD)
                .setExposedRequests(12)
                .setLogECombined(Double.NEGATIVE_INFINITY)
                .addHarmed("cost")
                .addGuardrails(GuardrailEvidence.newBuilder().setName("cost").setLogEHarm(1.5))
                .build());
        verdicts.put(Verdict.newBuilder().setRolloutId("r").setAtMillis(1).build());

        // When
        JsonObject verdict = new JsonObject(send("GET", "/rollouts/r", "").body()).getJsonObject("verdict");

        // Then
        assertThat(verdict.getString("conclusion")).isEqualTo("HOLD");
        assertThat(verdict.getLong("exposedRequests")).isEqualTo(12);
        assertThat(verdict.getValue("logECombined")).isNull();
        assertThat(verdict.getJsonArray("harmed")).containsExactly("cost");
        assertThat(verdict.getJsonArray("guardrails").getJsonObject(0).getDouble("logEHarm"))
                .isEqualTo(1.5);
    }

    @Test
    void verdictsAreBounded() {
        // When
        for (int i = 0; i < 10; i++) {
            verdicts.put(Verdict.newBuilder().setRolloutId("r" + i).build());
        }

        // Then
        assertThat(verdicts.latest("r0")).isEmpty();
        assertThat(verdicts.latest("r9")).isPresent();
    }

    @Test
    void theStableVersionIsSet() {
        // When
        HttpResponse<String> answer = send("PUT", "/models/m/stable", "{\"version\":\"2\",\"reason\":\"better\"}");

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(answer.body()).getString("stableVersion")).isEqualTo("2");
        assertThat(send("PUT", "/models/m/stable", "{\"version\":\"7\"}").statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{",
                "{\"model\":\"m\"}",
                "{\"model\":7,\"candidateVersion\":\"2\"}",
                "{\"model\":\"m\",\"candidateVersion\":\"2\",\"steps\":[]}",
                "{\"model\":\"m\",\"candidateVersion\":\"2\",\"steps\":[{\"weightPercent\":\"ten\"}]}",
                "{\"model\":\"m\",\"candidateVersion\":\"2\",\"steps\":[{\"weightPercent\":10.123}]}",
                "{\"model\":\"m\",\"candidateVersion\":\"2\",\"steps\":[7]}",
                "{\"model\":\"m\",\"candidateVersion\":\"2\",\"steps\":[{\"weightPercent\":10}],\"colour\":\"red\"}"
            })
    void wrongBodiesAreRefusedWithASentence(String body) {
        // When
        HttpResponse<String> answer = send("POST", "/rollouts", body);

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("error"))
                .isNotBlank()
                .doesNotContain("Exception")
                .doesNotContain("java.");
        assertThat(log.appended).isEmpty();
    }

    @Test
    void pagesInABrowserMoveNoTraffic() throws IOException, InterruptedException {
        // When: what a browser adds when a page calls
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/control/v1/rollouts"))
                        .header("Origin", "http://127.0.0.1:3000")
                        .POST(HttpRequest.BodyPublishers.ofString(CREATE))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("without Origin");
        assertThat(log.appended).isEmpty();
    }

    @Test
    void aVersionThatNoWorkerHasReadyGetsNoTraffic() {
        // When
        HttpResponse<String> create =
                send("POST", "/rollouts", CREATE.replace("\"candidateVersion\":\"2\"", "\"candidateVersion\":\"3\""));
        HttpResponse<String> stable = send("PUT", "/models/m/stable", "{\"version\":\"3\"}");

        // Then
        for (HttpResponse<String> answer : List.of(create, stable)) {
            assertThat(answer.statusCode()).isEqualTo(409);
            assertThat(new JsonObject(answer.body()).getString("error"))
                    .isEqualTo("version '3' of model 'm' is not ready on any worker (LOADING: it is read); wait or mend"
                            + " that, then repeat the command");
        }
        assertThat(log.appended).isEmpty();
    }

    @Test
    void aCandidateThatIsGoneIsNotPromotedByAPersonButTakenBack() {
        // Given
        send("POST", "/rollouts", CREATE);
        worker.up = false;
        directory.poll();

        // When
        HttpResponse<String> advance = send("POST", "/rollouts/r/advance", "{\"basedOnVersion\":1}");
        HttpResponse<String> promote = send("POST", "/rollouts/r/promote", "{\"basedOnVersion\":1}");
        HttpResponse<String> hold = send("POST", "/rollouts/r/hold", "{\"basedOnVersion\":1}");
        HttpResponse<String> back = send("POST", "/rollouts/r/rollback", "{}");

        // Then
        assertThat(advance.statusCode()).isEqualTo(409);
        assertThat(promote.body()).contains("UNAVAILABLE: its worker is not reachable");
        assertThat(hold.statusCode()).isEqualTo(200);
        assertThat(back.statusCode()).isEqualTo(200);
    }

    @Test
    void bodiesAreLimited() {
        // When
        HttpResponse<String> answer = send("POST", "/rollouts", " ".repeat(2_049));

        // Then
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("reason")).isEqualTo("TOO_LARGE");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nothing, 404",
        "GET, /rollouts/none, 404",
        "POST, /rollouts/none/hold, 404",
        "POST, /rollouts/r/explode, 404",
        "DELETE, /rollouts, 405",
        "GET, /models/m/stable, 405"
    })
    void otherRequestsAreRefused(String method, String path, int status) {
        // Then
        assertThat(send(method, path, "").statusCode()).isEqualTo(status);
    }

    private static String state(HttpResponse<String> answer) {
        JsonObject rollout = new JsonObject(answer.body());
        return rollout.getString("state") + "/" + rollout.getInteger("step") + "/" + rollout.getDouble("weightPercent")
                + "/" + rollout.getLong("version");
    }

    private HttpResponse<String> send(String method, String path, String body) {
        String target = "/control/v1" + path;
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target))
                            .method(method, HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            ApiDocument.check(new ApiDocument.Seen(
                    method, target, answer.statusCode(), ControlFixture.headers(answer), Buffer.buffer(answer.body())));
            return answer;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
