package io.bellwether.gateway.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.EdgeFixture;
import io.bellwether.gateway.Requests;
import io.bellwether.gateway.hostile.RestCase.Expected;
import io.bellwether.gateway.hostile.RestCase.Form;
import io.bellwether.protocol.FailureReason;
import io.bellwether.protocol.WireNames;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every wrong request over HTTP gets the right status, the form of the protocol and a reason, and learns nothing. */
class HostileRestTest {
    private static final int REFUSED_CASES_MIN = 300;
    private static final String REASON = WireNames.HEADER_REASON.toLowerCase(Locale.ROOT);
    private static final List<String> REASONS =
            Arrays.stream(FailureReason.values()).map(FailureReason::name).toList();

    private static final AtomicInteger REFUSED = new AtomicInteger();
    private static EdgeFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new EdgeFixture(StrictWorker.made());
    }

    @AfterAll
    static void stop() {
        var answer = gateway.post("/v2/models/m/infer", Requests.JSON);
        gateway.close();
        assertThat(answer.statusCode()).as("a good request after all of them").isEqualTo(200);
        assertThat(gateway.inference.inFlight()).isZero();
        assertThat(REFUSED.get()).as("refused requests").isGreaterThanOrEqualTo(REFUSED_CASES_MIN);
    }

    static List<RestCase> cases() {
        return RestCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isRefusedRightAndLearnsNothing(RestCase one) {
        // When
        RawHttp.Answer answer = RawHttp.send(
                gateway.restPort,
                one.method(),
                one.target(),
                one.headers(),
                one.body().toByteArray());

        // Then
        Expected expected = one.expected();
        assertThat(expected.statuses()).as(one + answer.text()).contains(answer.status());
        if (answer.status() != 200) {
            REFUSED.incrementAndGet();
            String words = expected.form() == Form.FRAMEWORK ? answer.text() : words(answer, expected);
            assertThat(Leaks.in(words, one.sent())).as(words).isEmpty();
            assertThat(Leaks.in(headers(answer), List.of())).as(answer.text()).isEmpty();
        }
    }

    /** The words of a refusal; everything else about its form is checked on the way. */
    private static String words(RawHttp.Answer answer, Expected expected) {
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.fieldNames()).containsExactly("error");
        String reason = answer.headers().getOrDefault(REASON, "");
        if (expected.reasons().isEmpty()) {
            assertThat(reason).isEmpty();
        } else {
            assertThat(expected.reasons()).contains(reason);
            assertThat(REASONS).contains(reason);
        }
        if (expected.form() == Form.PROTOCOL) {
            return json.getString("error");
        }
        JsonObject error = json.getJsonObject("error");
        assertThat(error.fieldNames()).containsExactlyInAnyOrder("message", "type", "param", "code");
        assertThat(error.getString("type")).isEqualTo("invalid_request_error");
        return error.getString("message");
    }

    private static String headers(RawHttp.Answer answer) {
        return answer.status() == 0
                ? ""
                : answer.text().substring(0, answer.text().indexOf("\r\n\r\n"));
    }
}
