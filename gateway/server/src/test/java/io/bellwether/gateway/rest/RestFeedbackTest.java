package io.bellwether.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.bellwether.controlapi.log.Command;
import io.bellwether.controlapi.log.Guardrails;
import io.bellwether.controlapi.log.Outcome;
import io.bellwether.controlapi.log.Shadow;
import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.FakeWorkerLink;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.control.Commands;
import io.bellwether.gateway.control.LogEntry;
import io.bellwether.protocol.WireNames;
import io.bellwether.telemetry.events.AnsweredPairs;
import io.bellwether.telemetry.events.CellCounts;
import io.bellwether.telemetry.events.Feedback;
import io.bellwether.telemetry.events.ToldNumbers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels over the public edge, through the log, to pairs of telemetry. */
class RestFeedbackTest {
    private static final String PATH = "/v2/models/m/feedback";

    private final FakeWorkerLink worker = new FakeWorkerLink().serving("m", "1", "2");
    private final EdgeFixture gateway = new EdgeFixture(worker);

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aLabelMakesAPairOfTheRequestThatItNames() {
        // Given a shadow, and a request that was copied
        Command create = Commands.create("s", 5_000, "");
        gateway.fold.apply(
                new LogEntry(
                        7,
                        0,
                        create.toBuilder()
                                .setCreate(create.getCreate().toBuilder()
                                        .clearSteps()
                                        .setShadow(Shadow.getDefaultInstance()))
                                .build()),
                0,
                true);
        HttpResponse<String> answer = gateway.post("/v2/models/m/infer", Requests.JSON);
        String id = answer.headers().firstValue(WireNames.HEADER_REQUEST_ID).orElseThrow();

        // When its label is sent, twice, beside one of a stranger
        HttpResponse<String> taken = gateway.post(
                PATH,
                "{\"items\":[{\"requestId\":\"" + id + "\",\"label\":12345},{\"requestId\":\"" + id
                        + "\",\"label\":\"1\"},{\"requestId\":\"other\",\"label\":\"1\"}]}");
        gateway.feedbackLog.stored.forEach(gateway.pairs::heard);

        // Then
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
        assertThat(taken.body()).isEqualTo("{\"accepted\":3}");
        assertThat(gateway.feedbackLog.stored)
                .extracting(Feedback::getModel, Feedback::getLabel)
                .startsWith(tuple("m", "12345"));
        List<AnsweredPairs> accuracy =
                gateway.evidence.snapshots(Set.of("m"), System.currentTimeMillis() / 1_000).stream()
                        .flatMap(snapshot -> snapshot.getCellsList().stream())
                        .map(CellCounts::getPairsList)
                        .flatMap(List::stream)
                        .filter(pairs -> pairs.getQuestion().equals("accuracy"))
                        .toList();
        assertThat(accuracy)
                .containsExactly(AnsweredPairs.newBuilder()
                        .setQuestion("accuracy")
                        .setBothWrong(1)
                        .build());
        for (String result : List.of("joined", "duplicate", "unknown")) {
            assertThat(gateway.registry
                            .counter("bellwether.gateway.feedback", "kind", "label", "result", result)
                            .count())
                    .as(result)
                    .isEqualTo(1);
        }
    }

    @Test
    void aNumberCountsInTheArmThatAnsweredTheRequestThatItNames() {
        // Given a rollout that gives half of the requests to the candidate and declares an outcome
        Command create = Commands.create("r", 5_000, "");
        gateway.fold.apply(
                new LogEntry(
                        7,
                        0,
                        create.toBuilder()
                                .setCreate(create.getCreate().toBuilder()
                                        .setGuardrails(Guardrails.newBuilder()
                                                .addOutcomes(Outcome.newBuilder()
                                                        .setName("revenue")
                                                        .setMost(10)
                                                        .setMargin(1))))
                                .build()),
                0,
                true);
        HttpResponse<String> answer = gateway.post("/v2/models/m/infer", Requests.JSON);
        String id = answer.headers().firstValue(WireNames.HEADER_REQUEST_ID).orElseThrow();
        String arm = answer.headers().firstValue(WireNames.HEADER_ARM).orElseThrow();

        // When
        HttpResponse<String> taken = gateway.post(
                PATH,
                "{\"items\":[{\"requestId\":\"" + id + "\",\"outcomes\":{\"revenue\":20,\"other\":1}},{\"requestId\":\""
                        + id + "\",\"outcomes\":{\"revenue\":1}}]}");
        gateway.feedbackLog.stored.forEach(gateway.told::heard);

        // Then
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
        List<CellCounts> told = gateway.evidence.snapshots(Set.of("m"), System.currentTimeMillis() / 1_000).stream()
                .flatMap(snapshot -> snapshot.getCellsList().stream())
                .filter(cell -> cell.getNumbersCount() > 0)
                .toList();
        assertThat(told).singleElement().satisfies(cell -> {
            assertThat(cell.getKey().getArm().name()).isEqualTo(arm);
            assertThat(cell.getKey().getRolloutId()).isEqualTo("r");
            assertThat(cell.getNumbersList())
                    .containsExactly(ToldNumbers.newBuilder()
                            .setName("revenue")
                            .addStep(1_000)
                            .addCount(1)
                            .setBeyond(1)
                            .build());
        });
        assertThat(gateway.registry
                        .counter("bellwether.gateway.feedback", "kind", "outcome", "result", "duplicate")
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | expected one field 'items'",
                "{'items':[]} | 'items' has 0 entries; expected 1 to 1000",
                "{'items':[1]} | items[0] is not an object",
                "{'items':[{'requestId':'a','outcomes':{}}]} | items[0].outcomes is not valid",
                "{'items':[{'requestId':'a','outcomes':{'a':'1'}}]} | items[0].outcomes is not valid",
                "{'items':[{'requestId':'a','outcomes':{'a':1e999}}]} | items[0].outcomes is not valid",
                "{'items':[{'requestId':'a','outcomes':[1]}]} | items[0].outcomes is not valid",
                "{'items':[{'requestId':'a','label':'1'},{'requestId':'b'}]} | items[1] is not valid",
                "{'items':[{'requestId':'a','label':'1','x':1}]} | items[0] is not valid",
                "{'items':[{'requestId':'a b','label':'1'}]} | items[0].requestId is not valid",
                "{'items':[{'requestId':'','label':'1'}]} | items[0].requestId is not valid",
                "{'items':[{'requestId':7,'label':'1'}]} | items[0].requestId is not valid",
                "{'items':[{'requestId':'a','label':''}]} | items[0].label is not valid",
                "{'items':[{'requestId':'a','label':1.5}]} | items[0].label is not valid",
                "{'items':[{'requestId':'a','label':null}]} | items[0].label is not valid",
                "{'items':[{'requestId':'a','label':'1'}],'x':1} | expected one field 'items'",
                "[] | expected a JSON object"
            })
    void whatIsWrongRefusesTheWholeBody(String body, String said) {
        // When
        HttpResponse<String> refused = gateway.post(PATH, body.replace('\'', '"'));

        // Then
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains(said);
        assertThat(gateway.feedbackLog.stored).isEmpty();
    }

    @Test
    void withoutALogItIsSaidThatNothingWasTaken() {
        // Given
        gateway.feedbackLog.problem = Optional.of("Kafka is away; send it again");

        // When
        HttpResponse<String> refused = gateway.post(PATH, "{\"items\":[{\"requestId\":\"a\",\"label\":\"1\"}]}");

        // Then
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("Kafka is away; send it again");
        assertThat(refused.headers().firstValue(WireNames.HEADER_REASON)).contains("NOT_READY");
    }
}
