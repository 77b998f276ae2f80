package io.bellwether.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.bellwether.gateway.http.PathSegment;
import io.bellwether.protocol.Decoded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RestTargetTest {

    @ParameterizedTest
    @CsvSource({
        "GET, /v2, Server[]",
        "GET, /v2/, Server[]",
        "GET, /v2/health/live, Live[]",
        "GET, /v2/health/ready, Ready[]",
        "HEAD, /v2/health/live, Live[]",
        "HEAD, /v2/health/ready, Ready[]",
        "POST, /v2/repository/index, Index[]",
        "POST, /v2/repository/local/index, Index[]",
        "GET, /v2/models/m, 'Model[name=m, version=]'",
        "GET, /v2/models/m/versions/3, 'Model[name=m, version=3]'",
        "GET, /v2/models/m/ready, 'ModelReady[name=m, version=]'",
        "GET, /v2/models/versions/versions/1/ready, 'ModelReady[name=versions, version=1]'",
        "POST, /v2/models/m/infer, 'Infer[name=m, version=]'",
        "POST, /v2/models/m/versions/3/infer, 'Infer[name=m, version=3]'",
        "POST, /v2/models/m/feedback, Feedback[name=m]",
        "GET, /v2/models/m/feedback, WrongMethod[allowed=POST]",
        "POST, /v2/models/m/versions/3/feedback, Unknown[]",
        "PUT, /v2/models/m/infer, WrongMethod[allowed=POST]",
        "POST, /v2/models/m/infer/more, Unknown[]",
        "GET, /v2/models/../v2, Unknown[]",
        "GET, /V2, Unknown[]",
        "GET, '', Unknown[]"
    })
    void paths(String method, String path, String expected) {
        // Then
        assertThat(RestTarget.of(method, path)).hasToString("Valid[value=" + expected + "]");
    }

    @ParameterizedTest
    @CsvSource({"a%2Fb, a/b", "a%252Fb, a%2Fb", "%C3%BC, ü", "ü, ü", "a+b, a+b", "%F0%9F%98%80x, 😀x", "plain, plain"})
    void segmentsAreDecodedOnce(String segment, String decoded) {
        // Then
        assertThat(PathSegment.decode(segment)).isEqualTo(Decoded.valid(decoded));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%C3", "%ff", "a%C3b", "%-1"})
    void brokenSegmentsAreRefused(String segment) {
        // Then
        assertThat(PathSegment.decode(segment)).isInstanceOf(Decoded.Refused.class);
    }

    @Test
    void theLengthOfTheJsonMustBeWithinTheBody() {
        // Then
        assertThat(JsonLength.of(null, 10)).isEqualTo(Decoded.valid(-1));
        assertThat(JsonLength.of("0", 10)).isEqualTo(Decoded.valid(0));
        assertThat(JsonLength.of("10", 10)).isEqualTo(Decoded.valid(10));
        for (String wrong : new String[] {"11", "-1", "x", "", "99999999999"}) {
            assertThat(JsonLength.of(wrong, 10)).isInstanceOf(Decoded.Refused.class);
        }
    }
}
