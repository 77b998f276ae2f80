package io.bellwether.gateway.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.controlapi.log.Comparison;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.ScoresMoved;
import io.bellwether.controlapi.log.Step;
import io.bellwether.gateway.control.ControlFixture.Answered;
import io.bellwether.gateway.hostile.RawHttp;
import io.bellwether.protocol.Decoded;
import io.bellwether.routing.Arm;
import io.bellwether.routing.RolloutAction;
import io.bellwether.routing.RolloutState;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAPI document says what the control API does: no path, method, status, header or field more, and none less. */
@Timeout(60)
class ApiDocumentTest {
    private static final String CREATE =
            "{\"id\":\"r\",\"model\":\"m\",\"candidateVersion\":\"2\",\"steps\":[{\"weightPercent\":10}]}";
    private static final String SHADOW = "{\"model\":\"m\",\"candidateVersion\":\"2\",\"shadow\":";
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");
    /** RolloutEventsTest opens as many streams as it takes. */
    private static final String TOO_MANY_STREAMS = "GET /control/v1/rollouts/{id}/events 429";

    private final ControlFixture gateway = new ControlFixture();

    @AfterEach
    void stop() {
        gateway.close();
    }

    static Set<String> operations() {
        return ApiDocument.operations();
    }

    @Test
    void everyTargetHasOneOperation() {
        // When
        List<String> targets = operations().stream()
                .map(operation -> operation.split(" "))
                .map(parts -> target(parts[0], parts[1]).getClass().getSimpleName())
                .sorted()
                .toList();

        // Then
        assertThat(targets)
                .isEqualTo(Arrays.stream(ControlTarget.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .filter(name -> !Set.of("WrongMethod", "Unknown").contains(name))
                        .sorted()
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void otherMethodsAreRefusedWithThoseThatThereAre(String operation) {
        // Given
        String path = operation.split(" ")[1];
        Set<String> described = operations().stream()
                .filter(other -> other.endsWith(" " + path))
                .map(other -> other.split(" ")[0])
                .collect(Collectors.toSet());

        // Then
        for (String method : METHODS) {
            if (!described.contains(method)) {
                assertThat(target(method, path))
                        .isInstanceOfSatisfying(ControlTarget.WrongMethod.class, wrong -> assertThat(
                                        Set.of(wrong.allowed().split(", ")))
                                .isEqualTo(described));
            }
        }
        assertThat(gateway.send("DELETE", filled(path).substring("/control/v1".length()), "")
                        .status())
                .isEqualTo(405);
    }

    @Test
    void everyAnswerThatIsDescribedCanBeHad() {
        // When: the fixture holds each answer against the document
        Set<String> seen = Stream.of(refusedAnywhere(), looks(), changes(), afterTheEnd(), withoutTheLog())
                .flatMap(List::stream)
                .map(Answered::documented)
                .collect(Collectors.toCollection(TreeSet::new));

        // Then
        Set<String> described = ApiDocument.answers("Fault", "TooManyBodies");
        described.remove(TOO_MANY_STREAMS);
        assertThat(seen).isEqualTo(described);
    }

    private List<Answered> refusedAnywhere() {
        return operations().stream()
                .map(operation -> operation.split(" "))
                .map(parts -> gateway.send(
                        parts[0], filled(parts[1]).substring("/control/v1".length()), "", "Origin", "http://a.page"))
                .toList();
    }

    private List<Answered> looks() {
        gateway.busy = true;
        Answered busy = gateway.send("GET", "/models/m/capacity", "");
        gateway.busy = false;
        return List.of(
                busy,
                gateway.send("GET", "/openapi.json", ""),
                gateway.send("GET", "/state", ""),
                gateway.send("GET", "/models", ""),
                gateway.send("GET", "/models/m", ""),
                gateway.send("GET", "/models/none", ""),
                gateway.send("GET", "/models/m/capacity?requestsPerSecond=10&arrivals=random", ""),
                gateway.send("GET", "/models/none/capacity", ""),
                gateway.send("GET", "/routes", ""),
                gateway.send("GET", "/routes/m", ""),
                gateway.send("GET", "/routes/none", ""),
                gateway.send("GET", "/rollouts?model=m", ""),
                gateway.send("GET", "/rollouts/none", ""),
                gateway.send("GET", "/rollouts/none/events", ""));
    }

    private List<Answered> changes() {
        return List.of(
                gateway.send("PUT", "/models/m/stable", "{\"version\":\"1\"}"),
                gateway.send("PUT", "/models/m/stable", "{\"version\":\"3\"}"),
                gateway.send("PUT", "/models/none/stable", "{\"version\":\"1\"}"),
                gateway.send("POST", "/rollouts", CREATE.replace("{\"id", "{\"dryRun\":true,\"id")),
                gateway.send("POST", "/rollouts", CREATE),
                gateway.send("POST", "/rollouts", CREATE),
                gateway.send("POST", "/rollouts", CREATE.replace("\"m\"", "\"none\",\"stableVersion\":\"1\"")),
                gateway.send("GET", "/rollouts/r", ""),
                gateway.send("GET", "/state", ""),
                gateway.send("GET", "/routes", ""),
                gateway.send("POST", "/rollouts/r/hold", "", "If-Match", "\"1\"", "Idempotency-Key", "k"),
                gateway.send("POST", "/rollouts/r/resume", "{\"basedOnVersion\":1}"),
                gateway.send("POST", "/rollouts/none/hold", ""),
                gateway.send("POST", "/rollouts/r/abort", ""));
    }

    private List<Answered> afterTheEnd() {
        return List.of(
                gateway.send("GET", "/rollouts/r/events", ""),
                gateway.send("GET", "/rollouts", ""),
                gateway.send("GET", "/state", ""),
                gateway.send("POST", "/rollouts", SHADOW + "{},\"target\":{\"tenants\":[\"acme\"]}}"),
                gateway.send("GET", "/routes", ""),
                gateway.send("GET", "/models/m", ""),
                gateway.send("GET", "/state", ""),
                gateway.send("GET", "/rollouts", ""));
    }

    private List<Answered> withoutTheLog() {
        String id = gateway.fold.state().liveRollout("m").orElseThrow().id();
        gateway.log.reachable = false;
        Answered move = gateway.send("POST", "/rollouts/" + id + "/hold", "");
        Answered here = gateway.send("POST", "/rollouts/" + id + "/abort", "");
        gateway.log.reachable = true;
        gateway.send("POST", "/rollouts/" + id + "/abort", "");
        gateway.log.reachable = false;
        return List.of(
                here,
                move,
                gateway.send("POST", "/rollouts", CREATE.replace("\"r\"", "\"s\"")),
                gateway.send("PUT", "/models/m/stable", "{\"version\":\"2\"}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "POST | /rollouts | {X,'model':'m','candidateVersion':'2','steps':[{'weightPercent':1}]} | CreateRollout",
                "POST | /rollouts | {'model':'m','candidateVersion':'2','steps':[{'weightPercent':1,X}]} | NewStep",
                "POST | /rollouts | {'model':'m','candidateVersion':'2','shadow':{X}} | NewShadow",
                "POST | /rollouts | {'model':'m','candidateVersion':'2','target':{X}} | NewTarget",
                "POST | /rollouts | {'model':'m','candidateVersion':'2','guardrails':{X}} | NewGuardrails",
                "POST | /rollouts | {'model':'m','kind':'ab','arms':[{'version':'2','weightPercent':1,X}]} | NewArm",
                "POST | /rollouts/r/hold | {X} | Move",
                "PUT | /models/m/stable | {X,'version':'1'} | SetStable"
            })
    void bodiesHaveTheFieldsThatAreDescribed(String method, String path, String body, String schema) {
        // Given
        gateway.send("POST", "/rollouts", CREATE);

        // When
        Answered refused = gateway.send(method, path, body.replace("X", "'x':1").replace('\'', '"'));

        // Then
        assertThat(refused.status()).isEqualTo(400);
        assertThat(expected(refused))
                .isEqualTo(
                        ApiDocument.schema(schema).getJsonObject("properties").fieldNames());
    }

    @Test
    void nestedBodiesHaveTheFieldsThatAreDescribed() {
        // Given
        JsonObject comparison =
                ApiDocument.schema("NewShadow").getJsonObject("properties").getJsonObject("comparison");
        JsonObject guardrails = ApiDocument.schema("NewGuardrails").getJsonObject("properties");

        // Then
        assertThat(expected(gateway.send("POST", "/rollouts", SHADOW + "{\"comparison\":{\"x\":1}}}")))
                .isEqualTo(comparison.getJsonObject("properties").fieldNames());
        assertThat(expected(gateway.send(
                        "POST", "/rollouts", CREATE.replace("{\"id", "{\"guardrails\":{\"weights\":{\"x\":1}},\"id"))))
                .isEqualTo(guardrails
                        .getJsonObject("weights")
                        .getJsonObject("properties")
                        .fieldNames());
    }

    @Test
    void nullIsAsGoodAsAbsent() {
        assertThat(gateway.send(
                                "POST",
                                "/rollouts",
                                """
                                {"id":null,"model":"m","candidateVersion":"2","stableVersion":null,"keyHeader":null,
                                 "automatic":null,"shadow":null,"target":null,"dryRun":null,"commandId":null,"actor":null,"reason":null,
                                 "steps":[{"weightPercent":10,"bakeSecondsMin":null,"requestsMin":null,"gate":null}],
                                 "guardrails":{"alpha":null,"weights":null,"horizonSeconds":null,"onInconclusive":null,
                                 "scoreDistance":null,"onScoresMoved":null}}""")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void wordsAreThoseOfTheContract() {
        JsonObject rollout = ApiDocument.schema("Rollout").getJsonObject("properties");
        assertThat(words(rollout.getJsonObject("state"))).isEqualTo(names(RolloutState.values()));
        assertThat(words(ApiDocument.schema("HistoryEntry")
                        .getJsonObject("properties")
                        .getJsonObject("action")))
                .isEqualTo(names(RolloutAction.values()));
        Set<String> arms = names(Arm.values());
        arms.remove(Arm.PINNED.name());
        assertThat(words(ApiDocument.schema("Share").getJsonObject("properties").getJsonObject("arm")))
                .isEqualTo(arms);
        assertThat(words(ApiDocument.schema("Refusal")
                        .getJsonObject("properties")
                        .getJsonObject("reason")))
                .isEqualTo(names(WriteResult.Reason.values()));
        assertThat(words(rollout.getJsonObject("steps")
                        .getJsonObject("items")
                        .getJsonObject("properties")
                        .getJsonObject("gate")))
                .isEqualTo(known(Step.Gate.values()));
        JsonObject guardrails = ApiDocument.schema("Guardrails").getJsonObject("properties");
        assertThat(words(guardrails.getJsonObject("onInconclusive")))
                .isEqualTo(known(Guardrails.OnInconclusive.values()));
        assertThat(words(guardrails.getJsonObject("onScoresMoved"))).isEqualTo(known(ScoresMoved.Then.values()));
        assertThat(words(ApiDocument.schema("Shadow")
                        .getJsonObject("properties")
                        .getJsonObject("comparison")
                        .getJsonObject("properties")
                        .getJsonObject("rule")))
                .isEqualTo(known(Comparison.Rule.values()));
        JsonArray parameters =
                ApiDocument.operation("POST /control/v1/rollouts/{id}/{verb}").getJsonArray("parameters");
        assertThat(words(parameters.getJsonObject(1).getJsonObject("schema"))).isEqualTo(ControlTarget.VERBS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"model=m&model=m", "model=", "model=%zz", "other=%", "modle=m"})
    void aQueryThatWouldBeAGuessIsRefused(String query) {
        assertThat(RawHttp.send(gateway.port(), "GET", "/control/v1/rollouts?" + query, List.of(), new byte[0])
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aHeaderSaysWhatTheBodyLeavesOpenAndIsNotEmpty() {
        // Given
        gateway.send("POST", "/rollouts", CREATE);
        String open = "{\"commandId\":\"\",\"basedOnVersion\":0}";

        // Then
        assertThat(gateway.send("POST", "/rollouts/r/hold", open, "If-Match", "\"7\"")
                        .status())
                .isEqualTo(409);
        assertThat(gateway.send("POST", "/rollouts/r/hold", open, "If-Match", "\"1\"", "Idempotency-Key", "k")
                        .json()
                        .getJsonArray("history")
                        .getJsonObject(1)
                        .getString("commandId"))
                .isEqualTo("k");
        assertThat(gateway.send("POST", "/rollouts/r/hold", "", "Idempotency-Key", "")
                        .status())
                .isEqualTo(400);
        assertThat(gateway.send("POST", "/rollouts/r/hold", "", "If-Match", "").status())
                .isEqualTo(400);
    }

    private static ControlTarget target(String method, String path) {
        return ((Decoded.Valid<ControlTarget>) ControlTarget.of(method, filled(path), name -> "")).value();
    }

    private static String filled(String path) {
        return path.replace("{model}", "m").replace("{id}", "r").replace("{verb}", "hold");
    }

    /** The fields that a refusal of a field names x lists. */
    private static Set<String> expected(Answered refused) {
        return Pattern.compile("x is not a field; expected one of \\[([^]]*)]")
                .matcher(refused.json().getString("error"))
                .results()
                .map((MatchResult match) -> match.group(1))
                .flatMap(fields -> Arrays.stream(fields.split(", ")))
                .collect(Collectors.toSet());
    }

    private static Set<String> words(JsonObject schema) {
        return schema.getJsonArray("enum").stream().map(String::valueOf).collect(Collectors.toSet());
    }

    private static Set<String> names(Enum<?>... values) {
        return Arrays.stream(values).map(Enum::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Of an enumeration of protobuf, which has a value for those of the future. */
    private static Set<String> known(Enum<?>... values) {
        Set<String> all = names(values);
        all.remove("UNRECOGNIZED");
        return all;
    }
}
